// Reads one HTTP/1.1 response from bytes as they come, split anywhere. Beast's parser does the work; it is
// hidden in the .cpp. Pure; belongs to one connection and is used again for every response.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include "protocols/core/failure.hpp"
#include "protocols/http/response.hpp"

namespace soundcheck::http {

class ResponseParser {
 public:
  enum class Progress : unsigned char { need_more, done, broken };

  ResponseParser();
  ~ResponseParser();
  ResponseParser(ResponseParser&&) noexcept;
  ResponseParser& operator=(ResponseParser&&) noexcept;

  /// Begins a new response. `head`: the request was HEAD, so no body follows. A body longer than `max_body`
  /// is broken.
  void start(bool head, Keep keep, std::uint64_t max_body = std::numeric_limits<std::uint64_t>::max());
  void start(bool head, bool keep_body) { start(head, Keep{keep_body, false, false}); }
  Progress feed(std::span<const char> bytes);
  /// The peer closed its side: done if that is how this response ends, else broken.
  Progress end_of_stream();

  const Response& response() const;
  int status() const { return response().status; }
  bool keep_alive() const;
  bool got_anything() const;           ///< at least one byte of this response came
  bool continue_came() const;          ///< one of them was 100 Continue
  core::Stage stage() const;           ///< of what is broken: protocol, too_large or read
  const std::string& problem() const;  ///< why it is broken, in a few words

  /// A target that sends more 1xx than this before the answer never means to answer.
  static constexpr unsigned most_interims = 100;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace soundcheck::http
