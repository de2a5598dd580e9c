#include "protocols/websocket/connection.hpp"

#include <fmt/format.h>

namespace soundcheck::websocket {

using core::Failure;
using core::Stage;

Connection::Connection(net::ChannelPtr channel, net::Network& network, core::Random& random,
                       std::size_t longest_message)
    : channel_(std::move(channel)),
      network_(network),
      random_(random),
      reader_(longest_message),
      flusher_(*this) {}

Connection::~Connection() { channel_->disarm(net::Direction::write); }

core::Task<std::variant<Connection::Opened, Failure>> Connection::open(const net::UserContext& context,
                                                                       const UpgradeRequest& request,
                                                                       core::Random& random,
                                                                       core::TimePoint deadline,
                                                                       std::size_t longest_message) {
  net::Network& network = context.network;
  auto connected = co_await net::connect(network, context.timeline, context.endpoint, context.user, deadline);
  if (auto* failure = std::get_if<Failure>(&connected)) co_return std::move(*failure);
  net::Connected& link = std::get<net::Connected>(connected);
  Opened opened{nullptr, link.tcp_ready, link.ready, link.tls, link.tls_resumed};
  opened.connection.reset(new Connection(std::move(link.channel), network, random, longest_message));
  Connection& self = *opened.connection;
  const std::string what = fmt::format("upgrade of {}", request.path);

  net::Deadline timeout(context.timeline, *self.channel_);
  timeout.set(deadline);
  Upgrade upgrade(request, random);
  const std::string& text = upgrade.request_text();
  net::IoResult result = co_await net::write_all(*self.channel_, text);
  if (result.status != net::IoStatus::ok) co_return net::to_failure(result, Stage::upgrade, what);
  self.traffic_.bytes_sent += text.size();

  auto progress = Upgrade::Progress::need_more;
  while (progress == Upgrade::Progress::need_more) {
    const std::span<char> scratch = network.scratch();
    result = co_await net::read_some(*self.channel_, scratch);
    if (result.status != net::IoStatus::ok) co_return net::to_failure(result, Stage::upgrade, what);
    self.traffic_.bytes_received += result.bytes;
    std::span<const char> bytes = scratch.first(result.bytes);
    progress = upgrade.feed(bytes);
    if (progress == Upgrade::Progress::accepted) self.first_bytes_.assign(bytes.begin(), bytes.end());
  }
  if (progress == Upgrade::Progress::refused) co_return upgrade.failure();
  co_return std::move(opened);
}

bool Connection::send(Opcode opcode, std::string_view payload) {
  if (ended_ || close_sent_) return false;
  if (backlog() > longest_backlog) {
    fail({Stage::write, 0, "the target has stopped reading: 1 MiB of frames waits"});
    channel_->abort(net::IoStatus::cancelled);
    return false;
  }
  const std::size_t before = out_.size();
  append_frame(out_, opcode, payload, static_cast<std::uint32_t>(random_.next()));
  traffic_.bytes_sent += out_.size() - before;
  if (opcode == Opcode::text || opcode == Opcode::binary) ++traffic_.messages_sent;
  if (!flushing_) flush();
  return !ended_;
}

void Connection::flush() {
  flushing_ = false;
  while (written_ < out_.size()) {
    const net::IoResult result = channel_->try_write(std::span(out_).subspan(written_));
    if (result.status == net::IoStatus::would_block) {
      flushing_ = true;
      channel_->arm(net::Direction::write, flusher_);
      return;
    }
    if (result.status != net::IoStatus::ok) {
      // The reading side sees the same end, with what the peer may have said before it.
      if (!failure_) failure_ = net::to_failure(result, Stage::write, "sending a frame");
      break;
    }
    written_ += result.bytes;
  }
  out_.clear();
  written_ = 0;
}

void Connection::writable(net::Waiter& waiter) { static_cast<Flusher&>(waiter).connection.flush(); }

void Connection::close(std::uint16_t code) {
  if (close_sent_ || ended_) return;
  send(Opcode::close, close_payload(code, {}));
  close_sent_ = true;
}

void Connection::fail(Failure failure) {
  if (!failure_) failure_ = std::move(failure);
}

bool Connection::deliver(std::span<const char> bytes, Listener& listener) {
  while (auto incoming = reader_.next(bytes)) {
    switch (incoming->opcode) {
      case Opcode::text:
      case Opcode::binary:
        ++traffic_.messages_received;
        listener.on_message(incoming->opcode, incoming->payload);
        break;
      case Opcode::ping:
        send(Opcode::pong, incoming->payload);
        break;
      case Opcode::pong:
        listener.on_pong(incoming->payload);
        break;
      case Opcode::close:
        close_received_ = true;
        peer_close_code_ = incoming->close_code;
        close(incoming->close_code == 1005 ? 1000 : incoming->close_code);
        return false;
      case Opcode::continuation:  // the reader joins fragments
        break;
    }
  }
  if (reader_.broken()) {
    fail({Stage::protocol, 0, fmt::format("WebSocket: {}", reader_.problem())});
    close(1002);
    return false;
  }
  return true;
}

core::Task<void> Connection::pump(Listener& listener) {
  bool open = true;
  if (!first_bytes_.empty()) {
    const std::string first = std::exchange(first_bytes_, {});
    open = deliver(first, listener);
  }
  while (open) {
    const std::span<char> scratch = network_.scratch();
    const net::IoResult result = co_await net::read_some(*channel_, scratch);
    if (result.status != net::IoStatus::ok) {
      fail(net::to_failure(result, Stage::read, "WebSocket"));
      break;
    }
    traffic_.bytes_received += result.bytes;
    open = deliver(scratch.first(result.bytes), listener);
  }
  ended_ = true;
  channel_->disarm(net::Direction::write);
  channel_->close(!clean());
}

}  // namespace soundcheck::websocket
