// Reads one HTTP/1.1 response from bytes as they come, split anywhere. Beast's parser does the work; it is
// hidden in the .cpp. Headers that nobody asked for are not kept. Pure; belongs to one connection and is used
// again for every response.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace soundcheck::http {

class ResponseParser {
 public:
  enum class Progress : unsigned char { need_more, done, broken };

  ResponseParser();
  ~ResponseParser();
  ResponseParser(ResponseParser&&) noexcept;
  ResponseParser& operator=(ResponseParser&&) noexcept;

  /// Begins a new response. `head`: the request was HEAD, so no body follows. `keep_body`: body() is wanted.
  void start(bool head, bool keep_body);
  Progress feed(std::span<const char> bytes);
  /// The peer closed its side: done if that is how this response ends, else broken.
  Progress end_of_stream();

  int status() const;
  bool keep_alive() const;
  bool got_anything() const;  ///< at least one byte of this response came
  const std::string& body() const;
  std::uint64_t body_size() const;     ///< all of it, kept or not
  const std::string& problem() const;  ///< why it is broken, in a few words

  /// Of a kept body; the rest is counted and thrown away.
  static constexpr std::size_t longest_kept_body = 4 * 1024 * 1024;
  static constexpr std::size_t longest_header = 64 * 1024;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace soundcheck::http
