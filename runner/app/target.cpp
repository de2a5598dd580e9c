#include "runner/app/target.hpp"

#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

#include "protocols/http/get_once.hpp"
#include "protocols/net/loop.hpp"
#include "runner/monitor/find_listener.hpp"

namespace soundcheck::app {

namespace {

constexpr int announcement_timeout_ms = 30'000;  // the reference agent loads its acoustic model first
constexpr core::Duration health_timeout = std::chrono::seconds(4);

bool is_local(const net::Address& address) {
  if (address.family == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(address.socket_address.data());
    return (ntohl(in->sin_addr.s_addr) >> 24) == 127;
  }
  const auto* in6 = reinterpret_cast<const sockaddr_in6*>(address.socket_address.data());
  return address.family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

std::string what_to_check(const Target& target, const std::string& health_path) {
  if (target.child)
    return "The embedded reference agent does not answer; run it alone to see why: reference_agent --port "
           "8080\n";
  return fmt::format(
      "Check:\n"
      "  - is the target running? try: curl -i {0}{1}\n"
      "  - is the address right? --target names it; without it the embedded reference agent is tested\n"
      "  - is the health path right? the system file's health_path is {1}\n",
      target.url.text, health_path);
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
  auto target = external_target(std::get<net::TargetUrl>(url));
  if (auto* ready = std::get_if<Target>(&target)) ready->child.emplace(std::move(child));
  return target;
}

std::variant<Target, std::string> external_target(const net::TargetUrl& url) {
  auto resolved = net::resolve(url);
  if (const auto* failure = std::get_if<core::Failure>(&resolved)) {
    return fmt::format("the target {} cannot be reached: {}\nCheck the host name in --target", url.text,
                       failure->text);
  }
  return Target{url, std::move(std::get<net::Endpoint>(resolved)), std::nullopt};
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
  if (const auto* failure = std::get_if<core::Failure>(&answer)) {
    problem = failure->text;
  } else if (const int status = std::get<int>(answer); status < 200 || status >= 400) {
    problem = fmt::format("GET {} answered with status {}", target.url.prefix + health_path, status);
  } else {
    return std::nullopt;
  }
  std::string text = fmt::format("the target {} cannot be tested: {}\n", target.url.text, problem);
  if (target.child) {
    if (const auto exit = target.child->poll_exit()) text += fmt::format("Its process {}.\n", *exit);
  }
  return text + what_to_check(target, health_path);
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
  const auto& addresses = target.endpoint.addresses;
  if (!std::any_of(addresses.begin(), addresses.end(), is_local)) {
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
