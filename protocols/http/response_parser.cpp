#include "protocols/http/response_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <optional>

namespace soundcheck::http {

namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;
using core::Stage;

std::string_view plain(string_view text) { return {text.data(), text.size()}; }

class Sink final : public beast_http::basic_parser<false> {
 public:
  Sink(const Keep& keep, std::uint64_t max_body, Response& response) : keep_(keep), response_(response) {
    eager(true);
    header_limit(longest_header);
    body_limit(max_body);
  }

 private:
  void on_request_impl(beast_http::verb, string_view, string_view, int, error_code&) override {}
  void on_response_impl(int code, string_view, int, error_code&) override { response_.status = code; }
  void on_field_impl(beast_http::field name, string_view text, string_view value, error_code&) override {
    using beast_http::field;
    const bool known = name == field::set_cookie || name == field::location ||
                       name == field::content_encoding || name == field::date;
    if (keep_.all_fields || (keep_.fields && known)) response_.take_field(keep_, plain(text), plain(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(string_view text, error_code&) override {
    response_.take_body(keep_, plain(text));
    return text.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view text, error_code&) override {
    response_.take_body(keep_, plain(text));
    return text.size();
  }
  void on_finish_impl(error_code&) override {}

  const Keep& keep_;
  Response& response_;
};

}  // namespace

class ResponseParser::Impl {
 public:
  std::optional<Sink> sink;
  Response response;
  std::string pending;  ///< bytes of an incomplete header or chunk line, to be offered again
  std::string problem;
  Stage stage = Stage::protocol;
  bool anything = false;
  bool head = false;
  bool continued = false;
  unsigned interims = 0;
  Keep keep;
  std::uint64_t max_body = 0;

  /// An interim response (1xx, RFC 9110, 15.2) is followed by the real one.
  bool interim() const { return response.status >= 100 && response.status < 200 && response.status != 101; }

  void begin() {
    response.clear();
    sink.emplace(keep, max_body, response);
    if (head) sink->skip(true);
  }

  Progress broken(Stage which, std::string why) {
    stage = which;
    problem = std::move(why);
    return Progress::broken;
  }

  Progress offer(std::span<const char> bytes) {
    while (!bytes.empty()) {
      error_code error;
      const std::size_t used = sink->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
      bytes = bytes.subspan(std::min(used, bytes.size()));
      if (error == beast_http::error::need_more) break;
      if (error == beast_http::error::header_limit)
        return broken(Stage::too_large,
                      fmt::format("the headers are longer than {} KiB", longest_header / 1024));
      if (error == beast_http::error::body_limit)
        return broken(Stage::too_large, fmt::format("the body is longer than {} bytes", max_body));
      if (error) return broken(Stage::protocol, error.message());
      if (sink->is_done()) {
        if (interim()) {
          continued = continued || response.status == 100;
          if (++interims > most_interims)
            return broken(Stage::protocol, fmt::format("more than {} interim (1xx) answers", most_interims));
          begin();
          continue;
        }
        if (response.status == 101)
          return broken(Stage::protocol, "101 Switching Protocols, which nobody asked for");
        if (!bytes.empty()) return broken(Stage::protocol, "bytes after the end of the response");
        return Progress::done;
      }
      if (used == 0) break;
    }
    if (bytes.size() > longest_header)
      return broken(Stage::too_large, fmt::format("a chunk's header or the trailer is longer than {} KiB",
                                                  longest_header / 1024));
    pending.assign(bytes.begin(), bytes.end());
    return Progress::need_more;
  }
};

ResponseParser::ResponseParser() : impl_(std::make_unique<Impl>()) {}
ResponseParser::~ResponseParser() = default;
ResponseParser::ResponseParser(ResponseParser&&) noexcept = default;
ResponseParser& ResponseParser::operator=(ResponseParser&&) noexcept = default;

void ResponseParser::start(bool head, Keep keep, std::uint64_t max_body) {
  impl_->pending.clear();
  impl_->problem.clear();
  impl_->anything = false;
  impl_->continued = false;
  impl_->interims = 0;
  impl_->head = head;
  impl_->keep = keep;
  impl_->max_body = max_body;
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
  return impl_->broken(Stage::read, "the connection closed before the end of the response");
}

const Response& ResponseParser::response() const { return impl_->response; }
bool ResponseParser::keep_alive() const { return impl_->sink->is_done() && impl_->sink->keep_alive(); }
bool ResponseParser::got_anything() const { return impl_->anything; }
bool ResponseParser::continue_came() const { return impl_->continued; }
Stage ResponseParser::stage() const { return impl_->stage; }
const std::string& ResponseParser::problem() const { return impl_->problem; }

}  // namespace soundcheck::http
