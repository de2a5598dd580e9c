// The answer to one request, as far as somebody wants to know it. A value; belongs to one connection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace soundcheck::http {

/// Gets a body while it comes. Belongs to one request of one user.
class BodySink {
 public:
  virtual ~BodySink() = default;
  /// The next piece. False: the body has said all that anybody wants to know, and what follows is no part of
  /// the answer's times.
  virtual bool take(std::string_view piece) = 0;
};

/// What is to be kept of an answer; the rest is counted and thrown away.
struct Keep {
  bool body = false;
  bool fields = false;       ///< those that cookies, redirects and compression need
  bool all_fields = false;   ///< every header, too
  BodySink* sink = nullptr;  ///< of the body of a good answer (2xx), for who wants it while it comes
};

struct Response {
  int status = 0;
  std::string body;             ///< kept up to longest_kept_body
  std::uint64_t body_size = 0;  ///< all of it, kept or not, as it came over the wire
  bool finished = false;        ///< by the sink: the rest of the body does not matter
  std::string location;
  std::string content_encoding;
  std::string date;
  std::vector<std::string> set_cookies;
  std::vector<std::pair<std::string, std::string>> fields;  ///< all, if they were wanted

  void clear();
  /// Keeps a header that somebody will ask for. Names are compared as HTTP does.
  void take_field(const Keep& keep, std::string_view name, std::string_view value);
  void take_body(const Keep& keep, std::string_view piece);

  /// Of a body; what comes after it is counted and thrown away.
  static constexpr std::size_t longest_kept_body = 4 * 1024 * 1024;
};

/// Of all header lines of an answer together.
inline constexpr std::size_t longest_header = 64 * 1024;

}  // namespace soundcheck::http
