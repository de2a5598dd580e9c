#include "tools/reference_agent/apis/csv_reader.hpp"

namespace soundcheck::reference_agent {

void CsvReader::add(std::string_view bytes) {
  for (const char c : bytes) add(c);
}

void CsvReader::finish() {
  if (begun_) end_record();
}

void CsvReader::add(char c) {
  if (quoted_) {
    if (quote_pending_) {
      quote_pending_ = false;
      if (c != '"') quoted_ = false;
    } else if (c == '"') {
      quote_pending_ = true;
      return;
    }
    if (quoted_) {
      if (field_.size() < max_field) field_ += c;
      return;
    }
  }
  switch (c) {
    case '\r':
      return;
    case '\n':
      if (begun_) end_record();  // empty lines mean nothing
      return;
    case ',':
      begun_ = true;
      end_field();
      return;
    case '"':
      begun_ = true;
      if (field_.empty()) {
        quoted_ = true;
        return;
      }
      break;
    default:
      begun_ = true;
      break;
  }
  if (field_.size() < max_field) field_ += c;
}

void CsvReader::end_field() {
  if (record_.size() < max_fields) record_.push_back(std::move(field_));
  field_.clear();
}

void CsvReader::end_record() {
  end_field();
  on_record_(record_);
  record_.clear();
  begun_ = false;
}

}  // namespace soundcheck::reference_agent
