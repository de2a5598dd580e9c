#include "protocols/http/token_stream.hpp"

#include <fmt/format.h>

#include "protocols/core/json.hpp"
#include "protocols/http/ascii.hpp"

namespace soundcheck::http {

using core::Counter;
using core::Failure;
using core::Metric;
using core::Stage;

TokenStream::TokenStream(const StreamRule& rule, const Exchange& exchange)
    : rule_(rule), exchange_(exchange), events_([this](const ServerEvent& event) { take_event(event); }) {}

bool TokenStream::take(std::string_view piece) {
  too_long_ = !events_.feed(piece);
  return !ended_ && !too_long_;
}

void TokenStream::take_event(const ServerEvent& event) {
  if (ended_) return;
  if (rule_.until && event.data == *rule_.until) {
    ended_ = true;
    return;
  }
  if (!rule_.token) {
    take_token(event.data);
    return;
  }
  // Events of other kinds, such as the one that names the role, hold no token.
  const auto document = core::JsonDocument::parse(event.data);
  const auto token = document ? document->string(*rule_.token) : std::nullopt;
  if (token && !token->empty()) take_token(*token);
}

void TokenStream::take_token(std::string_view token) {
  core::Probe& probe = *exchange_.probe;
  const core::TimePoint now = exchange_.last_byte;
  if (tokens_++ == 0) {
    first_ = now;
    probe.record(exchange_.task, Metric::first_token_time, now - exchange_.sent);
  } else {
    probe.record(exchange_.task, Metric::token_gap, now - last_);
  }
  last_ = now;
  probe.count(exchange_.task, Counter::tokens, 1);
  text_ += token.substr(0, Response::longest_kept_body - text_.size());
}

std::optional<Failure> TokenStream::end(const Response& response) {
  const auto wrong = [&](Stage stage, std::string_view what) {
    return Failure{stage, 0, fmt::format("{}: {}", exchange_.label, what)};
  };
  if (too_long_)
    return wrong(Stage::too_large,
                 fmt::format("an event is longer than {} KiB", EventStream::longest_event / 1024));
  if (!response.content_encoding.empty() && !same_letters(response.content_encoding, "identity"))
    return wrong(Stage::check, "the stream is compressed; leave accept_encoding out of the system");
  const std::string* type = find_header(response.fields, "Content-Type");
  const std::string_view media = type == nullptr
                                     ? std::string_view("nothing")
                                     : trimmed(std::string_view(*type).substr(0, type->find(';')));
  if (!same_letters(media, "text/event-stream"))
    return wrong(Stage::check,
                 fmt::format("the answer is {}, expected text/event-stream", media.substr(0, 60)));
  if (rule_.until && !ended_)
    return wrong(Stage::check, fmt::format("the stream ended without {}", *rule_.until));
  if (tokens_ == 0) {
    return wrong(Stage::check, rule_.token
                                   ? fmt::format("no event of the stream has a token at {}", *rule_.token)
                                   : "the stream has no event with a token");
  }
  if (tokens_ > 1 && last_ > first_) {
    exchange_.probe->record_ratio(exchange_.task, Metric::tokens_per_second,
                                  static_cast<double>(tokens_ - 1) / core::to_seconds(last_ - first_));
  }
  return std::nullopt;
}

}  // namespace soundcheck::http
