// The upload of a CSV file of contacts, read as it comes: its part of the multipart body is hashed and its
// rows go straight to the import queue, so that memory does not grow with the file. What is not accepted in
// the end is discarded. Belongs to the I/O thread.
#pragma once

#include "tools/reference_agent/apis/csv_reader.hpp"
#include "tools/reference_agent/apis/digest.hpp"
#include "tools/reference_agent/apis/import_queue.hpp"
#include "tools/reference_agent/apis/multipart_reader.hpp"

namespace soundcheck::reference_agent {

class ContactUpload {
 public:
  /// `queue_or_null`: where the rows go; nowhere for those who may not upload.
  ContactUpload(ImportQueue* queue_or_null, std::string_view boundary, std::int64_t now_ms);
  ~ContactUpload();
  ContactUpload(const ContactUpload&) = delete;
  ContactUpload& operator=(const ContactUpload&) = delete;

  void add(std::string_view bytes);

  enum class Problem : unsigned char { none, broken_body, no_file, wrong_columns, queue_full, storage };
  struct Result {
    Problem problem = Problem::none;
    std::string text;  ///< of the problem
    std::int64_t import = 0;
    UploadCount count;
  };
  /// The end of the body: submits the import if all is well. Once only.
  Result finish();

 private:
  void open();
  void begin_part(const MultipartReader::Part& part);
  void take_record(const CsvReader::Record& record);
  void read_columns(const CsvReader::Record& record);
  void set_problem(Problem problem, std::string text);

  static constexpr std::size_t absent = ~std::size_t{};

  ImportQueue* queue_;
  std::int64_t import_ = 0;  // 0: none is open
  MultipartReader body_;
  CsvReader csv_;
  Sha256 sha_;
  UploadCount count_;
  bool in_file_ = false;
  bool seen_file_ = false;
  bool seen_columns_ = false;
  std::size_t name_ = absent;  // columns
  std::size_t phone_ = absent;
  std::size_t company_ = absent;
  std::int64_t began_ms_;
  Problem problem_ = Problem::none;
  std::string problem_text_;
};

}  // namespace soundcheck::reference_agent
