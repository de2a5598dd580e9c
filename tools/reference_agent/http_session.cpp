#include "tools/reference_agent/http_session.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <optional>
#include <sstream>

#include "tools/reference_agent/clock.hpp"
#include "tools/reference_agent/event_channel.hpp"
#include "tools/reference_agent/request_body.hpp"
#include "tools/reference_agent/services.hpp"
#include "tools/reference_agent/voice_call.hpp"
#include "tools/reference_agent/web_socket.hpp"

namespace soundcheck::reference_agent {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto idle_limit = 75s;
constexpr std::uint32_t header_limit = 16 * 1024;
constexpr std::size_t read_size = 16 * 1024;
constexpr const char* subprotocol = "phone-agent.v1";  // of both WebSocket channels

using Parser = http::request_parser<RequestBody>;
using Request = http::request<RequestBody>;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

/// What the APIs need of a header.
ApiRequest api_request(const http::request_header<>& header) {
  ApiRequest request;
  request.method = view(header.method_string());
  request.target = view(header.target());
  request.authorization = view(header[http::field::authorization]);
  request.api_key = view(header["X-API-Key"]);
  request.accept = view(header[http::field::accept]);
  request.content_type = view(header[http::field::content_type]);
  return request;
}

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(Services& services, int descriptor, std::shared_ptr<void> slot)
      : services_(services),
        slot_(std::move(slot)),
        socket_(services.io),
        idle_timer_(services.io),
        pause_(services.io) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    socket_.assign(address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), descriptor);
  }

  void start() {
    last_active_ = now();
    watch_idleness();
    asio::co_spawn(
        services_.io, [self = shared_from_this()] { return self->run(); }, asio::detached);
  }

 private:
  /// One timer an idle period, not one a request.
  void watch_idleness() {
    idle_timer_.expires_after(idle_limit);
    idle_timer_.async_wait([weak = weak_from_this()](error_code error) {
      const auto self = weak.lock();
      if (error || !self) return;
      if (now() - self->last_active_ < idle_limit) return self->watch_idleness();
      error_code ignored;
      self->socket_.close(ignored);
    });
  }

  asio::awaitable<void> run() {
    error_code error;
    while (!error && !done_) {
      new_parser();
      bool complete = false;
      while (!complete && !error) complete = co_await read_some_of_request(error);
      if (!complete) break;
      const Request request = parser_->release();
      if (boost::beast::websocket::is_upgrade(request) && upgrade(request)) co_return;
      co_await handle(request);
      if (in_.size() == 0 || done_) co_await flush(error);
    }
    if (error && !done_) co_await refuse(error);
    socket_.shutdown(tcp::socket::shutdown_both, error);
    idle_timer_.cancel();
  }

  void new_parser() {
    parser_.emplace();
    parser_->body_limit(RequestBody::max_upload);
    parser_->header_limit(header_limit);
    body_begun_ = false;
    continued_ = false;
  }

  /// Parses what has been read: first the header alone, because it decides how the body is kept.
  void parse(error_code& error) {
    while (in_.size() > 0 && !error && !parser_->is_done()) {
      in_.consume(parser_->put(in_.cdata(), error));
      if (error == http::error::need_more) {
        error = {};
        return;
      }
      if (!error && parser_->is_header_done() && !body_begun_) begin_body(error);
    }
  }

  void begin_body(error_code& error) {
    body_begun_ = true;
    parser_->eager(true);
    auto& body = parser_->get().body();
    body.upload = services_.apis.open_upload(api_request(parser_->get()), moment());
    const auto length = parser_->content_length();
    if (!body.upload && length && *length > RequestBody::max_text) error = http::error::body_limit;
  }

  /// Parses what has been read, or reads more; true when the request is complete.
  asio::awaitable<bool> read_some_of_request(error_code& error) {
    parse(error);
    if (error || parser_->is_done()) co_return !error;
    if (parser_->is_header_done() && !continued_ &&
        view(parser_->get()[http::field::expect]) == "100-continue") {
      continued_ = true;
      out_ += "HTTP/1.1 100 Continue\r\n\r\n";
    }
    co_await flush(error);
    if (error) co_return false;
    const auto n = co_await socket_.async_read_some(in_.prepare(read_size),
                                                    asio::redirect_error(asio::use_awaitable, error));
    in_.commit(n);
    last_active_ = now();
    co_return false;
  }

  asio::awaitable<void> flush(error_code& error) {
    if (out_.empty()) co_return;
    co_await asio::async_write(socket_, asio::buffer(out_), asio::redirect_error(asio::use_awaitable, error));
    out_.clear();
  }

  asio::awaitable<void> wait_until(core::TimePoint when) {
    pause_.expires_at(std::chrono::steady_clock::time_point(when.time_since_epoch()));
    error_code ignored;
    co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  asio::awaitable<void> handle(const Request& request) {
    if (services_.options.control && view(request.target()) == "/control") {
      append(request, answer_control(request));
      co_return;
    }
    auto& control = services_.control;
    auto time = now();
    while (control.stalled_until(time) > time) {
      co_await wait_until(control.stalled_until(time));
      time = now();
    }
    const std::string_view target = view(request.target());
    const auto route = find_route(view(request.method_string()), target.substr(0, target.find('?')));
    const auto route_index = route ? std::optional(route->index) : std::nullopt;
    const Treatment treatment = control.treat_request(time, route_index);
    if (treatment.delay > Duration::zero()) co_await wait_until(time + treatment.delay);
    switch (treatment.kind) {
      case Treatment::Kind::serve:
        co_await serve(request);
        break;
      case Treatment::Kind::fail:
        append(request, error_reply(500, "internal_error", "the agent was told to fail this request"));
        break;
      case Treatment::Kind::limit: {
        const auto seconds = std::max(1.0, std::ceil(core::to_seconds(treatment.retry_after)));
        auto reply = error_reply(429, "rate_limited", "too many requests; wait and try again");
        reply.headers = fmt::format("Retry-After: {:.0f}\r\n", seconds);
        append(request, reply);
        break;
      }
      case Treatment::Kind::drop: {
        error_code ignored;
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
        socket_.close(ignored);
        done_ = true;
        co_return;
      }
    }
    control.counters.count_answer(route_index, last_status_);
  }

  asio::awaitable<void> serve(const Request& request) {
    ApiRequest whole = api_request(request);
    whole.body = request.body().text;
    whole.upload = request.body().upload.get();
    const ApiReply reply = services_.apis.answer(whole, moment());
    if (!reply.events.empty()) {
      co_await stream(request, reply);
      co_return;
    }
    if (reply.tokens > 0) {
      Duration thinking = services_.control.first_token();
      for (std::size_t i = 1; i < reply.tokens; ++i) thinking += services_.control.token_interval();
      co_await wait_until(now() + thinking);
    }
    append(request, reply);
  }

  /// Sends the events at their times, each of which is counted from the first, so that no delay adds up. A
  /// client that does not read, or has gone, ends the stream.
  asio::awaitable<void> stream(const Request& request, const ApiReply& reply) {
    const bool chunked = request.version() >= 11;
    last_status_ = reply.status;
    if (!request.keep_alive() || !chunked) done_ = true;
    fmt::format_to(std::back_inserter(out_),
                   "HTTP/1.1 {} {}\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n{}{}\r\n",
                   reply.status, view(http::obsolete_reason(static_cast<http::status>(reply.status))),
                   chunked ? "Transfer-Encoding: chunked\r\n" : "", done_ ? "Connection: close\r\n" : "");
    error_code error;
    auto due = now() + services_.control.first_token();
    for (const auto& data : reply.events) {
      co_await flush(error);
      co_await wait_until(services_.control.stalled_until(due));
      if (error) break;
      const std::string event = fmt::format("data: {}\n\n", data);
      out_ += chunked ? fmt::format("{:x}\r\n{}\r\n", event.size(), event) : event;
      due += services_.control.token_interval();
      last_active_ = now();
    }
    if (chunked) out_ += "0\r\n\r\n";
    if (error) done_ = true;
  }

  ApiReply answer_control(const Request& request) {
    auto& control = services_.control;
    if (request.method() == http::verb::get) return {200, control.to_json()};
    if (request.method() != http::verb::patch) {
      auto reply = error_reply(405, "method_not_allowed", "this path answers GET and PATCH only");
      reply.allow = "GET, PATCH";
      return reply;
    }
    const auto mistakes = control.patch(request.body().text, now());
    if (mistakes.empty()) return {200, control.to_json()};
    return error_reply(400, "invalid_fault", fmt::format("{}", fmt::join(mistakes, "\n")));
  }

  void append(const Request& request, const ApiReply& reply) {
    last_status_ = reply.status;
    if (!request.keep_alive()) done_ = true;
    fmt::format_to(std::back_inserter(out_), "HTTP/1.1 {} {}\r\n", reply.status,
                   view(http::obsolete_reason(static_cast<http::status>(reply.status))));
    if (reply.status != 204) {
      fmt::format_to(std::back_inserter(out_), "Content-Type: application/json\r\nContent-Length: {}\r\n",
                     reply.body.size());
    }
    out_ += reply.headers;
    if (!reply.allow.empty()) fmt::format_to(std::back_inserter(out_), "Allow: {}\r\n", reply.allow);
    if (done_) out_ += "Connection: close\r\n";
    if (!done_ && request.version() == 10) out_ += "Connection: keep-alive\r\n";
    out_ += "\r\n";
    if (request.method() != http::verb::head) out_ += reply.body;
  }

  /// A broken request gets an answer where one is possible, then the connection ends.
  asio::awaitable<void> refuse(error_code error) {
    if (error.category() != http::make_error_code(http::error::need_more).category()) co_return;
    if (error == http::error::end_of_stream || error == http::error::partial_message) co_return;
    Request nothing;
    nothing.keep_alive(false);
    if (error == http::error::body_limit) {
      append(nothing, error_reply(413, "body_too_large", "a body may have 1 MiB at most, an upload 1 GiB"));
    } else if (error == http::error::header_limit) {
      append(nothing, error_reply(431, "header_too_large", "the header may have 16 KiB at most"));
    } else {
      append(nothing, error_reply(400, "invalid_http", "this is not a valid HTTP/1.1 request"));
    }
    ++services_.control.counters.requests;
    ++services_.control.counters.requests_by_status[last_status_];
    co_await flush(error);
    co_await discard_rest();
  }

  /// Closing with unread bytes would reset the connection and could cost the peer the answer.
  asio::awaitable<void> discard_rest() {
    error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    std::size_t total = 0;
    in_.clear();
    while (!error && total < 2 * RequestBody::max_text) {
      total += co_await socket_.async_read_some(in_.prepare(read_size),
                                                asio::redirect_error(asio::use_awaitable, error));
    }
  }

  /// True if the request went to a WebSocket channel.
  bool upgrade(const Request& request) {
    std::shared_ptr<WebSocket::Handler> handler;
    if (view(request.target()) == "/api/v1/events") handler = make_event_session(services_);
    if (view(request.target()) == "/api/v1/voice" && !services_.options.no_speech)
      handler = make_voice_call(services_);
    if (!handler || !out_.empty()) return false;
    std::ostringstream bytes;
    bytes << request.base();
    const bool offered = http::token_list(request[http::field::sec_websocket_protocol]).exists(subprotocol);
    error_code error;
    const int descriptor = socket_.release(error);
    if (error) return false;
    idle_timer_.cancel();
    UpgradeRequest upgrade_request{bytes.str() + boost::beast::buffers_to_string(in_.cdata()),
                                   offered ? std::string(subprotocol) : ""};
    open_web_socket(services_, descriptor, std::move(upgrade_request), std::move(handler), std::move(slot_));
    return true;
  }

  Services& services_;
  std::shared_ptr<void> slot_;
  tcp::socket socket_;
  asio::steady_timer idle_timer_;
  asio::steady_timer pause_;  // delays and stalls
  boost::beast::flat_buffer in_;
  std::string out_;
  std::optional<Parser> parser_;
  core::TimePoint last_active_;
  int last_status_ = 0;
  bool body_begun_ = false;
  bool continued_ = false;
  bool done_ = false;  // close after what has been answered
};

}  // namespace

void open_http_session(Services& services, int descriptor, std::shared_ptr<void> slot) {
  std::make_shared<HttpSession>(services, descriptor, std::move(slot))->start();
}

}  // namespace soundcheck::reference_agent
