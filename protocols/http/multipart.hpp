// A multipart/form-data body (RFC 7578): fields, files, and CSV files that are made up while they are sent.
// Files are mapped and shared by all users; made-up rows are made twice, once for their length, so that the
// target hears a Content-Length, as from browsers. Belongs to one request; shard's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/mapped_file.hpp"
#include "protocols/core/random.hpp"
#include "protocols/http/body_source.hpp"

namespace soundcheck::http {

/// A part that is a file for the target.
struct FilePart {
  std::string name;  ///< of the field
  std::string filename;
  std::string content_type;
};

/// A CSV file of so many rows below a header line.
struct GeneratedRows {
  std::string header;  ///< with its line end
  std::uint64_t rows = 0;
  /// Adds one row with its line end; the same row each time it is asked for.
  std::function<void(std::string& out, std::uint64_t row)> append;
};

class MultipartBody final : public BodySource {
 public:
  /// The boundary must not occur in the parts: see make_boundary.
  explicit MultipartBody(std::string_view boundary) : boundary_(boundary) {}

  void add_field(std::string_view name, std::string_view value);
  void add_file(const FilePart& part, std::shared_ptr<const core::MappedFile> file);
  void add_rows(const FilePart& part, GeneratedRows rows);
  /// After the last part, before anything is read.
  void finish();

  std::optional<std::uint64_t> size() const override { return size_; }
  std::string_view ahead() override;
  void skip(std::size_t n) override;
  void rewind() override;

 private:
  using File = std::shared_ptr<const core::MappedFile>;
  using Piece = std::variant<std::string, File, GeneratedRows>;

  void begin_part(const FilePart& part);
  /// Text between the files and rows, joined into as few pieces as can be.
  std::string& text();
  void begin_piece();
  std::string_view rows_ahead(const GeneratedRows& rows);

  std::string boundary_;
  std::vector<Piece> pieces_;
  std::uint64_t size_ = 0;
  std::size_t current_ = 0;  ///< piece
  std::size_t sent_ = 0;     ///< of the current text or file, or of made_
  // Of the rows that are being sent.
  std::string made_;
  std::uint64_t next_row_ = 0;
};

/// 32 random characters behind a fixed beginning: no file holds it by chance.
std::string make_boundary(core::Random& random);

/// What the ending of a file's name says, else application/octet-stream.
std::string_view content_type_of(std::string_view filename);

}  // namespace soundcheck::http
