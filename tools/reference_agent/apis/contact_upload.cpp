#include "tools/reference_agent/apis/contact_upload.hpp"

#include <fmt/format.h>

#include <utility>

namespace soundcheck::reference_agent {
namespace {

constexpr std::string_view file_part = "file";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

std::string_view field(const CsvReader::Record& record, std::size_t column) {
  return column < record.size() ? std::string_view(record[column]) : std::string_view{};
}

}  // namespace

ContactUpload::ContactUpload(ImportQueue* queue_or_null, std::string_view boundary, std::int64_t now_ms)
    : queue_(queue_or_null),
      body_(boundary, {[this](const MultipartReader::Part& part) { begin_part(part); },
                       [this](std::string_view content) {
                         if (!in_file_) return;
                         sha_.add(content);
                         count_.bytes += content.size();
                         csv_.add(content);
                       }}),
      csv_([this](const CsvReader::Record& record) { take_record(record); }),
      began_ms_(now_ms) {}

ContactUpload::~ContactUpload() {
  if (import_ == 0) return;
  try {
    queue_->discard(import_);
  } catch (const DatabaseError&) {  // the rows stay until the agent starts again, which removes them
  }
}

void ContactUpload::add(std::string_view bytes) {
  if (queue_ == nullptr || problem_ != Problem::none) return;
  try {
    queue_->in_transaction([&] { body_.add(bytes); });
  } catch (const DatabaseError& error) {
    set_problem(Problem::storage, error.what());
  }
}

ContactUpload::Result ContactUpload::finish() {
  if (problem_ == Problem::none && !body_.error().empty())
    set_problem(Problem::broken_body, fmt::format("the multipart body is broken: {}", body_.error()));
  if (problem_ == Problem::none && !body_.complete())
    set_problem(Problem::broken_body, "the multipart body ends without its closing boundary");
  if (problem_ == Problem::none && !seen_file_)
    set_problem(Problem::no_file, "no part is named \"file\"; send the CSV file as this part");
  if (problem_ == Problem::none) csv_.finish();
  if (problem_ == Problem::none && !seen_columns_)
    set_problem(Problem::wrong_columns,
                "the file is empty; its first line must name the columns name and phone");
  if (problem_ != Problem::none) return {problem_, problem_text_, 0, {}};
  count_.sha256 = sha_.finish();
  open();
  queue_->submit(import_, static_cast<std::int64_t>(count_.rows), count_.sha256);
  return {Problem::none, "", std::exchange(import_, 0), count_};
}

void ContactUpload::open() {
  if (import_ == 0) import_ = queue_->open(began_ms_);
}

void ContactUpload::begin_part(const MultipartReader::Part& part) {
  in_file_ = part.name == file_part && !seen_file_;
  seen_file_ = seen_file_ || in_file_;
}

void ContactUpload::take_record(const CsvReader::Record& record) {
  if (problem_ != Problem::none) return;
  if (!seen_columns_) return read_columns(record);
  open();
  ++count_.rows;
  const ContactRow contact{field(record, name_), field(record, phone_), field(record, company_)};
  if (!queue_->add_row(import_, static_cast<std::int64_t>(count_.rows), contact)) {
    set_problem(Problem::queue_full, fmt::format("{} rows are waiting already; try again when some are done",
                                                 ImportQueue::max_waiting));
  }
}

void ContactUpload::read_columns(const CsvReader::Record& record) {
  seen_columns_ = true;
  for (std::size_t i = 0; i < record.size(); ++i) {
    std::string_view column = record[i];
    if (i == 0 && column.starts_with(byte_order_mark)) column.remove_prefix(byte_order_mark.size());
    if (column == "name") name_ = i;
    if (column == "phone") phone_ = i;
    if (column == "company") company_ = i;
  }
  if (name_ == absent || phone_ == absent)
    set_problem(Problem::wrong_columns, "the first line of the file must name the columns name and phone");
}

void ContactUpload::set_problem(Problem problem, std::string text) {
  problem_ = problem;
  problem_text_ = std::move(text);
}

}  // namespace soundcheck::reference_agent
