// Reads CSV (RFC 4180, line ends with or without CR) that comes in pieces, a record at a time. Pure; belongs
// to one thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace soundcheck::reference_agent {

class CsvReader {
 public:
  static constexpr std::size_t max_field = 1000;  ///< bytes; what is longer is cut
  static constexpr std::size_t max_fields = 50;   ///< of a record; further ones are passed over

  using Record = std::vector<std::string>;
  explicit CsvReader(std::function<void(const Record&)> on_record) : on_record_(std::move(on_record)) {}

  void add(std::string_view bytes);
  /// The last record, if the file does not end with a line end.
  void finish();

 private:
  void add(char c);
  void end_field();
  void end_record();

  std::function<void(const Record&)> on_record_;
  Record record_;
  std::string field_;
  bool quoted_ = false;         // inside quotes
  bool quote_pending_ = false;  // a quote inside quotes: the end of them, or one half of a doubled one
  bool begun_ = false;          // the record has at least one character
};

}  // namespace soundcheck::reference_agent
