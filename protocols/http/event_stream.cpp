#include "protocols/http/event_stream.hpp"

#include <charconv>

namespace soundcheck::http {

namespace {
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
}

bool EventStream::feed(std::string_view bytes) {
  while (!bytes.empty() && !too_long_) {
    // A line ends with CR LF, LF or CR; the LF of a CR LF may come with the next bytes.
    if (after_cr_ && bytes.front() == '\n') bytes.remove_prefix(1);
    after_cr_ = false;
    const std::size_t end = bytes.find_first_of("\r\n");
    const std::string_view piece = bytes.substr(0, end);
    if (pending_.size() + piece.size() > longest_event) {
      too_long_ = true;
    } else if (end == bytes.npos) {
      pending_ += piece;
      return true;
    } else if (pending_.empty()) {
      line(piece);
    } else {
      pending_ += piece;
      line(pending_);
      pending_.clear();
    }
    if (end == bytes.npos) break;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
  }
  return !too_long_;
}

void EventStream::line(std::string_view line) {
  if (first_ && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  first_ = false;
  if (line.empty()) {
    dispatch();
    return;
  }
  const std::size_t colon = line.find(':');
  std::string_view value = colon == line.npos ? std::string_view{} : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (colon != 0) field(line.substr(0, colon), value);  // a line that begins with a colon is a comment
}

void EventStream::field(std::string_view name, std::string_view value) {
  if (name == "data") {
    if (has_data_) event_.data += '\n';
    has_data_ = true;
    too_long_ = too_long_ || event_.data.size() + value.size() > longest_event;
    if (!too_long_) event_.data += value;
  } else if (name == "event") {
    event_.type = value;
  } else if (name == "id") {
    if (value.find('\0') == value.npos) event_.id = value;
  } else if (name == "retry") {
    std::uint64_t milliseconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), milliseconds);
    if (error == std::errc() && end == value.data() + value.size()) retry_ = milliseconds;
  }
}

void EventStream::dispatch() {
  // Without data there is no event, only the id is kept.
  if (has_data_) {
    if (event_.type.empty()) event_.type = "message";
    take_(event_);
  }
  event_.type.clear();
  event_.data.clear();
  has_data_ = false;
}

}  // namespace soundcheck::http
