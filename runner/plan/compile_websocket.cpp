#include <fmt/format.h>

#include "runner/plan/compile.hpp"

namespace soundcheck::plan {

using core::Subsystem;

namespace {

std::string label_of(const profile::ExchangeStep& step) {
  if (step.match.contains) return fmt::format("expect a message with '{}'", *step.match.contains);
  if (step.match.json.empty()) return "expect a message";
  const profile::JsonCheck& first = step.match.json.front();
  return fmt::format("expect {} {}", first.pointer, first.expected.value_or(""));
}

}  // namespace

websocket::Workload compile_websocket(Plan& plan, const profile::WebSocketSystem& system,
                                      const net::TargetUrl& url) {
  websocket::Workload workload;
  workload.connection_task = add_task(plan, Subsystem::websocket, "connection");
  workload.exchange_task = add_task(plan, Subsystem::websocket, "exchange");
  workload.ping_task = add_task(plan, Subsystem::websocket, "ping");
  workload.upgrade = {url.prefix + system.path, plan.endpoint.authority, system.headers};
  workload.connect_timeout = system.connect_timeout;
  workload.ping_interval = system.ping_interval;
  workload.exchange_interval = system.exchange_interval;
  workload.hold = system.hold;
  workload.reconnect_delay = system.reconnect_delay;
  using From = profile::ExchangeStep::Kind;
  using To = websocket::ExchangeStep::Kind;
  for (const profile::ExchangeStep& step : system.exchange) {
    const To kind = step.kind == From::send ? To::send : step.kind == From::expect ? To::expect : To::wait;
    workload.exchange.push_back({kind, core::TextTemplate::compile(step.text),
                                 compile_match(step.match.contains, step.match.json), step.duration,
                                 label_of(step)});
  }
  return workload;
}

}  // namespace soundcheck::plan
