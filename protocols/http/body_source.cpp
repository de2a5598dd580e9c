#include "protocols/http/body_source.hpp"

#include <fmt/format.h>

namespace soundcheck::http {

std::string_view ChunkedBody::ahead() {
  if (sent_ < frame_.size()) return std::string_view(frame_).substr(sent_);
  if (chunk_ > 0) return body_.ahead().substr(0, chunk_);
  if (last_) return {};
  chunk_ = body_.ahead().size();
  last_ = chunk_ == 0;
  // The line end that closes the chunk before goes with the head of the next.
  frame_ = fmt::format("{}{:x}\r\n{}", begun_ ? "\r\n" : "", chunk_, last_ ? "\r\n" : "");
  sent_ = 0;
  begun_ = true;
  return frame_;
}

void ChunkedBody::skip(std::size_t n) {
  if (sent_ < frame_.size()) {
    sent_ += n;
  } else {
    chunk_ -= n;
    body_.skip(n);
  }
}

void ChunkedBody::rewind() {
  body_.rewind();
  frame_.clear();
  sent_ = chunk_ = 0;
  begun_ = last_ = false;
}

}  // namespace soundcheck::http
