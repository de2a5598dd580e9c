#include "protocols/websocket/connection.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace soundcheck::websocket {

using core::Failure;
using core::Stage;

namespace {

/// A slow reader asks ten times a second.
constexpr double reads_per_second = 10;
/// As little as the kernel grants. It cannot take back what it has offered when the connection was opened.
constexpr std::size_t slow_receive_buffer = 4 * 1024;
constexpr std::size_t kept_buffer = 4 * 1024;

}  // namespace

Connection::Connection(net::ChannelPtr channel, const net::UserContext& context, core::Random& random,
                       MessageLimits limits)
    : channel_(std::move(channel)),
      network_(context.network),
      timeline_(context.timeline),
      random_(random),
      reader_(limits.longest),
      fragment_(limits.fragment),
      flusher_(*this) {}

Connection::~Connection() { channel_->disarm(net::Direction::write); }

core::Task<std::variant<Connection::Opened, Failure>> Connection::open(
    const net::UserContext& context, const UpgradeRequest& request, const core::Variables& variables,
    core::Random& random, core::TimePoint deadline, MessageLimits limits) {
  net::Network& network = context.network;
  auto connected = co_await net::connect(network, context.timeline, context.endpoint, context.user, deadline,
                                         context.tls_memory.get(), net::ProxyUse::tunnel);
  if (auto* failure = std::get_if<Failure>(&connected)) co_return std::move(*failure);
  net::Connected& link = std::get<net::Connected>(connected);
  Opened opened{nullptr, link.tcp_ready, link.ready, link.tls, link.tls_resumed};
  opened.connection.reset(new Connection(std::move(link.channel), context, random, limits));
  Connection& self = *opened.connection;
  const std::string what = fmt::format("upgrade of {}", request.path);

  net::Deadline timeout(context.timeline, *self.channel_);
  timeout.set(deadline);
  Upgrade upgrade(request, variables, random);
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
    self.arrived_ = net::arrival(result, context.timeline);
    std::span<const char> bytes = scratch.first(result.bytes);
    progress = upgrade.feed(bytes);
    if (progress == Upgrade::Progress::accepted) self.first_bytes_.assign(bytes.begin(), bytes.end());
  }
  if (progress == Upgrade::Progress::refused) co_return upgrade.failure();
  if (const auto& agreed = upgrade.compression()) {
    self.reader_.inflate_with(*agreed);
    self.deflater_ = std::make_unique<Deflater>(*agreed);
  }
  co_return std::move(opened);
}

void Connection::read_slowly(double bytes_per_second) {
  read_rate_ = bytes_per_second;
  channel_->limit_receive_buffer(slow_receive_buffer);
}

bool Connection::send(Opcode opcode, std::string_view payload) {
  // Pings are answered until the peer has said goodbye (RFC 6455, 5.5.2), also behind our own goodbye: one
  // who floods us and reads nothing is then found out while we wait for his.
  const bool may_send = !close_sent_ || (opcode == Opcode::pong && !close_received_);
  if (ended_ || !may_send) return false;
  if (backlog() > longest_backlog) {
    give_up({Stage::write, 0, "the target has stopped reading: 1 MiB of frames waits"});
    return false;
  }
  const std::size_t before = out_.size();
  if (opcode == Opcode::text || opcode == Opcode::binary) {
    ++traffic_.messages_sent;
    append_message(opcode, payload);
  } else {
    append_frame(out_, opcode, payload, mask());
  }
  traffic_.bytes_sent += out_.size() - before;
  if (!flushing_ && !corked_) flush();
  return !ended_;
}

void Connection::append_message(Opcode opcode, std::string_view payload) {
  FrameBits bits;
  std::string compressed;
  if (deflater_) {
    deflater_->deflate(payload, compressed);
    payload = compressed;
    bits.compressed = true;
  }
  while (fragment_ > 0 && payload.size() > fragment_) {
    bits.final = false;
    append_frame(out_, opcode, payload.substr(0, fragment_), mask(), bits);
    payload.remove_prefix(fragment_);
    opcode = Opcode::continuation;
    bits.compressed = false;  // only the first frame says so
  }
  bits.final = true;
  append_frame(out_, opcode, payload, mask(), bits);
}

void Connection::flush() {
  flushing_ = false;
  while (written_ < out_.size()) {
    const net::IoResult result = channel_->try_write(std::span(out_).subspan(written_));
    if (result.status == net::IoStatus::would_block) {
      flushing_ = true;
      // A peer that always leaves something unread must not make us keep what it has read.
      if (written_ > out_.size() / 2) {
        out_.erase(0, written_);
        written_ = 0;
      }
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
  if (out_.capacity() > kept_buffer) std::string().swap(out_);
  out_.clear();
  written_ = 0;
}

void Connection::writable(net::Waiter& waiter) { static_cast<Flusher&>(waiter).connection.flush(); }

void Connection::close(std::uint16_t code) {
  if (close_sent_ || ended_) return;
  send(Opcode::close, close_payload(code, {}));
  close_sent_ = true;
  read_rate_ = 0;  // the peer's farewell stands behind all that was not read
}

void Connection::fail(Failure failure) {
  if (!failure_) failure_ = std::move(failure);
}

void Connection::give_up(Failure failure) {
  fail(std::move(failure));
  channel_->abort(net::IoStatus::cancelled);
}

bool Connection::deliver(std::span<const char> bytes, Listener& listener) {
  corked_ = true;
  const bool open = take_messages(bytes, listener);
  corked_ = false;
  if (!flushing_) flush();
  return open;
}

bool Connection::take_messages(std::span<const char> bytes, Listener& listener) {
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
  if (const auto& breach = reader_.breach()) {
    fail({breach->stage, 0, fmt::format("WebSocket: {}", breach->text)});
    close(breach->close_code);
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
    std::span<char> scratch = network_.scratch();
    if (read_rate_ > 0)
      scratch = scratch.first(static_cast<std::size_t>(
          std::clamp(read_rate_ / reads_per_second, 1.0, static_cast<double>(scratch.size()))));
    const net::IoResult result = co_await net::read_some(*channel_, scratch);
    if (result.status != net::IoStatus::ok) {
      fail(net::to_failure(result, Stage::read, "WebSocket"));
      break;
    }
    traffic_.bytes_received += result.bytes;
    // For who reads slowly a message is there when it is read.
    arrived_ = read_rate_ > 0 ? timeline_.now() : net::arrival(result, timeline_);
    open = deliver(scratch.first(result.bytes), listener);
    if (open && read_rate_ > 0) {
      const core::Duration length = core::from_seconds(static_cast<double>(result.bytes) / read_rate_);
      co_await timeline_.sleep_until(timeline_.now() + length);
    }
  }
  ended_ = true;
  channel_->disarm(net::Direction::write);
  channel_->close(!clean());
}

}  // namespace soundcheck::websocket
