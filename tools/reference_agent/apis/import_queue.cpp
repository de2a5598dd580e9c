#include "tools/reference_agent/apis/import_queue.hpp"

#include <algorithm>
#include <cctype>

namespace soundcheck::reference_agent {
namespace {

constexpr std::int64_t contacts_for_an_import = 5;  // that are kept, on average
constexpr std::int64_t most_at_once = 1000;         // rows: the agent has other things to do
constexpr double longest_burst = 0.25;              // seconds of work that may pile up

constexpr const char* schema =
    "CREATE TABLE IF NOT EXISTS calling_imports(id INTEGER PRIMARY KEY AUTOINCREMENT, status TEXT NOT NULL,"
    " rows INTEGER NOT NULL DEFAULT 0, processed INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT "
    "0,"
    " fails INTEGER NOT NULL DEFAULT 0, sha256 TEXT, created_ms INTEGER NOT NULL);"
    "CREATE INDEX IF NOT EXISTS calling_imports_by_status ON calling_imports(status);"
    "CREATE TABLE IF NOT EXISTS calling_import_rows(import INTEGER, row INTEGER, name TEXT NOT NULL,"
    " phone TEXT NOT NULL, company TEXT NOT NULL, PRIMARY KEY(import, row)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS calling_contacts(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
    " phone TEXT NOT NULL, company TEXT NOT NULL);"
    // What was being uploaded when the agent ended will not be completed.
    "DELETE FROM calling_import_rows WHERE import IN (SELECT id FROM calling_imports WHERE "
    "status='uploading');"
    "DELETE FROM calling_imports WHERE status='uploading';";

}  // namespace

bool is_phone_number(std::string_view text) {
  if (text.size() < 9 || text.size() > 16 || text.front() != '+') return false;
  return std::all_of(text.begin() + 1, text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

ImportQueue::ImportQueue(Database& database, Control& control, std::int64_t capacity)
    : database_(with_schema(database, schema)),
      control_(control),
      capacity_(capacity),
      insert_(database, "INSERT INTO calling_imports(status, created_ms) VALUES('uploading', ?)"),
      insert_row_(database, "INSERT INTO calling_import_rows VALUES(?,?,?,?,?)"),
      delete_(database, "DELETE FROM calling_imports WHERE id=?"),
      delete_rows_(database, "DELETE FROM calling_import_rows WHERE import=?"),
      submit_(database, "UPDATE calling_imports SET status='queued', rows=?, sha256=?, fails=? WHERE id=?"),
      select_(
          database,
          "SELECT status, rows, processed, failed FROM calling_imports WHERE id=? AND status<>'uploading'"),
      select_job_(database,
                  "SELECT id, fails FROM calling_imports WHERE status IN ('queued', 'processing') ORDER BY "
                  "id LIMIT 1"),
      select_rows_(
          database,
          "SELECT row, name, phone, company FROM calling_import_rows WHERE import=? ORDER BY row LIMIT ?"),
      delete_rows_to_(database, "DELETE FROM calling_import_rows WHERE import=? AND row<=?"),
      count_(database,
             "UPDATE calling_imports SET status='processing', processed=processed+?, failed=failed+? WHERE "
             "id=?"),
      finish_(database,
              "UPDATE calling_imports SET status=iif(rows>0 AND failed>=rows, 'failed', 'done') WHERE id=? "
              "AND processed>=rows"),
      give_up_(database, "UPDATE calling_imports SET status='failed' WHERE id=?"),
      insert_contact_(database, "INSERT INTO calling_contacts(name, phone, company) VALUES(?,?,?)"),
      delete_old_contacts_(database, "DELETE FROM calling_contacts WHERE id<=?"),
      delete_old_(database, "DELETE FROM calling_imports WHERE id<=? AND status IN ('done', 'failed')") {
  waiting_ = stored_ = Statement(database, "SELECT count(*) FROM calling_import_rows").number().value_or(0);
}

std::int64_t ImportQueue::open(std::int64_t now_ms) {
  insert_.run(now_ms);
  const std::int64_t import = database_.last_id();
  delete_old_.run(import - capacity_);
  return import;
}

bool ImportQueue::add_row(std::int64_t import, std::int64_t row, const ContactRow& contact) {
  if (stored_ >= max_waiting) return false;
  insert_row_.run(import, row, contact.name, contact.phone, contact.company);
  ++stored_;
  return true;
}

void ImportQueue::discard(std::int64_t import) {
  delete_rows_.run(import);
  stored_ -= database_.changes();
  delete_.run(import);
}

void ImportQueue::submit(std::int64_t import, std::int64_t rows, std::string_view sha256) {
  submit_.run(rows, sha256, control_.import_fails(), import);
  if (rows == 0) finish_.run(import);
  waiting_ += rows;
}

std::optional<ImportQueue::Import> ImportQueue::find(std::int64_t import) {
  auto row = select_.query(import);
  if (!row.next()) return std::nullopt;
  return Import{std::string(row.text(0)), row.integer(1), row.integer(2), row.integer(3)};
}

ImportQueue::Worked ImportQueue::work(core::TimePoint now) {
  const double elapsed = std::min(core::to_seconds(now - worked_at_), longest_burst);
  worked_at_ = now;
  due_ = waiting_ == 0 ? 0 : due_ + std::max(elapsed, 0.0) * control_.import_rate();
  Worked worked;
  if (waiting_ == 0 || due_ < 1) return worked;
  Transaction transaction(database_);
  while (due_ >= 1 && worked.processed < most_at_once) {
    const auto job = next_job();
    if (!job) break;
    const auto done =
        work_on(*job, std::min(static_cast<std::int64_t>(due_), most_at_once - worked.processed));
    worked.processed += done.processed;
    worked.failed += done.failed;
    due_ -= static_cast<double>(done.processed);
  }
  delete_old_contacts_.run(last_contact_ - contacts_for_an_import * capacity_);
  transaction.commit();
  waiting_ -= worked.processed;
  stored_ -= worked.processed;
  return worked;
}

std::optional<ImportQueue::Job> ImportQueue::next_job() {
  auto row = select_job_.query();
  if (!row.next()) return std::nullopt;
  return Job{row.integer(0), row.integer(1) != 0};
}

ImportQueue::Worked ImportQueue::work_on(const Job& job, std::int64_t most) {
  Worked worked;
  std::int64_t last_row = 0;
  for (auto rows = select_rows_.query(job.import, most); rows.next();) {
    last_row = rows.integer(0);
    ++worked.processed;
    if (job.fails || rows.text(1).empty() || !is_phone_number(rows.text(2))) {
      ++worked.failed;
      continue;
    }
    insert_contact_.run(rows.text(1), rows.text(2), rows.text(3));
    last_contact_ = database_.last_id();
  }
  if (worked.processed == 0) give_up_.run(job.import);  // somebody has deleted its rows
  delete_rows_to_.run(job.import, last_row);
  count_.run(worked.processed, worked.failed, job.import);
  finish_.run(job.import);
  return worked;
}

}  // namespace soundcheck::reference_agent
