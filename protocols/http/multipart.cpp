#include "protocols/http/multipart.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "protocols/http/ascii.hpp"

namespace soundcheck::http {

namespace {

/// Names in quotes, as browsers write them (WHATWG HTML, 4.10.21.8).
std::string in_quotes(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') {
      out += "%22";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else {
      out += c;
    }
  }
  return out += '"';
}

/// Makes rows until there is enough for one piece or none is left; returns the number of the next row.
std::uint64_t make_rows(const GeneratedRows& rows, std::uint64_t next, std::string& out) {
  while (next < rows.rows && out.size() < BodySource::longest_piece) rows.append(out, next++);
  return next;
}

std::uint64_t length_of(const GeneratedRows& rows) {
  std::uint64_t length = rows.header.size();
  std::string made;
  for (std::uint64_t next = 0; next < rows.rows; made.clear()) {
    next = make_rows(rows, next, made);
    length += made.size();
  }
  return length;
}

}  // namespace

void MultipartBody::add_field(std::string_view name, std::string_view value) {
  text() += fmt::format("--{}\r\nContent-Disposition: form-data; name={}\r\n\r\n{}\r\n", boundary_,
                        in_quotes(name), value);
}

void MultipartBody::add_file(const FilePart& part, std::shared_ptr<const core::MappedFile> file) {
  begin_part(part);
  pieces_.emplace_back(std::move(file));
  text() += "\r\n";
}

void MultipartBody::add_rows(const FilePart& part, GeneratedRows rows) {
  begin_part(part);
  pieces_.emplace_back(std::move(rows));
  text() += "\r\n";
}

void MultipartBody::begin_part(const FilePart& part) {
  text() +=
      fmt::format("--{}\r\nContent-Disposition: form-data; name={}; filename={}\r\nContent-Type: {}\r\n\r\n",
                  boundary_, in_quotes(part.name), in_quotes(part.filename), part.content_type);
}

std::string& MultipartBody::text() {
  if (pieces_.empty() || !std::holds_alternative<std::string>(pieces_.back()))
    pieces_.emplace_back(std::string());
  return std::get<std::string>(pieces_.back());
}

void MultipartBody::finish() {
  text() += fmt::format("--{}--\r\n", boundary_);
  size_ = 0;
  for (const Piece& piece : pieces_) {
    if (const auto* plain = std::get_if<std::string>(&piece)) size_ += plain->size();
    if (const auto* file = std::get_if<File>(&piece)) size_ += (*file)->bytes().size();
    if (const auto* rows = std::get_if<GeneratedRows>(&piece)) size_ += length_of(*rows);
  }
  rewind();
}

void MultipartBody::rewind() {
  current_ = 0;
  begin_piece();
}

void MultipartBody::begin_piece() {
  sent_ = 0;
  if (current_ == pieces_.size()) return;
  if (const auto* rows = std::get_if<GeneratedRows>(&pieces_[current_])) {
    made_ = rows->header;
    next_row_ = 0;
  }
}

std::string_view MultipartBody::rows_ahead(const GeneratedRows& rows) {
  if (sent_ == made_.size()) {
    made_.clear();
    sent_ = 0;
    next_row_ = make_rows(rows, next_row_, made_);
  }
  return made_;
}

std::string_view MultipartBody::ahead() {
  for (; current_ < pieces_.size(); ++current_, begin_piece()) {
    const Piece& piece = pieces_[current_];
    std::string_view bytes;
    if (const auto* plain = std::get_if<std::string>(&piece)) bytes = *plain;
    if (const auto* file = std::get_if<File>(&piece)) bytes = (*file)->bytes();
    if (const auto* rows = std::get_if<GeneratedRows>(&piece)) bytes = rows_ahead(*rows);
    if (sent_ < bytes.size()) return bytes.substr(sent_, longest_piece);
  }
  return {};
}

void MultipartBody::skip(std::size_t n) { sent_ += n; }

std::string make_boundary(core::Random& random) {
  return fmt::format("soundcheck-{:016x}{:016x}", random.next(), random.next());
}

std::string_view content_type_of(std::string_view filename) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 18> known{
      {{".csv", "text/csv"},
       {".txt", "text/plain"},
       {".json", "application/json"},
       {".xml", "application/xml"},
       {".html", "text/html"},
       {".pdf", "application/pdf"},
       {".zip", "application/zip"},
       {".gz", "application/gzip"},
       {".png", "image/png"},
       {".jpg", "image/jpeg"},
       {".jpeg", "image/jpeg"},
       {".wav", "audio/wav"},
       {".flac", "audio/flac"},
       {".mp3", "audio/mpeg"},
       {".ogg", "audio/ogg"},
       {".opus", "audio/ogg"},
       {".webm", "video/webm"},
       {".mp4", "video/mp4"}}};
  const std::string lower = to_lower(filename);
  for (const auto& [ending, type] : known) {
    if (lower.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

}  // namespace soundcheck::http
