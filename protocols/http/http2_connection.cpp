// HTTP/2 on a channel (RFC 9113): nghttp2 keeps the protocol's state, this file moves bytes between it and
// the channel. One stream at a time, as one user needs it.
#include <fmt/format.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "protocols/http/ascii.hpp"
#include "protocols/http/connection.hpp"

namespace soundcheck::http {

namespace {

using core::Counter;
using core::Failure;
using core::Stage;

/// What the target may send before it must wait for us: enough for a fast link, and nothing is buffered.
constexpr std::int32_t window = 4 * 1024 * 1024;

struct FreeSession {
  void operator()(nghttp2_session* session) const { ::nghttp2_session_del(session); }
};

/// Headers that belong to an HTTP/1.1 connection (RFC 9113, 8.2.2), or that we send in another form.
bool of_connection(std::string_view lower_name) {
  constexpr std::array<std::string_view, 9> names{"connection",        "keep-alive", "proxy-connection",
                                                  "transfer-encoding", "upgrade",    "host",
                                                  "content-length",    "expect",     "te"};
  return std::find(names.begin(), names.end(), lower_name) != names.end();
}

/// The header list of a request, as texts that live until it has been submitted.
class HeaderList {
 public:
  HeaderList(const RequestSpec& spec, std::string_view scheme, std::string_view cookies,
             const BodySource* streamed) {
    const std::string* host = find_header(spec.headers, "Host");
    add(":method", spec.method);
    add(":scheme", scheme);
    add(":authority", host != nullptr ? *host : spec.authority);
    add(":path", spec.path);
    if (find_header(spec.headers, "User-Agent") == nullptr) add("user-agent", user_agent);
    for (const auto& [name, value] : spec.headers) {
      std::string lower = to_lower(name);
      if (!of_connection(lower)) add(std::move(lower), value);
    }
    if (!spec.content_type.empty() && find_header(spec.headers, "Content-Type") == nullptr)
      add("content-type", spec.content_type);
    const std::optional<std::uint64_t> size =
        streamed != nullptr ? streamed->size() : std::optional<std::uint64_t>(spec.body.size());
    if (size && !spec.chunked && (streamed != nullptr || *size > 0))
      add("content-length", std::to_string(*size));
    if (!cookies.empty()) add("cookie", cookies);
  }

  std::vector<nghttp2_nv> views() const {
    const auto bytes = [](const std::string& text) {
      return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    std::vector<nghttp2_nv> out;
    for (const auto& [name, value] : list_)
      out.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    return out;
  }

 private:
  void add(std::string name, std::string_view value) { list_.emplace_back(std::move(name), value); }
  std::vector<std::pair<std::string, std::string>> list_;
};

class Http2Connection final : public Connection {
 public:
  Http2Connection(net::Network& network, core::Timeline& timeline, net::ChannelPtr channel,
                  std::string_view scheme);

  core::Task<std::optional<Failure>> exchange(Exchange& exchange) override;
  const Response& response() const override { return response_; }
  bool reusable() const override { return reusable_; }

 private:
  void begin(Exchange& exchange);
  std::optional<Failure> submit();
  /// Writes what nghttp2 has to say; reads and answers nothing.
  core::Task<std::optional<Failure>> flush();
  /// Takes what was read; a failure if it breaks the protocol.
  std::optional<Failure> take(const net::IoResult& result, std::span<const char> scratch);
  std::optional<Failure> verdict() const;
  Failure failure(Stage stage, std::string_view why) const {
    return {stage, 0, fmt::format("{}: {}", exchange_->label, why)};
  }

  void on_header(std::string_view name, std::string_view value);
  void on_data(std::string_view data);
  void on_frame(const nghttp2_frame& frame);
  void on_closed(std::uint32_t error);
  void on_sent(const nghttp2_frame& frame);
  ssize_t on_body_wanted(std::uint8_t* into, std::size_t room, std::uint32_t& flags);
  void stop(Stage stage, std::string why);
  static void set_callbacks(nghttp2_session_callbacks* callbacks);
  static Http2Connection& self(void* user_data) { return *static_cast<Http2Connection*>(user_data); }

  net::Network& network_;
  core::Timeline& timeline_;
  net::ChannelPtr channel_;
  net::Deadline deadline_;
  std::string scheme_;
  std::unique_ptr<nghttp2_session, FreeSession> session_;
  Response response_;

  // Of the exchange in progress.
  Exchange* exchange_ = nullptr;
  RequestSpec sent_;
  std::size_t body_sent_ = 0;
  std::int32_t stream_ = -1;
  std::size_t header_size_ = 0;
  bool request_written_ = false;  ///< its last frame was handed to the channel
  bool closed_ = false;           ///< the stream
  std::uint32_t close_error_ = 0;
  bool final_headers_ = false;
  bool reset_by_target_ = false;
  std::optional<Failure> stopped_;  ///< we gave the answer up
  std::string complaint_;           ///< what nghttp2 says is wrong with what the target sent
  bool going_away_ = false;
  bool reusable_ = true;
};

void Http2Connection::set_callbacks(nghttp2_session_callbacks* callbacks) {
  ::nghttp2_session_callbacks_set_on_header_callback(
      callbacks,
      [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
         const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user) {
        Http2Connection& connection = self(user);
        if (frame->hd.stream_id == connection.stream_)
          connection.on_header({reinterpret_cast<const char*>(name), name_size},
                               {reinterpret_cast<const char*>(value), value_size});
        return 0;
      });
  ::nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
      callbacks, [](nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* data,
                    std::size_t size, void* user) {
        if (stream == self(user).stream_) self(user).on_data({reinterpret_cast<const char*>(data), size});
        return 0;
      });
  ::nghttp2_session_callbacks_set_on_frame_recv_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
        self(user).on_frame(*frame);
        return 0;
      });
  ::nghttp2_session_callbacks_set_on_frame_send_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
        self(user).on_sent(*frame);
        return 0;
      });
  ::nghttp2_session_callbacks_set_on_stream_close_callback(
      callbacks, [](nghttp2_session*, std::int32_t stream, std::uint32_t error, void* user) {
        if (stream == self(user).stream_) self(user).on_closed(error);
        return 0;
      });
  ::nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame*, int error, void* user) {
        self(user).complaint_ = ::nghttp2_strerror(error);
        return 0;
      });
  ::nghttp2_session_callbacks_set_error_callback2(
      callbacks, [](nghttp2_session*, int, const char* message, std::size_t size, void* user) {
        self(user).complaint_.assign(message, size);
        return 0;
      });
}

Http2Connection::Http2Connection(net::Network& network, core::Timeline& timeline, net::ChannelPtr channel,
                                 std::string_view scheme)
    : network_(network),
      timeline_(timeline),
      channel_(std::move(channel)),
      deadline_(timeline, *channel_),
      scheme_(scheme) {
  nghttp2_session_callbacks* callbacks = nullptr;
  if (::nghttp2_session_callbacks_new(&callbacks) != 0) throw std::bad_alloc();
  set_callbacks(callbacks);
  nghttp2_session* session = nullptr;
  const int created = ::nghttp2_session_client_new(&session, callbacks, this);
  ::nghttp2_session_callbacks_del(callbacks);
  if (created != 0) throw std::bad_alloc();
  session_.reset(session);
  constexpr std::array<nghttp2_settings_entry, 2> settings{
      {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
       {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<std::uint32_t>(window)}}};
  ::nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  ::nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, window);
}

void Http2Connection::begin(Exchange& exchange) {
  exchange_ = &exchange;
  response_.clear();
  sent_ = exchange.request->fill(*exchange.variables);
  body_sent_ = 0;
  if (exchange.body != nullptr) exchange.body->rewind();
  header_size_ = 0;
  request_written_ = false;
  closed_ = false;
  close_error_ = 0;
  final_headers_ = false;
  reset_by_target_ = false;
  stopped_.reset();
  complaint_.clear();
  reusable_ = false;
}

std::optional<Failure> Http2Connection::submit() {
  const HeaderList headers(sent_, scheme_, exchange_->cookies, exchange_->body);
  const std::vector<nghttp2_nv> views = headers.views();
  nghttp2_data_provider body{};
  body.source.ptr = this;
  body.read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t room,
                          std::uint32_t* flags, nghttp2_data_source* source, void*) {
    return static_cast<Http2Connection*>(source->ptr)->on_body_wanted(into, room, *flags);
  };
  stream_ =
      ::nghttp2_submit_request(session_.get(), nullptr, views.data(), views.size(),
                               sent_.body.empty() && exchange_->body == nullptr ? nullptr : &body, nullptr);
  if (stream_ < 0)
    return failure(Stage::write, fmt::format("HTTP/2 cannot send it: {}", ::nghttp2_strerror(stream_)));
  return std::nullopt;
}

ssize_t Http2Connection::on_body_wanted(std::uint8_t* into, std::size_t room, std::uint32_t& flags) {
  if (exchange_->body != nullptr) {
    BodySource& streamed = *exchange_->body;
    const std::string_view piece = streamed.ahead().substr(0, room);
    std::copy(piece.begin(), piece.end(), into);
    streamed.skip(piece.size());
    if (streamed.ahead().empty()) flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(piece.size());
  }
  const std::size_t n = std::min(room, sent_.body.size() - body_sent_);
  std::memcpy(into, sent_.body.data() + body_sent_, n);
  body_sent_ += n;
  if (body_sent_ == sent_.body.size()) flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(n);
}

void Http2Connection::on_sent(const nghttp2_frame& frame) {
  if (frame.hd.stream_id != stream_) return;
  if ((frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) request_written_ = true;
}

core::Task<std::optional<Failure>> Http2Connection::flush() {
  for (;;) {
    const std::uint8_t* data = nullptr;
    const ssize_t size = ::nghttp2_session_mem_send(session_.get(), &data);
    if (size < 0) co_return failure(Stage::protocol, ::nghttp2_strerror(static_cast<int>(size)));
    if (size == 0) break;
    const std::span<const char> bytes(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    const net::IoResult result = co_await net::write_all(*channel_, bytes);
    if (result.status != net::IoStatus::ok) co_return net::to_failure(result, Stage::write, exchange_->label);
    exchange_->probe->count(exchange_->task, Counter::bytes_sent, static_cast<std::int64_t>(size));
  }
  if (request_written_ && exchange_->phase == Phase::sending) {
    exchange_->sent = timeline_.now();
    exchange_->phase = Phase::waiting_for_first_byte;
    if (exchange_->first_byte_timeout > core::Duration::zero())
      deadline_.set(std::min(exchange_->due, exchange_->sent + exchange_->first_byte_timeout));
  }
  co_return std::nullopt;
}

core::Task<std::optional<Failure>> Http2Connection::exchange(Exchange& exchange) {
  begin(exchange);
  exchange.phase = Phase::sending;
  deadline_.set(exchange.due);
  if (auto failed = submit()) co_return failed;
  const std::span<char> scratch = network_.scratch();
  for (;;) {
    if (auto failed = co_await flush()) co_return failed;
    if (closed_ || stopped_) break;
    if (::nghttp2_session_want_read(session_.get()) == 0) {
      co_return failure(complaint_.empty() ? Stage::read : Stage::protocol,
                        complaint_.empty() ? "the target ended the connection (GOAWAY)" : complaint_);
    }
    const net::IoResult result = co_await net::read_some(*channel_, scratch);
    if (auto failed = take(result, scratch)) co_return failed;
    // The rest of the stream does not matter, and need not be waited for: the connection goes on without it.
    if (response_.finished && !closed_)
      ::nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream_, NGHTTP2_CANCEL);
  }
  deadline_.clear();
  auto failed = verdict();
  reusable_ = !failed && !going_away_ && ::nghttp2_session_want_read(session_.get()) != 0;
  co_return failed;
}

std::optional<Failure> Http2Connection::take(const net::IoResult& result, std::span<const char> scratch) {
  if (result.status == net::IoStatus::end)
    return failure(Stage::read, "the connection closed before the end of the response");
  if (result.status != net::IoStatus::ok) return net::to_failure(result, Stage::read, exchange_->label);
  if (!response_.finished) exchange_->last_byte = std::max(net::arrival(result, timeline_), exchange_->sent);
  exchange_->probe->count(exchange_->task, Counter::bytes_received, static_cast<std::int64_t>(result.bytes));
  const ssize_t used = ::nghttp2_session_mem_recv(
      session_.get(), reinterpret_cast<const std::uint8_t*>(scratch.data()), result.bytes);
  if (used >= 0) return std::nullopt;
  return failure(Stage::protocol,
                 complaint_.empty() ? ::nghttp2_strerror(static_cast<int>(used)) : complaint_.c_str());
}

std::optional<Failure> Http2Connection::verdict() const {
  if (stopped_) return stopped_;
  if (response_.finished) return std::nullopt;
  if (close_error_ == NGHTTP2_NO_ERROR && final_headers_) return std::nullopt;
  if (!complaint_.empty()) return failure(Stage::protocol, complaint_);
  if (close_error_ == NGHTTP2_NO_ERROR) return failure(Stage::protocol, "a stream without an answer");
  if (!reset_by_target_ && !going_away_) {
    return failure(Stage::protocol,
                   fmt::format("the answer breaks HTTP/2 ({})", ::nghttp2_http2_strerror(close_error_)));
  }
  return failure(Stage::read,
                 fmt::format("the target reset the stream ({})", ::nghttp2_http2_strerror(close_error_)));
}

void Http2Connection::stop(Stage stage, std::string why) {
  if (stopped_) return;
  stopped_ = failure(stage, why);
  ::nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream_, NGHTTP2_CANCEL);
}

void Http2Connection::on_header(std::string_view name, std::string_view value) {
  if (!exchange_->answered()) {
    if (exchange_->phase == Phase::sending) exchange_->sent = exchange_->last_byte;
    exchange_->first_byte = exchange_->last_byte;
    exchange_->phase = Phase::receiving;
    if (exchange_->first_byte_timeout > core::Duration::zero()) deadline_.set(exchange_->due);
  }
  header_size_ += name.size() + value.size();
  if (header_size_ > longest_header) {
    stop(Stage::too_large, fmt::format("the headers are longer than {} KiB", longest_header / 1024));
    return;
  }
  if (name == ":status") {
    std::from_chars(value.data(), value.data() + value.size(), response_.status);
    final_headers_ = response_.status >= 200;
    return;
  }
  if (final_headers_ && !name.starts_with(':')) response_.take_field(exchange_->keep, name, value);
}

void Http2Connection::on_data(std::string_view data) {
  response_.take_body(exchange_->keep, data);
  if (response_.body_size > exchange_->max_body)
    stop(Stage::too_large, fmt::format("the body is longer than {} bytes", exchange_->max_body));
}

void Http2Connection::on_frame(const nghttp2_frame& frame) {
  if (frame.hd.type == NGHTTP2_GOAWAY) going_away_ = true;
  if (frame.hd.type == NGHTTP2_RST_STREAM && frame.hd.stream_id == stream_) reset_by_target_ = true;
}

void Http2Connection::on_closed(std::uint32_t error) {
  closed_ = true;
  close_error_ = error;
}

}  // namespace

std::unique_ptr<Connection> make_http2(net::Network& network, core::Timeline& timeline,
                                       net::ChannelPtr channel, std::string_view scheme) {
  return std::make_unique<Http2Connection>(network, timeline, std::move(channel), scheme);
}

}  // namespace soundcheck::http
