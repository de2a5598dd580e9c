// HTTP/1.1 on a channel (RFC 9112): one send and one receive for a request whose answer comes in one piece.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocols/http/connection.hpp"
#include "protocols/http/response_parser.hpp"

namespace soundcheck::http {

namespace {

using core::Counter;
using core::Failure;
using core::Stage;
using core::TimePoint;
using Progress = ResponseParser::Progress;

/// How long a target that was asked for 100 Continue is waited for before the body is sent all the same (RFC
/// 9110, 10.1.1, asks for a bound and names none; this is curl's).
constexpr core::Duration longest_wait_for_continue = std::chrono::seconds(1);

/// How long the end of a body is waited for of which nobody wants to know more: with it the connection can be
/// used again.
constexpr core::Duration longest_wait_for_end = std::chrono::seconds(1);

/// How much of a streamed body one user sends before the others of its shard have a turn.
constexpr std::size_t turn_size = 256 * 1024;

/// Waits until a channel can be read, but not longer than to a moment; nothing is read.
class ReadableBefore : private net::Waiter, private core::Timer {
 public:
  ReadableBefore(net::Channel& channel, core::Timeline& timeline, TimePoint until)
      : Waiter(&ReadableBefore::on_ready),
        Timer(&ReadableBefore::on_time),
        channel_(channel),
        timeline_(timeline),
        until_(until) {}
  ~ReadableBefore() { timeline_.timers().remove(*this); }

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    channel_.arm(net::Direction::read, *this);
    if (readable_) return false;
    handle_ = handle;
    timeline_.timers().add(*this, until_);
    return true;
  }
  bool await_resume() const { return readable_; }

 private:
  static void on_ready(net::Waiter& waiter) {
    auto& self = static_cast<ReadableBefore&>(waiter);
    self.readable_ = true;
    self.timeline_.timers().remove(self);
    if (self.handle_) self.handle_.resume();
  }
  static void on_time(core::Timer& timer, core::Wake) {
    auto& self = static_cast<ReadableBefore&>(timer);
    self.channel_.disarm(net::Direction::read);
    self.handle_.resume();
  }

  net::Channel& channel_;
  core::Timeline& timeline_;
  TimePoint until_;
  bool readable_ = false;
  std::coroutine_handle<> handle_;
};

class Http1Connection final : public Connection {
 public:
  Http1Connection(net::Network& network, core::Timeline& timeline, net::ChannelPtr channel)
      : network_(network),
        timeline_(timeline),
        channel_(std::move(channel)),
        deadline_(timeline, *channel_) {}

  core::Task<std::optional<Failure>> exchange(Exchange& exchange) override;
  const Response& response() const override { return parser_.response(); }
  bool reusable() const override { return reusable_; }

 private:
  core::Task<std::optional<Failure>> send_head_first(Exchange& exchange, std::string_view& bytes,
                                                     Progress& progress);
  /// Sends a streamed body as fast as the target takes it, until its end or until the answer is there. A
  /// write that failed is a result of its own, because the answer may have come all the same.
  core::Task<std::optional<Failure>> send_body(Exchange& exchange, BodySource& body, Progress& progress,
                                               std::optional<Failure>& write_failure);
  /// Takes what was read; a failure if that cannot be the answer.
  std::optional<Failure> take(Exchange& exchange, const net::IoResult& result, std::span<const char> scratch,
                              Progress& progress);

  net::Network& network_;
  core::Timeline& timeline_;
  net::ChannelPtr channel_;
  net::Deadline deadline_;
  ResponseParser parser_;
  bool reusable_ = false;
};

core::Task<std::optional<Failure>> Http1Connection::exchange(Exchange& exchange) {
  reusable_ = false;
  std::string_view bytes =
      exchange.request->render(*exchange.variables, exchange.buffer, exchange.cookies, exchange.body);
  parser_.start(exchange.request->head(), exchange.keep, exchange.max_body);
  exchange.phase = Phase::sending;
  deadline_.set(exchange.due);

  auto progress = Progress::need_more;
  if (exchange.request->expects_continue()) {
    if (auto failure = co_await send_head_first(exchange, bytes, progress)) co_return failure;
  }
  std::optional<Failure> write_failure;
  net::IoResult result;
  while (progress == Progress::need_more && !bytes.empty()) {
    result = co_await net::write_some(*channel_, bytes);
    if (result.status != net::IoStatus::ok) {
      write_failure = net::to_failure(result, Stage::write, exchange.label);
      if (result.status != net::IoStatus::error) co_return write_failure;
      break;  // the target may have answered before it had read everything
    }
    bytes.remove_prefix(result.bytes);
    exchange.probe->count(exchange.task, Counter::bytes_sent, static_cast<std::int64_t>(result.bytes));
  }
  bool all_sent = bytes.empty() && exchange.body == nullptr;
  if (exchange.body != nullptr && bytes.empty() && progress == Progress::need_more) {
    exchange.body->rewind();
    ChunkedBody chunked(*exchange.body);
    BodySource& body = exchange.request->chunks(*exchange.body) ? chunked : *exchange.body;
    if (auto failure = co_await send_body(exchange, body, progress, write_failure)) co_return failure;
    all_sent = body.ahead().empty();
  }
  if (!exchange.answered()) {
    exchange.sent = timeline_.now();
    exchange.phase = Phase::waiting_for_first_byte;
    if (exchange.first_byte_timeout > core::Duration::zero())
      deadline_.set(std::min(exchange.due, exchange.sent + exchange.first_byte_timeout));
  }
  const std::span<char> scratch = network_.scratch();
  while (progress == Progress::need_more) {
    result = co_await net::read_some(*channel_, scratch);
    // However a body ends of which nobody wants to know more, the answer is complete.
    if (parser_.response().finished && result.status != net::IoStatus::ok && !net::cancelled(result)) break;
    if (auto failure = take(exchange, result, scratch, progress))
      co_return write_failure && !exchange.answered() ? write_failure : failure;
  }
  deadline_.clear();
  reusable_ = all_sent && progress == Progress::done && parser_.keep_alive();
  co_return std::nullopt;
}

std::optional<Failure> Http1Connection::take(Exchange& exchange, const net::IoResult& result,
                                             std::span<const char> scratch, Progress& progress) {
  if (result.status == net::IoStatus::ok) {
    const bool finished = parser_.response().finished;
    // An answer may be there before we know that all was sent; its times begin there all the same.
    if (!finished) exchange.last_byte = std::max(net::arrival(result, timeline_), exchange.sent);
    if (!exchange.answered()) {
      exchange.first_byte = exchange.last_byte;
      exchange.phase = Phase::receiving;
      if (exchange.first_byte_timeout > core::Duration::zero()) deadline_.set(exchange.due);
    }
    exchange.probe->count(exchange.task, Counter::bytes_received, static_cast<std::int64_t>(result.bytes));
    progress = parser_.feed(scratch.first(result.bytes));
    if (parser_.response().finished && !finished)
      deadline_.set(std::min(exchange.due, exchange.last_byte + longest_wait_for_end));
  } else if (result.status == net::IoStatus::end) {
    progress = parser_.end_of_stream();
  } else {
    return net::to_failure(result, Stage::read, exchange.label);
  }
  if (progress != Progress::broken) return std::nullopt;
  return Failure{parser_.stage(), 0, fmt::format("{}: {}", exchange.label, parser_.problem())};
}

core::Task<std::optional<Failure>> Http1Connection::send_body(Exchange& exchange, BodySource& body,
                                                              Progress& progress,
                                                              std::optional<Failure>& write_failure) {
  const std::span<char> scratch = network_.scratch();
  const TimePoint begin = timeline_.now();
  std::size_t in_turn = 0;
  while (progress == Progress::need_more) {
    const std::string_view piece = body.ahead();
    if (piece.empty()) break;
    net::IoResult result = channel_->try_write(piece);
    if (result.status == net::IoStatus::ok) {
      body.skip(result.bytes);
      exchange.probe->count(exchange.task, Counter::bytes_sent, static_cast<std::int64_t>(result.bytes));
      in_turn += result.bytes;
      if (in_turn < turn_size) continue;
      in_turn = 0;
      co_await timeline_.sleep_until(timeline_.now() + core::Duration{1});
    } else if (result.status == net::IoStatus::would_block) {
      in_turn = 0;
      result = channel_->try_read(scratch);
      if (result.status == net::IoStatus::would_block) {
        net::EitherReady either(*channel_);
        co_await either;
        continue;
      }
      // It has answered before everything was sent.
      if (!exchange.answered()) exchange.sent = std::max(begin, net::arrival(result, timeline_));
      if (auto failure = take(exchange, result, scratch, progress)) co_return failure;
    } else {
      write_failure = net::to_failure(result, Stage::write, exchange.label);
      if (result.status != net::IoStatus::error) co_return write_failure;
      break;
    }
  }
  co_return std::nullopt;
}

/// Sends the head and waits for 100 Continue, for a final answer (then the body is not sent) or for as long
/// as one waits for that.
core::Task<std::optional<Failure>> Http1Connection::send_head_first(Exchange& exchange,
                                                                    std::string_view& bytes,
                                                                    Progress& progress) {
  const std::size_t head = bytes.find("\r\n\r\n") + 4;
  net::IoResult result = co_await net::write_all(*channel_, bytes.substr(0, head));
  if (result.status != net::IoStatus::ok) co_return net::to_failure(result, Stage::write, exchange.label);
  bytes.remove_prefix(head);
  exchange.probe->count(exchange.task, Counter::bytes_sent, static_cast<std::int64_t>(head));
  exchange.phase = Phase::waiting_for_continue;

  const TimePoint sent = timeline_.now();
  const TimePoint until = sent + longest_wait_for_continue;
  const std::span<char> scratch = network_.scratch();
  while (progress == Progress::need_more && !parser_.continue_came()) {
    ReadableBefore readable(*channel_, timeline_, until);
    const bool can_read = co_await readable;
    if (!can_read) break;
    result = co_await net::read_some(*channel_, scratch);
    exchange.sent = sent;
    if (auto failure = take(exchange, result, scratch, progress)) co_return failure;
    // The interim answer is not the answer: its first byte is still to come.
    if (progress == Progress::need_more && parser_.continue_came()) exchange.phase = Phase::sending;
  }
  co_return std::nullopt;
}

}  // namespace

std::unique_ptr<Connection> make_http1(net::Network& network, core::Timeline& timeline,
                                       net::ChannelPtr channel) {
  return std::make_unique<Http1Connection>(network, timeline, std::move(channel));
}

}  // namespace soundcheck::http
