#include "tools/reference_agent/web_socket.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <deque>
#include <optional>

#include "tools/reference_agent/clock.hpp"
#include "tools/reference_agent/services.hpp"

namespace soundcheck::reference_agent {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

websocket::stream_base::timeout timeouts() {
  websocket::stream_base::timeout t;
  t.handshake_timeout = std::chrono::seconds(10);
  t.idle_timeout = std::chrono::seconds(300);
  t.keep_alive_pings = true;
  return t;
}

/// Small windows: a client that keeps its context must not cost the agent a quarter of a megabyte.
websocket::permessage_deflate compression() {
  websocket::permessage_deflate c;
  c.server_enable = true;
  c.server_max_window_bits = 12;
  c.memLevel = 4;
  return c;
}

tcp protocol_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  return address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4();
}

class Connection final : public WebSocket, public std::enable_shared_from_this<Connection> {
 public:
  Connection(Services& services, int descriptor, UpgradeRequest request, std::shared_ptr<Handler> handler,
             std::shared_ptr<void> slot)
      : services_(services),
        slot_(std::move(slot)),
        stream_(services.io, protocol_of(descriptor), descriptor),
        request_(std::move(request)),
        handler_(std::move(handler)) {}

  void accept() {
    stream_.set_option(timeouts());
    stream_.set_option(compression());
    if (!request_.subprotocol.empty()) {
      stream_.set_option(websocket::stream_base::decorator(
          [subprotocol = request_.subprotocol](websocket::response_type& answer) {
            answer.set(boost::beast::http::field::sec_websocket_protocol, subprotocol);
          }));
    }
    stream_.read_message_max(max_message_bytes);
    stream_.auto_fragment(false);
    stream_.async_accept(asio::buffer(request_.bytes), [self = shared_from_this()](error_code error) {
      self->request_ = {};
      if (error) return;
      self->open_ = true;
      self->services_.control.connection_began();
      self->handler_->on_open(*self);
      self->read();
    });
  }

  void send_text(std::shared_ptr<const std::string> text) override { push({std::move(text), nullptr}); }
  void send_binary(std::shared_ptr<const std::vector<std::uint8_t>> bytes) override {
    push({nullptr, std::move(bytes)});
  }

  void drop_queued_binary() override {
    outbox_.erase(std::remove_if(not_being_written(), outbox_.end(),
                                 [](const Outgoing& o) { return o.binary != nullptr; }),
                  outbox_.end());
  }

  void close(std::uint16_t code, std::string_view reason) override {
    if (!open_ || closing_) return;
    closing_.emplace(static_cast<websocket::close_code>(code),
                     boost::beast::string_view(reason.data(), reason.size()));
    write_next();
  }

  void reset() override {
    error_code ignored;
    auto& socket = stream_.next_layer();
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
    asio::post(services_.io, [self = shared_from_this()] { self->closed(); });  // not from inside the handler
  }

  std::size_t queued() const override { return outbox_.size(); }

 private:
  struct Outgoing {
    std::shared_ptr<const std::string> text;
    std::shared_ptr<const std::vector<std::uint8_t>> binary;
    asio::const_buffer buffer() const { return text ? asio::buffer(*text) : asio::buffer(*binary); }
  };

  /// Where the messages begin whose bytes no write is using.
  std::deque<Outgoing>::iterator not_being_written() {
    return outbox_.begin() + (writing_ && !outbox_.empty() ? 1 : 0);
  }

  void read() {
    reading_ = true;
    stream_.async_read(in_, [self = shared_from_this()](error_code error, std::size_t) {
      self->reading_ = false;
      if (error) return self->closed();
      self->dispatch();
      self->in_.consume(self->in_.size());
      if (self->outbox_.size() <= full_queue) self->read();
    });
  }

  void dispatch() {
    if (closing_) return;  // the peer may still be talking
    const auto data = in_.cdata();
    if (stream_.got_binary()) {
      handler_->on_binary({static_cast<const std::uint8_t*>(data.data()), data.size()});
    } else {
      handler_->on_text({static_cast<const char*>(data.data()), data.size()});
    }
  }

  void push(Outgoing message) {
    if (!open_ || closing_) return;
    outbox_.push_back(std::move(message));
    write_next();
  }

  void write_next() {
    if (writing_ || !open_) return;
    const auto time = now();
    if (const auto resume = services_.control.stalled_until(time); resume > time) {
      if (std::exchange(stalled_, true)) return;
      services_.agenda.at(resume, [self = shared_from_this()] {
        self->stalled_ = false;
        self->write_next();
      });
      return;
    }
    if (outbox_.empty()) {
      if (closing_) write_close();
      return;
    }
    writing_ = true;
    stream_.text(outbox_.front().text != nullptr);
    stream_.async_write(outbox_.front().buffer(), [self = shared_from_this()](error_code error, std::size_t) {
      self->writing_ = false;
      self->outbox_.pop_front();
      if (error) return self->closed();
      self->write_next();
      if (self->open_ && !self->reading_ && self->outbox_.size() <= full_queue) self->read();
    });
  }

  void write_close() {
    writing_ = true;
    stream_.async_close(*closing_, [self = shared_from_this()](error_code) { self->closed(); });
  }

  void closed() {
    if (!std::exchange(open_, false)) return;
    outbox_.erase(not_being_written(), outbox_.end());
    handler_->on_closed();
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

  Services& services_;
  std::shared_ptr<void> slot_;
  websocket::stream<tcp::socket> stream_;
  UpgradeRequest request_;
  std::shared_ptr<Handler> handler_;
  boost::beast::flat_buffer in_;
  std::deque<Outgoing> outbox_;
  std::optional<websocket::close_reason> closing_;
  bool open_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool stalled_ = false;  // a resumption is on the agenda
};

}  // namespace

void open_web_socket(Services& services, int descriptor, UpgradeRequest upgrade_request,
                     std::shared_ptr<WebSocket::Handler> handler, std::shared_ptr<void> slot) {
  std::make_shared<Connection>(services, descriptor, std::move(upgrade_request), std::move(handler),
                               std::move(slot))
      ->accept();
}

}  // namespace soundcheck::reference_agent
