#include "protocols/http/get_once.hpp"

#include <fmt/format.h>

#include "protocols/http/http_task.hpp"
#include "protocols/http/response_parser.hpp"

namespace soundcheck::http {

using core::Failure;
using core::Stage;

core::Task<std::variant<int, Failure>> get_once(net::Network& network, core::Timeline& timeline,
                                                const net::Endpoint& endpoint, std::string path,
                                                core::TimePoint deadline) {
  auto connected = co_await net::connect(network, timeline, endpoint, 0, deadline);
  if (auto* failure = std::get_if<Failure>(&connected)) co_return std::move(*failure);
  const net::ChannelPtr channel = std::move(std::get<net::Connected>(connected).channel);
  net::Deadline timeout(timeline, *channel);
  timeout.set(deadline);

  RequestSpec spec{"GET", std::move(path), endpoint.authority, {}, {}, {}};
  spec.close = true;
  route(spec, endpoint);
  const Request request(std::move(spec));
  const core::Variables no_variables;
  std::string buffer;
  const std::string_view bytes = request.render(no_variables, buffer);
  net::IoResult result = co_await net::write_all(*channel, bytes);
  if (result.status != net::IoStatus::ok) co_return net::to_failure(result, Stage::write, request.label());

  ResponseParser parser;
  parser.start(false, false);
  auto progress = ResponseParser::Progress::need_more;
  while (progress == ResponseParser::Progress::need_more) {
    const std::span<char> scratch = network.scratch();
    result = co_await net::read_some(*channel, scratch);
    if (result.status == net::IoStatus::ok) {
      progress = parser.feed(scratch.first(result.bytes));
    } else if (result.status == net::IoStatus::end) {
      progress = parser.end_of_stream();
    } else {
      co_return net::to_failure(result, Stage::read, request.label());
    }
  }
  if (progress == ResponseParser::Progress::broken) {
    co_return Failure{Stage::protocol, 0, fmt::format("{}: {}", request.label(), parser.problem())};
  }
  co_return parser.status();
}

}  // namespace soundcheck::http
