#include "tools/reference_agent/apis/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace soundcheck::reference_agent {
namespace {

constexpr std::int64_t application_id = 0x5363486b;  // "ScHk": marks the files that are ours
constexpr std::int64_t schema_version = 1;
constexpr int busy_timeout_ms = 1000;  // somebody else holds a lock on the file

[[noreturn]] void fail(sqlite3* handle) { throw DatabaseError(sqlite3_errmsg(handle)); }

void check(sqlite3_stmt* statement, int code) {
  if (code != SQLITE_OK) fail(sqlite3_db_handle(statement));
}

}  // namespace

Database::Database(const std::string& path) {
  try {
    open(path);
  } catch (const DatabaseError& error) {
    const std::string reason = error.what();
    sqlite3_close(handle_);
    throw DatabaseError(
        fmt::format("cannot use the database {}: {}; name another file with --database, or leave it out to "
                    "keep everything in memory",
                    path, reason));
  }
}

void Database::open(const std::string& path) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path.empty() ? ":memory:" : path.c_str(), &handle_, flags, nullptr) != SQLITE_OK)
    fail(handle_);
  sqlite3_busy_timeout(handle_, busy_timeout_ms);
  const bool is_new = !Statement(*this, "SELECT 1 FROM sqlite_master LIMIT 1").number();
  if (is_new) {
    execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", application_id, schema_version)
                .c_str());
  } else if (Statement(*this, "PRAGMA application_id").number() != application_id) {
    throw DatabaseError("it is the database of another program");
  } else if (Statement(*this, "PRAGMA user_version").number() != schema_version) {
    throw DatabaseError("another version of the reference agent has made it");
  }
  // Readers do not wait for us nor we for them, and a commit waits for no disk: this is a target, not a bank.
  execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY");
}

Database::~Database() { sqlite3_close(handle_); }

void Database::execute(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(handle_);
}

std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(handle_); }

std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }

Rows::~Rows() { sqlite3_reset(statement_); }

bool Rows::next() {
  switch (sqlite3_step(statement_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      fail(sqlite3_db_handle(statement_));
  }
}

std::int64_t Rows::integer(int column) const { return sqlite3_column_int64(statement_, column); }

double Rows::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string_view Rows::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Rows::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Statement::Statement(Database& database, std::string_view sql) {
  if (sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement_, nullptr) != SQLITE_OK) {
    fail(database.handle());
  }
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::bind(int position, std::int64_t value) {
  check(statement_, sqlite3_bind_int64(statement_, position, value));
}

void Statement::bind(int position, double value) {
  check(statement_, sqlite3_bind_double(statement_, position, value));
}

void Statement::bind(int position, std::string_view value) {
  // A null pointer would mean NULL, even with no characters.
  const char* bytes = value.data() == nullptr ? "" : value.data();
  check(statement_,
        sqlite3_bind_text(statement_, position, bytes, static_cast<int>(value.size()), SQLITE_TRANSIENT));
}

void Statement::bind(int position, std::nullptr_t) {
  check(statement_, sqlite3_bind_null(statement_, position));
}

void Statement::bind(int position, const std::optional<std::int64_t>& value) {
  if (value)
    bind(position, *value);
  else
    bind(position, nullptr);
}

Transaction::~Transaction() {
  if (open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace soundcheck::reference_agent
