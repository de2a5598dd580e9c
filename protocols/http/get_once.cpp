#include "protocols/http/get_once.hpp"

#include <utility>

#include "protocols/http/connection.hpp"
#include "protocols/http/http_task.hpp"

namespace soundcheck::http {

using core::Failure;
using core::Stage;

namespace {

/// The question is no part of any run's figures.
class NobodyAsks final : public core::Probe {
 public:
  void record(core::TaskId, core::Metric, std::int64_t) override {}
  void count(core::TaskId, core::Counter, std::int64_t) override {}
  void fail(core::TaskId, const Failure&) override {}
  void skip(core::TaskId, const std::string&) override {}
  void in_progress(core::TaskId, int) override {}
};

using Make = std::unique_ptr<Connection> (*)(net::Network&, core::Timeline&, net::ChannelPtr);

core::Task<std::variant<Answer, Failure>> ask(net::Network& network, core::Timeline& timeline,
                                              const net::Endpoint& endpoint, Exchange& exchange, Make make) {
  auto connected = co_await net::connect(network, timeline, endpoint, 0, exchange.due);
  if (auto* failure = std::get_if<Failure>(&connected)) co_return std::move(*failure);
  const auto connection = make(network, timeline, std::move(std::get<net::Connected>(connected).channel));
  if (auto failure = co_await connection->exchange(exchange)) co_return std::move(*failure);
  Answer answer{connection->response().status, connection->response().body};
  co_return answer;
}

/// A request with what it needs to be asked.
class Question {
 public:
  Question(const net::Endpoint& endpoint, std::string path, Headers headers, core::TimePoint deadline)
      : request_(spec(endpoint, std::move(path), std::move(headers))),
        label_(request_.label().substr(0, request_.label().find('?'))) {
    exchange.request = &request_;
    exchange.variables = &no_variables_;
    exchange.label = label_;
    exchange.max_body = Response::longest_kept_body;
    exchange.due = deadline;
    exchange.probe = &probe_;
  }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

  Exchange exchange;

 private:
  static RequestSpec spec(const net::Endpoint& endpoint, std::string path, Headers headers) {
    RequestSpec spec{"GET", std::move(path), endpoint.authority, std::move(headers), {}, {}};
    spec.close = true;
    route(spec, endpoint);
    return spec;
  }

  const Request request_;
  const std::string label_;  // a query may hold a secret
  const core::Variables no_variables_;
  NobodyAsks probe_;
};

}  // namespace

core::Task<std::variant<int, Failure>> get_once(net::Network& network, core::Timeline& timeline,
                                                const net::Endpoint& endpoint, std::string path,
                                                core::TimePoint deadline) {
  Question question(endpoint, std::move(path), {}, deadline);
  const auto answer = co_await ask(network, timeline, endpoint, question.exchange, make_http1);
  if (const auto* good = std::get_if<Answer>(&answer)) co_return good->status;
  const Failure& failure = std::get<Failure>(answer);
  if (failure.stage != Stage::protocol || endpoint.tls || endpoint.proxy) co_return failure;
  // A plain target that answers in something else may speak HTTP/2 alone. If not, the first failure says
  // more.
  const Make make_plain_http2 = [](net::Network& n, core::Timeline& t, net::ChannelPtr channel) {
    return make_http2(n, t, std::move(channel), "http");
  };
  const auto second = co_await ask(network, timeline, endpoint, question.exchange, make_plain_http2);
  if (const auto* good = std::get_if<Answer>(&second)) co_return good->status;
  co_return failure;
}

core::Task<std::variant<Answer, Failure>> fetch_once(net::Network& network, core::Timeline& timeline,
                                                     const net::Endpoint& endpoint, std::string path,
                                                     Headers headers, core::TimePoint deadline) {
  Question question(endpoint, std::move(path), std::move(headers), deadline);
  question.exchange.keep.body = true;
  auto answer = co_await ask(network, timeline, endpoint, question.exchange, make_http1);
  co_return answer;
}

}  // namespace soundcheck::http
