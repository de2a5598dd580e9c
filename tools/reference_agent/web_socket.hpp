// One WebSocket connection as the agent sees it: messages in through a handler, messages out through a queue
// that is written in order. While the peer does not read, the agent stops reading from it, so a queue of
// answers cannot grow without bound. Belongs to the I/O thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace soundcheck::reference_agent {

struct Services;

class WebSocket {
 public:
  class Handler {
   public:
    virtual ~Handler() = default;
    virtual void on_open(WebSocket& socket) = 0;
    virtual void on_text(std::string_view text) = 0;
    virtual void on_binary(std::span<const std::uint8_t> bytes) = 0;
    /// The connection is gone; the socket must not be used any more. Comes once, if on_open came.
    virtual void on_closed() = 0;
  };

  /// The peer is not read while more messages than this wait for it.
  static constexpr std::size_t full_queue = 256;
  static constexpr std::size_t max_message_bytes = 64 * 1024;

  virtual ~WebSocket() = default;
  virtual void send_text(std::shared_ptr<const std::string> text) = 0;
  virtual void send_binary(std::shared_ptr<const std::vector<std::uint8_t>> bytes) = 0;
  void send_text(std::string text) { send_text(std::make_shared<const std::string>(std::move(text))); }
  /// Drops the messages of this kind that have not begun to be written.
  virtual void drop_queued_binary() = 0;
  /// Closes with this code once everything queued has been written. Nothing can be sent afterwards.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  /// Ends the TCP connection with a reset.
  virtual void reset() = 0;
  virtual std::size_t queued() const = 0;
};

struct UpgradeRequest {
  std::string bytes;        ///< the head and whatever followed
  std::string subprotocol;  ///< that the agent chose; empty: none
};

/// Takes over a connected TCP descriptor whose upgrade request has been read.
void open_web_socket(Services& services, int descriptor, UpgradeRequest upgrade_request,
                     std::shared_ptr<WebSocket::Handler> handler, std::shared_ptr<void> slot);

}  // namespace soundcheck::reference_agent
