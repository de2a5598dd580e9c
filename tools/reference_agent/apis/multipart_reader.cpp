#include "tools/reference_agent/apis/multipart_reader.hpp"

#include <algorithm>
#include <cctype>

namespace soundcheck::reference_agent {
namespace {

constexpr std::size_t max_boundary = 70;  // RFC 2046, 5.1.1

bool equal_words(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// The parameter of a header value such as `form-data; name="file"`.
std::optional<std::string> parameter(std::string_view value, std::string_view name) {
  value.remove_prefix(std::min(value.find(';'), value.size()));
  while (!value.empty()) {
    value.remove_prefix(1);  // the semicolon
    const auto equals = value.find_first_of("=;");
    if (equals == std::string_view::npos || value[equals] == ';') {
      value.remove_prefix(std::min(equals, value.size()));
      continue;
    }
    const auto key = trim(value.substr(0, equals));
    value = trim(value.substr(equals + 1));
    std::string content;
    if (!value.empty() && value.front() == '"') {
      value.remove_prefix(1);
      while (!value.empty() && value.front() != '"') {
        if (value.front() == '\\' && value.size() > 1) value.remove_prefix(1);
        content += value.front();
        value.remove_prefix(1);
      }
      value.remove_prefix(std::min(value.find(';'), value.size()));
    } else {
      const auto end = std::min(value.find(';'), value.size());
      content = trim(value.substr(0, end));
      value.remove_prefix(end);
    }
    if (equal_words(key, name)) return content;
  }
  return std::nullopt;
}

/// The value of a header line of a part; empty if it has none of this name.
std::string_view header_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto line = header.substr(0, header.find("\r\n"));
    header.remove_prefix(std::min(header.size(), line.size() + 2));
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && equal_words(trim(line.substr(0, colon)), name))
      return trim(line.substr(colon + 1));
  }
  return {};
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  if (!equal_words(trim(content_type.substr(0, content_type.find(';'))), "multipart/form-data"))
    return std::nullopt;
  auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > max_boundary) return std::nullopt;
  return boundary;
}

// The body is read as if a line end stood before it: then the first boundary looks like all others.
MultipartReader::MultipartReader(std::string_view boundary, Handlers handlers)
    : delimiter_("\r\n--" + std::string(boundary)), handlers_(std::move(handlers)), buffer_("\r\n") {}

void MultipartReader::add(std::string_view bytes) {
  if (state_ == State::done || state_ == State::failed) return;
  buffer_ += bytes;
  while (step()) {
  }
}

bool MultipartReader::step() {
  switch (state_) {
    case State::content:
      return read_content();
    case State::after_boundary:
      return read_after_boundary();
    case State::header:
      return read_header();
    case State::done:
    case State::failed:
      buffer_.clear();
      return false;
  }
  return false;
}

bool MultipartReader::read_content() {
  const auto found = buffer_.find(delimiter_);
  // Without a boundary the last bytes stay: they may be the beginning of one.
  const std::size_t size =
      found != std::string::npos ? found : buffer_.size() - std::min(buffer_.size(), delimiter_.size() - 1);
  if (in_part_ && size > 0) handlers_.on_content(std::string_view(buffer_).substr(0, size));
  if (found == std::string::npos) {
    buffer_.erase(0, size);
    return false;
  }
  buffer_.erase(0, found + delimiter_.size());
  state_ = State::after_boundary;
  return true;
}

/// Two hyphens end the body; else the line ends, perhaps after blanks.
bool MultipartReader::read_after_boundary() {
  if (buffer_.size() < 2) return false;
  if (buffer_.starts_with("--")) {
    state_ = State::done;
    return true;
  }
  const auto end = buffer_.find("\r\n");
  if (end == std::string::npos)
    return buffer_.size() > max_part_header ? fail("a boundary without an end") : false;
  if (!trim(std::string_view(buffer_).substr(0, end)).empty()) return fail("characters after a boundary");
  buffer_.erase(0, end);  // the line end stays, so that a part without headers looks like all others
  state_ = State::header;
  return true;
}

bool MultipartReader::read_header() {
  const auto end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos)
    return buffer_.size() > max_part_header ? fail("the header of a part is too long") : false;
  const auto disposition = header_value(std::string_view(buffer_).substr(0, end), "Content-Disposition");
  auto name = parameter(disposition, "name");
  if (!name) return fail("a part without a name");
  handlers_.on_part({std::move(*name), parameter(disposition, "filename").value_or("")});
  in_part_ = true;
  buffer_.erase(0, end + 4);
  state_ = State::content;
  return true;
}

bool MultipartReader::fail(std::string_view error) {
  error_ = error;
  state_ = State::failed;
  return true;
}

}  // namespace soundcheck::reference_agent
