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

core::Task<std::variant<int, Failure>> ask(net::Network& network, core::Timeline& timeline,
                                           const net::Endpoint& endpoint, Exchange& exchange, Make make) {
  auto connected = co_await net::connect(network, timeline, endpoint, 0, exchange.due);
  if (auto* failure = std::get_if<Failure>(&connected)) co_return std::move(*failure);
  const auto connection = make(network, timeline, std::move(std::get<net::Connected>(connected).channel));
  if (auto failure = co_await connection->exchange(exchange)) co_return std::move(*failure);
  co_return connection->response().status;
}

}  // namespace

core::Task<std::variant<int, Failure>> get_once(net::Network& network, core::Timeline& timeline,
                                                const net::Endpoint& endpoint, std::string path,
                                                core::TimePoint deadline) {
  RequestSpec spec{"GET", std::move(path), endpoint.authority, {}, {}, {}};
  spec.close = true;
  route(spec, endpoint);
  const Request request(std::move(spec));
  const core::Variables no_variables;
  NobodyAsks probe;
  Exchange exchange;
  exchange.request = &request;
  exchange.variables = &no_variables;
  exchange.label = request.label();
  exchange.max_body = Response::longest_kept_body;
  exchange.due = deadline;
  exchange.probe = &probe;

  auto answer = co_await ask(network, timeline, endpoint, exchange, make_http1);
  const auto* failure = std::get_if<Failure>(&answer);
  if (failure == nullptr || failure->stage != Stage::protocol || endpoint.tls || endpoint.proxy)
    co_return answer;
  // A plain target that answers in something else may speak HTTP/2 alone. If not, the first failure says
  // more.
  const Make make_plain_http2 = [](net::Network& n, core::Timeline& t, net::ChannelPtr channel) {
    return make_http2(n, t, std::move(channel), "http");
  };
  auto second = co_await ask(network, timeline, endpoint, exchange, make_plain_http2);
  co_return std::holds_alternative<int>(second) ? second : answer;
}

}  // namespace soundcheck::http
