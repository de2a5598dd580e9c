// The target's end of a WebSocket for tests that need more than a script: it upgrades, answers pings and
// farewells, and leaves the messages to its subclass. Owned by its channel, the test's thread.
#pragma once

#include <string>
#include <string_view>

#include "tests/support/virtual_network.hpp"
#include "tests/support/websocket_wire.hpp"

namespace soundcheck::websocket {

class FramePeer : public support::Peer {
 public:
  std::size_t on_bytes(support::VirtualChannel& channel, std::string_view bytes) final {
    received_ += bytes;
    if (!open_) {
      const std::size_t end = received_.find("\r\n\r\n");
      if (end == std::string::npos) return bytes.size();
      channel.send_at(channel.now(),
                      support::accepting_answer(std::string_view(received_).substr(0, end + 4)));
      received_.erase(0, end + 4);
      open_ = true;
      on_open(channel);
    }
    while (const auto frame = support::decode_client_frame(received_)) {
      received_.erase(0, frame->size);
      on_frame(channel, *frame);
    }
    return bytes.size();
  }

 protected:
  virtual void on_open(support::VirtualChannel&) {}
  virtual void on_message(support::VirtualChannel& channel, const support::ClientFrame& frame) {
    channel.send_at(channel.now(), support::server_frame(frame.opcode, frame.payload));
  }
  virtual void on_ping(support::VirtualChannel& channel, const support::ClientFrame& frame) {
    channel.send_at(channel.now(), support::server_frame(10, frame.payload));
  }

 private:
  void on_frame(support::VirtualChannel& channel, const support::ClientFrame& frame) {
    if (frame.opcode == 8) {
      channel.send_at(channel.now(), support::server_frame(8, frame.payload));
      channel.end_at(channel.now());
    } else if (frame.opcode == 9) {
      on_ping(channel, frame);
    } else if (frame.opcode != 10) {
      on_message(channel, frame);
    }
  }

  std::string received_;
  bool open_ = false;
};

}  // namespace soundcheck::websocket
