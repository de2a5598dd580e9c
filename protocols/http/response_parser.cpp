#include "protocols/http/response_parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <limits>
#include <optional>

namespace soundcheck::http {

namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

class Sink final : public beast_http::basic_parser<false> {
 public:
  Sink(bool keep_body, std::string& body) : keep_body_(keep_body), body_(body) {
    eager(true);
    header_limit(ResponseParser::longest_header);
    body_limit(std::numeric_limits<std::uint64_t>::max());
  }

  int status = 0;
  std::uint64_t body_size = 0;

 private:
  void on_request_impl(beast_http::verb, string_view, string_view, int, error_code&) override {}
  void on_response_impl(int code, string_view, int, error_code&) override { status = code; }
  void on_field_impl(beast_http::field, string_view, string_view, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(string_view text, error_code&) override {
    keep(text);
    return text.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view text, error_code&) override {
    keep(text);
    return text.size();
  }
  void on_finish_impl(error_code&) override {}

  void keep(string_view text) {
    body_size += text.size();
    if (!keep_body_) return;
    const std::size_t room = ResponseParser::longest_kept_body - body_.size();
    body_.append(text.data(), std::min(room, text.size()));
  }

  bool keep_body_;
  std::string& body_;
};

}  // namespace

class ResponseParser::Impl {
 public:
  std::optional<Sink> sink;
  std::string body;
  std::string pending;  ///< bytes of an incomplete header or chunk line, to be offered again
  std::string problem;
  bool anything = false;
  bool head = false;
  bool keep_body = false;

  /// An interim response (1xx, RFC 9110, 15.2) is followed by the real one.
  bool interim() const { return sink->status >= 100 && sink->status < 200 && sink->status != 101; }

  void begin() {
    body.clear();
    sink.emplace(keep_body, body);
    if (head) sink->skip(true);
  }

  Progress offer(std::span<const char> bytes) {
    while (!bytes.empty()) {
      error_code error;
      const std::size_t used = sink->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
      bytes = bytes.subspan(std::min(used, bytes.size()));
      if (error == beast_http::error::need_more) break;
      if (error) {
        problem = error.message();
        return Progress::broken;
      }
      if (sink->is_done()) {
        if (interim()) {
          begin();
          continue;
        }
        if (!bytes.empty()) {
          problem = "bytes after the end of the response";
          return Progress::broken;
        }
        return Progress::done;
      }
      if (used == 0) break;
    }
    if (bytes.size() > longest_header) {
      problem = "a chunk's header or the trailer is too long";
      return Progress::broken;
    }
    pending.assign(bytes.begin(), bytes.end());
    return Progress::need_more;
  }
};

ResponseParser::ResponseParser() : impl_(std::make_unique<Impl>()) {}
ResponseParser::~ResponseParser() = default;
ResponseParser::ResponseParser(ResponseParser&&) noexcept = default;
ResponseParser& ResponseParser::operator=(ResponseParser&&) noexcept = default;

void ResponseParser::start(bool head, bool keep_body) {
  impl_->pending.clear();
  impl_->problem.clear();
  impl_->anything = false;
  impl_->head = head;
  impl_->keep_body = keep_body;
  impl_->begin();
}

ResponseParser::Progress ResponseParser::feed(std::span<const char> bytes) {
  if (bytes.empty()) return Progress::need_more;
  impl_->anything = true;
  if (impl_->pending.empty()) return impl_->offer(bytes);
  std::string joined;
  joined.swap(impl_->pending);
  joined.append(bytes.data(), bytes.size());
  return impl_->offer(joined);
}

ResponseParser::Progress ResponseParser::end_of_stream() {
  error_code error;
  // Nothing may have come of the response that follows an interim one.
  if (impl_->sink->got_some()) {
    impl_->sink->put_eof(error);
    if (!error && impl_->sink->is_done()) return Progress::done;
  }
  impl_->problem = "the connection closed before the end of the response";
  return Progress::broken;
}

int ResponseParser::status() const { return impl_->sink->status; }
bool ResponseParser::keep_alive() const { return impl_->sink->is_done() && impl_->sink->keep_alive(); }
bool ResponseParser::got_anything() const { return impl_->anything; }
const std::string& ResponseParser::body() const { return impl_->body; }
std::uint64_t ResponseParser::body_size() const { return impl_->sink->body_size; }
const std::string& ResponseParser::problem() const { return impl_->problem; }

}  // namespace soundcheck::http
