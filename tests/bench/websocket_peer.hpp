// The server's side of a WebSocket connection, for benchmark targets: upgrade, frames in, frames out. Its
// framing is its own, not the generator's, so that neither hides a mistake of the other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/bench/epoll_server.hpp"

namespace soundcheck::bench {

enum class Opcode : unsigned char { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Appends one final unmasked frame of less than 64 KiB.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);

class WebSocketPeer : public Peer {
 public:
  bool on_bytes(std::string_view bytes, std::string& out) final;

 protected:
  virtual void on_open() = 0;
  /// A text or binary message, unmasked. Fragments are delivered one by one.
  virtual void on_message(Opcode opcode, std::string_view payload, std::string& out) = 0;

 private:
  /// Answers the upgrade at the front of `in`, or a GET of /health; the bytes used, 0 if it has not come
  /// whole.
  std::size_t upgrade(std::string_view in, std::string& out);
  /// The size of the frame at the front; 0 if it has not come whole.
  std::size_t take_frame(std::string_view in, std::string& out);

  std::string rest_;  ///< bytes of a request or frame that has not come whole
  bool upgraded_ = false;
  bool open_ = true;
};

}  // namespace soundcheck::bench
