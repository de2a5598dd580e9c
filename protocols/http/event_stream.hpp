// Server-Sent Events (WHATWG HTML, 9.2.6) read from bytes as they come, split anywhere. Pure; belongs to one
// answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace soundcheck::http {

struct ServerEvent {
  std::string type;  ///< "message" if the stream names none
  std::string data;  ///< its lines joined by \n
  std::string id;    ///< the last one that the stream has named
};

class EventStream {
 public:
  /// Called for each event, from inside feed().
  using Take = std::function<void(const ServerEvent&)>;
  explicit EventStream(Take take) : take_(std::move(take)) {}

  /// False: a line, or the data of an event, is longer than longest_event, and nothing more is read. What is
  /// left of an event when the stream ends is no event, as the standard has it.
  bool feed(std::string_view bytes);

  /// How long a browser would wait before it connects again, in milliseconds, if the stream said so.
  std::optional<std::uint64_t> retry() const { return retry_; }

  static constexpr std::size_t longest_event = 1024 * 1024;

 private:
  void line(std::string_view line);
  void field(std::string_view name, std::string_view value);
  void dispatch();

  Take take_;
  std::string pending_;  ///< the beginning of a line
  bool first_ = true;    ///< no line has been read: a byte order mark may stand before it
  bool after_cr_ = false;
  bool too_long_ = false;
  bool has_data_ = false;  ///< a data field came, even an empty one
  ServerEvent event_;
  std::optional<std::uint64_t> retry_;
};

}  // namespace soundcheck::http
