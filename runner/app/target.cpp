#include "runner/app/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "protocols/http/get_once.hpp"
#include "protocols/net/loop.hpp"
#include "protocols/net/sources.hpp"
#include "runner/importer/shell_words.hpp"
#include "runner/monitor/find_listener.hpp"

namespace soundcheck::app {

namespace {

constexpr int announcement_timeout_ms = 30'000;  // the reference agent loads its acoustic model first
constexpr core::Duration health_timeout = std::chrono::seconds(4);

/// A command that asks the health path as we do, as far as curl can be told.
std::string curl(const Target& target, const std::string& health_path) {
  std::string url = target.url.text;
  if (url.starts_with("ws")) url.replace(0, 2, "http");  // and wss:// to https://
  url += health_path;
  return fmt::format("curl -i {}{}", target.endpoint.proxy ? "-x " + target.endpoint.proxy->text + " " : "",
                     url.find_first_of("?&;") == std::string::npos ? url : importer::shell_quoted(url));
}

/// `status`: of the answer, 0 without one.
std::string what_to_check(const Target& target, const std::string& health_path,
                          const std::optional<core::Stage>& stage, int status) {
  if (target.child)
    return "The embedded reference agent does not answer; run it alone to see why: reference_agent --port "
           "8080\n";
  std::string text = "Check:\n";
  const net::TargetUrl& url = target.url;
  switch (stage.value_or(core::Stage::check)) {
    case core::Stage::certificate:
      return text +
             "  - is this the right target? its certificate is for somebody else, expired, or of an "
             "authority "
             "that is unknown here\n"
             "  - tls.ca and tls.server_name of the system file say whom to trust; tls: {verify: false} "
             "trusts "
             "anybody\n" +
             fmt::format("  - to see it: openssl s_client -connect {}:{} -servername {}\n", url.host,
                         url.port, url.host);
    case core::Stage::tls:
      return text + fmt::format(
                        "  - does the target speak TLS on port {0}? if not, name it with http://\n"
                        "  - does it want a client certificate? tls.certificate and tls.key name it\n"
                        "  - to see it: openssl s_client -connect {1}:{0}\n",
                        url.port, url.host);
    case core::Stage::proxy:
      return text +
             "  - is the proxy running, and may it reach the target? the system file's proxy names it\n" +
             fmt::format("  - try: {}\n", curl(target, health_path));
    default:
      break;
  }
  if (status == 401 || status == 403)
    text +=
        "  - the health check sends none of the system's headers: name a health_path that needs no "
        "credentials\n";
  text += fmt::format("  - is the target running? try: {}\n", curl(target, health_path));
  text += "  - is the address right? --target names it; without it the embedded reference agent is tested\n";
  if (!url.tls) text += "  - does it expect TLS? then name it with https://\n";
  return text +
         fmt::format("  - is the health path right? the system file's health_path is {}\n", health_path);
}

}  // namespace

std::variant<Target, std::string> start_embedded(const Host& host) {
  auto started = ChildProcess::start(host.executable.parent_path() / "reference_agent",
                                     {"--port", "0", "--exit-with-parent", "--quiet"});
  if (auto* error = std::get_if<std::string>(&started)) {
    return fmt::format(
        "the embedded reference agent could not be started: {}\nBuild it (tools/quickstart does), or name a "
        "target: --target URL",
        *error);
  }
  ChildProcess child = std::move(std::get<ChildProcess>(started));
  const auto port = child.read_announcement(announcement_timeout_ms);
  if (!port) {
    child.stop();
    return fmt::format(
        "the embedded reference agent did not come up: it {}. Its own message is above; a target of yours is "
        "named with --target URL",
        child.poll_exit().value_or("said nothing for 30 s"));
  }
  auto url = net::parse_target_url("http://127.0.0.1:" + *port);
  if (auto* error = std::get_if<std::string>(&url)) return *error;
  auto target = external_target(std::get<net::TargetUrl>(url), {});
  if (auto* ready = std::get_if<Target>(&target)) ready->child.emplace(std::move(child));
  return target;
}

std::variant<Route, std::string> plan_route(const profile::ConnectionSystem& connection,
                                            const net::TargetUrl& url) {
  Route route;
  std::string mistakes;
  if (url.tls) {
    const profile::TlsSystem& tls = connection.tls;
    const net::TlsSettings settings{.verify = tls.verify,
                                    .ca_file = tls.ca,
                                    .certificate_file = tls.certificate,
                                    .key_file = tls.key,
                                    .key_password = tls.key_password,
                                    .server_name = tls.server_name,
                                    .resumption = tls.resumption,
                                    .only_1_3 = tls.min_version == "1.3"};
    auto made = net::TlsContext::create(settings);
    if (const auto* problem = std::get_if<std::string>(&made))
      mistakes += *problem;
    else
      route.tls = std::get<std::shared_ptr<const net::TlsContext>>(made);
  }
  if (!connection.proxy.empty()) {
    auto proxy = net::parse_proxy(connection.proxy);
    if (const auto* problem = std::get_if<std::string>(&proxy))
      mistakes += *problem + '\n';
    else
      route.proxy = std::move(std::get<net::Proxy>(proxy));
  }
  for (const std::string& text : connection.source_addresses) {
    const auto address = net::numeric_address(text);
    if (address && net::is_own_address(*address)) {
      route.sources.push_back(*address);
    } else {
      mistakes +=
          fmt::format("source_addresses: {} is no address of this machine; ip address lists them\n", text);
    }
  }
  if (!mistakes.empty()) return mistakes;
  return route;
}

std::variant<Target, std::string> external_target(const net::TargetUrl& url, const Route& route) {
  Target target{url, net::unresolved(url), std::nullopt};
  std::optional<core::Failure> failure;
  std::string cure = "Check the host name in --target";
  if (route.proxy) {  // it resolves the target's name
    auto proxy = std::make_shared<net::Proxy>(*route.proxy);
    failure = net::resolve_proxy(*proxy);
    cure = "Check the host name in the system file's proxy";
    target.endpoint.proxy = std::move(proxy);
  } else {
    auto resolved = net::resolve(url);
    if (auto* problem = std::get_if<core::Failure>(&resolved))
      failure = std::move(*problem);
    else
      target.endpoint = std::move(std::get<net::Endpoint>(resolved));
  }
  if (failure) return fmt::format("the target {} cannot be reached: {}\n{}", url.text, failure->text, cure);
  target.endpoint.tls = route.tls;
  return target;
}

std::variant<std::vector<net::Address>, std::string> choose_sources(const Target& target, const Route& route,
                                                                    std::uint64_t sockets) {
  return net::plan_sources(target.endpoint, sockets, route.sources, net::read_port_range());
}

std::optional<std::string> check_reachable(Target& target, const std::string& health_path) {
  net::Loop loop;
  core::TaskGroup group;
  std::variant<int, core::Failure> answer = 0;
  auto ask = [&]() -> core::Task<void> {
    answer = co_await http::get_once(loop, loop, target.endpoint, target.url.prefix + health_path,
                                     loop.now() + health_timeout);
    loop.stop();
  };
  group.spawn(ask());
  if (group.live() > 0) loop.run();

  std::string problem;
  std::optional<core::Stage> stage;
  int status = 0;
  if (const auto* failure = std::get_if<core::Failure>(&answer)) {
    problem = failure->text;
    stage = failure->stage;
  } else if (status = std::get<int>(answer); status < 200 || status >= 400) {
    problem = fmt::format("GET {} answered with status {}", target.url.prefix + health_path, status);
  } else {
    return std::nullopt;
  }
  std::string text = fmt::format("the target {} cannot be tested: {}\n", target.url.text, problem);
  if (target.child) {
    if (const auto exit = target.child->poll_exit()) text += fmt::format("Its process {}.\n", *exit);
  }
  return text + what_to_check(target, health_path, stage, status);
}

report::ProcessResult find_process(const Target& target, std::optional<int> pid) {
  report::ProcessResult process;
  if (target.child) {
    process.pid = target.child->pid();
    process.how_found = "child process";
    return process;
  }
  if (pid) {
    process.pid = *pid;
    process.how_found = "--target-pid";
    return process;
  }
  if (target.endpoint.proxy) {
    process.no_data =
        "the target is behind a proxy, so its process cannot be found by its port; if it runs here, name it "
        "with "
        "--target-pid";
    return process;
  }
  const auto& addresses = target.endpoint.addresses;
  if (!std::any_of(addresses.begin(), addresses.end(), net::is_loopback)) {
    process.no_data =
        "the target runs on another machine, so its memory cannot be seen from here; run Soundcheck on "
        "the target's machine, or leave the objective out with --set";
    return process;
  }
  std::uint16_t port = 0;
  const std::string& text = target.url.port;
  std::from_chars(text.data(), text.data() + text.size(), port);
  const auto found = monitor::find_listener(port);
  if (const auto* none = std::get_if<monitor::NoProcess>(&found)) {
    process.no_data = none->reason;
    return process;
  }
  process.pid = std::get<int>(found);
  process.how_found = fmt::format("listens on port {}", port);
  return process;
}

}  // namespace soundcheck::app
