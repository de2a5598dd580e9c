#include <fmt/format.h>

#include <utility>

#include "runner/plan/compile.hpp"

namespace soundcheck::plan {

using core::Subsystem;

namespace {

std::string label_of(const profile::ExchangeStep& step) {
  const profile::MessageMatch& match = step.match;
  const std::string kind =
      match.binary ? (*match.binary ? "a binary message" : "a text message") : "a message";
  if (match.contains) return fmt::format("expect {} with '{}'", kind, *match.contains);
  if (!match.json.empty()) {
    const profile::JsonCheck& first = match.json.front();
    return fmt::format("expect {} {}", first.pointer, first.expected.value_or(""));
  }
  if (match.size) return fmt::format("expect {} of {} bytes", kind, *match.size);
  return fmt::format("expect {}", kind);
}

websocket::ExchangeStep compile_step(const profile::ExchangeStep& step, core::VariableTable& names) {
  using From = profile::ExchangeStep::Kind;
  using To = websocket::ExchangeStep::Kind;
  using websocket::Opcode;
  websocket::ExchangeStep compiled;
  switch (step.kind) {
    case From::send:
      compiled.kind = To::send;
      break;
    case From::expect:
      compiled.kind = To::expect;
      break;
    case From::wait:
      compiled.kind = To::wait;
      break;
    case From::set:
      compiled.kind = To::set;
      break;
  }
  compiled.text =
      core::TextTemplate::compile(step.text, names, step.json ? core::Escape::json : core::Escape::none);
  if (step.binary) {
    compiled.opcode = Opcode::binary;
    compiled.bytes = step.binary->bytes;
    compiled.random_size = step.binary->random_size;
  }
  compiled.match = compile_match(step.match.contains, step.match.json, names);
  if (step.match.binary) compiled.of_kind = *step.match.binary ? Opcode::binary : Opcode::text;
  compiled.of_size = step.match.size;
  compiled.duration = step.duration;
  compiled.label = label_of(step);
  for (const profile::Extract& extract : step.extract)
    compiled.extract.push_back({names.slot(extract.variable), extract.variable, extract.pointer});
  for (const profile::Assignment& assignment : step.set)
    compiled.values.emplace_back(names.slot(assignment.name),
                                 core::TextTemplate::compile(assignment.value, names));
  return compiled;
}

}  // namespace

websocket::Workload compile_websocket(Plan& plan, const profile::WebSocketSystem& system,
                                      const net::TargetUrl& url) {
  websocket::Workload workload;
  workload.connection_task = add_task(plan, Subsystem::websocket, "connection");
  workload.exchange_task = add_task(plan, Subsystem::websocket, "exchange");
  workload.ping_task = add_task(plan, Subsystem::websocket, "ping");
  workload.upgrade = {url.prefix + system.path, plan.endpoint.authority};
  core::VariableTable names;
  for (const auto& [name, value] : system.headers)
    workload.upgrade.headers.emplace_back(name, core::TextTemplate::compile(value, names));
  workload.upgrade.subprotocols = system.subprotocols;
  if (system.compression) {
    workload.upgrade.compression =
        websocket::CompressionOffer{system.compression_context, static_cast<int>(system.compression_window)};
  }
  workload.messages = {system.max_message, system.fragment};
  workload.connect_timeout = system.connect_timeout;
  workload.ping_interval = system.ping_interval;
  workload.pong_timeout = system.pong_timeout;
  workload.exchange_interval = system.exchange_interval;
  workload.hold = system.hold;
  workload.reconnect = system.reconnect;
  workload.abrupt_hang_up = system.abrupt_hang_up;
  workload.half_open = system.half_open;
  workload.read_rate = system.read_rate;
  workload.slow_readers = system.read_rate > 0 ? system.slow_readers : 0;
  std::vector<websocket::ExchangeStep> steps;
  for (const profile::ExchangeStep& step : system.exchange) steps.push_back(compile_step(step, names));
  workload.exchange = websocket::Script(std::move(steps));
  return workload;
}

}  // namespace soundcheck::plan
