// Reads a multipart/form-data body (RFC 7578) that comes in pieces, and hands its parts on as they come:
// memory does not grow with the body. Pure; belongs to one thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace soundcheck::reference_agent {

/// The boundary that a Content-Type header names; nothing if it is not multipart/form-data with a boundary.
std::optional<std::string> multipart_boundary(std::string_view content_type);

class MultipartReader {
 public:
  static constexpr std::size_t max_part_header = 8 * 1024;

  struct Part {
    std::string name;
    std::string filename;  ///< empty if the part is no file
  };
  struct Handlers {
    std::function<void(const Part&)> on_part;          ///< a part begins
    std::function<void(std::string_view)> on_content;  ///< a piece of its content
  };

  MultipartReader(std::string_view boundary, Handlers handlers);

  void add(std::string_view bytes);
  /// True when the closing boundary has been read. What follows it is passed over.
  bool complete() const { return state_ == State::done; }
  /// What is wrong with the body so far; empty if nothing is.
  std::string_view error() const { return error_; }

 private:
  enum class State : unsigned char { content, after_boundary, header, done, failed };

  /// Each takes what it can from the buffer; false if it needs more bytes.
  bool step();
  bool read_content();
  bool read_after_boundary();
  bool read_header();
  bool fail(std::string_view error);

  std::string delimiter_;  // CRLF, two hyphens, the boundary
  Handlers handlers_;
  std::string buffer_;
  State state_ = State::content;
  bool in_part_ = false;  // false before the first boundary: what stands there is passed over
  std::string_view error_;
};

}  // namespace soundcheck::reference_agent
