#include "runner/monitor/http_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "protocols/http/get_once.hpp"
#include "protocols/net/loop.hpp"
#include "protocols/net/tls_context.hpp"

namespace soundcheck::monitor {

namespace {

/// What to look at first when an endpoint gives nothing.
std::string cure(core::Stage stage, const std::string& shown) {
  switch (stage) {
    case core::Stage::resolve:
      return "check the host name of its url";
    case core::Stage::certificate:
      return "tls.ca and tls.server_name of the monitor say whom to trust";
    case core::Stage::too_large:
      return "ask for less, for example with a path of its own for these figures";
    default:
      return fmt::format("is it running? try: curl -i {}", shown);
  }
}

/// What create() says of the `tls` keys: lines that begin with the key.
std::vector<profile::MonitorProblem> split_by_key(std::string_view lines) {
  std::vector<profile::MonitorProblem> problems;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const std::size_t colon = line.find(": ");
    if (line.starts_with("tls.") && colon != std::string_view::npos) {
      problems.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 2))});
    } else if (!line.empty()) {
      problems.push_back({"tls", std::string(line)});
    }
  }
  return problems;
}

net::TlsSettings settings_of(const profile::TlsSystem& tls) {
  return {.verify = tls.verify,
          .ca_file = tls.ca,
          .certificate_file = tls.certificate,
          .key_file = tls.key,
          .key_password = tls.key_password,
          .server_name = tls.server_name,
          .resumption = false,
          .only_1_3 = tls.min_version == "1.3"};
}

}  // namespace

std::variant<HttpSource, std::vector<profile::MonitorProblem>> HttpSource::create(
    const profile::MonitorRequest& request, std::string accept) {
  const std::size_t authority = request.url.find("://") + 3;
  const std::size_t end = std::min(request.url.find_first_of("/?#", authority), request.url.size());
  std::vector<profile::MonitorProblem> problems;
  HttpSource source;
  auto url = net::parse_target_url(request.url.substr(0, end));
  if (auto* good = std::get_if<net::TargetUrl>(&url)) {
    source.url_ = std::move(*good);
  } else {
    // Its reason may repeat the host or the port, which are parts of a password where one stands before them.
    problems.push_back({"url",
                        "this is no URL of HTTP with a host and a port from 1 to 65535; write it like "
                        "http://127.0.0.1:9187/metrics, and send a user name and password as a header"});
  }
  if (request.url.starts_with("https://")) {
    auto made = net::TlsContext::create(settings_of(request.tls));
    if (const auto* lines = std::get_if<std::string>(&made)) {
      for (profile::MonitorProblem& problem : split_by_key(*lines)) problems.push_back(std::move(problem));
    } else {
      source.tls_ = std::move(std::get<std::shared_ptr<const net::TlsContext>>(made));
    }
  }
  if (!problems.empty()) return problems;
  source.path_ = request.url.substr(end, request.url.find('#') - end);
  if (!source.path_.starts_with('/')) source.path_.insert(0, "/");
  http::encode_target(source.path_);
  source.shown_ = request.url.substr(0, request.url.find_first_of("?#"));
  source.headers_ = request.headers;
  if (http::find_header(source.headers_, "Accept") == nullptr)
    source.headers_.emplace_back("Accept", std::move(accept));
  return source;
}

std::variant<std::string, std::string> HttpSource::get(core::TimePoint deadline) const {
  using Result = std::variant<std::string, std::string>;
  auto resolved = net::resolve(url_);
  if (const auto* failure = std::get_if<core::Failure>(&resolved))
    return Result(std::in_place_index<1>, fmt::format("{}; {}", failure->text, cure(failure->stage, shown_)));
  net::Endpoint& endpoint = std::get<net::Endpoint>(resolved);
  endpoint.tls = tls_;

  net::Loop loop;
  core::TaskGroup group;
  std::variant<http::Answer, core::Failure> got = core::Failure{};
  const auto ask = [&]() -> core::Task<void> {
    got = co_await http::fetch_once(loop, loop, endpoint, path_, headers_, deadline);
    loop.stop();
  };
  group.spawn(ask());
  if (group.live() > 0) loop.run();
  if (const auto* failure = std::get_if<core::Failure>(&got))
    return Result(std::in_place_index<1>, fmt::format("{}; {}", failure->text, cure(failure->stage, shown_)));
  http::Answer& answer = std::get<http::Answer>(got);
  if (answer.status != 200)
    return Result(std::in_place_index<1>,
                  fmt::format("{} answered with status {}; {}", shown_, answer.status,
                              answer.status == 401 || answer.status == 403
                                  ? "does it want a header? `headers` of the monitor sends some"
                                  : "check the path of its url"));
  return Result(std::in_place_index<0>, std::move(answer.body));
}

}  // namespace soundcheck::monitor
