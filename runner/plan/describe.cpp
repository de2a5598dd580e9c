#include "runner/plan/describe.hpp"

#include <fmt/format.h>

#include <iterator>

#include "runner/shape/spawn.hpp"

namespace soundcheck::plan {

namespace {

std::string time_text(core::Duration d) {
  const double s = core::to_seconds(d);
  if (s >= 120) return fmt::format("{:g} min", s / 60);
  if (s >= 1 || s == 0) return fmt::format("{:g} s", s);
  return fmt::format("{:g} ms", s * 1000);
}

std::string pause_text(const core::Pause& pause) {
  using Kind = core::Pause::Kind;
  switch (pause.kind()) {
    case Kind::constant:
      break;
    case Kind::uniform:
      return fmt::format("{} to {}", time_text(pause.first()), time_text(pause.second()));
    case Kind::normal:
      return fmt::format("{} ± {} (normal)", time_text(pause.first()), time_text(pause.second()));
    case Kind::exponential:
      return fmt::format("{} on average (exponential)", time_text(pause.first()));
  }
  return time_text(pause.first());
}

/// "10 users, 10 new ones a second, all there after 0.9 s".
std::string load_text(const ClosedLoad& load, std::string_view what) {
  const core::Duration all_there = shape::spawn_offset(load.users == 0 ? 0 : load.users - 1, load.per_second);
  return fmt::format("{} {}, {:g} new ones a second, all there after {}", load.users, what, load.per_second,
                     time_text(all_there));
}

void describe_api(std::string& out, const Part<http::Workload>& part, const Plan& plan) {
  auto line = std::back_inserter(out);
  const http::Workload& work = part.workload;
  fmt::format_to(line, "\napi: {}\n", load_text(part.load, "users"));
  fmt::format_to(line, "  think time {} between tasks, each request within {}\n", pause_text(work.think_time),
                 time_text(work.timeout));
  double weights = 0;
  double requests_per_task = 0;
  for (const http::Task& task : work.tasks) weights += task.weight;
  for (const http::Task& task : work.tasks) {
    const double share = task.weight / weights;
    requests_per_task += share * static_cast<double>(task.steps.size());
    fmt::format_to(line, "  {:>5.1f} %  {}\n", share * 100, plan.tasks[task.id].second);
    for (const http::Step& step : task.steps) fmt::format_to(line, "            {}\n", step.request.label());
  }
  const double think = core::to_seconds(work.think_time.mean());
  if (think > 0) {
    const double rate = part.load.users / think * requests_per_task;
    fmt::format_to(line, "  at most about {:.1f} requests/s, {:.0f} in all (fewer as answers take time)\n",
                   rate, rate * core::to_seconds(plan.duration));
  } else {
    fmt::format_to(line, "  no think time: as fast as the target answers\n");
  }
}

void describe_websocket(std::string& out, const Part<websocket::Workload>& part) {
  auto line = std::back_inserter(out);
  const websocket::Workload& work = part.workload;
  fmt::format_to(line, "\nwebsocket: {}\n", load_text(part.load, "connections"));
  fmt::format_to(line, "  {} held for {}, closed, and opened again after {}; accepted within {}\n",
                 work.upgrade.path, time_text(work.hold), time_text(work.reconnect.first),
                 time_text(work.connect_timeout));
  fmt::format_to(line, "  a ping every {}\n", time_text(work.ping_interval));
  if (work.exchange.empty()) return;
  fmt::format_to(line, "  every {}:\n", time_text(work.exchange_interval));
  for (const websocket::ExchangeStep& step : work.exchange) {
    switch (step.kind) {
      case websocket::ExchangeStep::Kind::send:
        fmt::format_to(line, "    send a message\n");
        break;
      case websocket::ExchangeStep::Kind::expect:
        fmt::format_to(line, "    {} within {}\n", step.label, time_text(step.duration));
        break;
      case websocket::ExchangeStep::Kind::wait:
        fmt::format_to(line, "    wait {}\n", time_text(step.duration));
        break;
    }
  }
}

void describe_voice(std::string& out, const Part<voice::Workload>& part) {
  auto line = std::back_inserter(out);
  const voice::Workload& work = part.workload;
  fmt::format_to(line, "\nai_pipeline: {}\n", load_text(part.load, "calls at the same time"));
  fmt::format_to(
      line, "  {}, dialect {}, {} turns a call, ready within {}, answer within {} of the end of speech\n",
      work.upgrade.path, work.dialect, work.turns, time_text(work.setup_timeout),
      time_text(work.answer_timeout));
  fmt::format_to(line, "  pause before a turn {}, between calls {}\n", pause_text(work.pause_before_turn),
                 pause_text(work.pause_between_calls));
  for (const voice::Variant& variant : work.variants) {
    double seconds = 0;
    for (const audio::EncodedClipPtr& clip : variant.clips) seconds += clip->clip->seconds();
    fmt::format_to(line, "  {} at {} Hz in frames of {} ms, {} clips of {:.1f} s on average\n",
                   audio::to_string(variant.format.encoding), variant.format.sample_rate,
                   variant.format.frame_ms, variant.clips.size(),
                   seconds / static_cast<double>(variant.clips.size()));
  }
  const double frames = 1000.0 / work.variants.front().format.frame_ms * part.load.users;
  fmt::format_to(line, "  {:g} frames/s to the target when all callers are there\n", frames);
}

/// Objectives of subsystems that do not run are not judged.
bool judged(const profile::Objective& objective, const Plan& plan) {
  const auto subsystem = core::subsystem_from_string(objective.metric.substr(0, objective.metric.find('.')));
  return !subsystem || plan.has(*subsystem);
}

void describe_objectives(std::string& out, const std::vector<profile::Objective>& objectives,
                         const Plan& plan) {
  auto line = std::back_inserter(out);
  fmt::format_to(line, "\nobjectives:\n");
  for (const profile::Objective& objective : objectives) {
    if (!judged(objective, plan)) continue;
    fmt::format_to(line, "  {}: {}", objective.name, objective.metric);
    if (!objective.aggregation.empty()) fmt::format_to(line, " {}", objective.aggregation);
    if (objective.task) fmt::format_to(line, " of task {}", *objective.task);
    fmt::format_to(line, ", target {}", objective.target.text);
    if (objective.warning) fmt::format_to(line, ", warning {}", objective.warning->text);
    fmt::format_to(line, ", else critical\n");
  }
}

}  // namespace

std::string headline(const profile::Profile& profile, const Plan& plan, const std::string& target) {
  std::string text = fmt::format("{} on {} against {}: {}", profile.name, profile.system.name, target,
                                 time_text(plan.duration));
  if (plan.warm_up > core::Duration::zero()) text += fmt::format(" ({} warm-up)", time_text(plan.warm_up));
  if (plan.api) text += fmt::format(", {} API users", plan.api->load.users);
  if (plan.websocket) text += fmt::format(", {} WebSocket connections", plan.websocket->load.users);
  if (plan.ai_pipeline) text += fmt::format(", {} calls", plan.ai_pipeline->load.users);
  return text;
}

std::string describe(const profile::Profile& profile, const Plan& plan, const std::string& target) {
  std::string out = headline(profile, plan, target) + "\n";
  auto line = std::back_inserter(out);
  if (!profile.description.empty()) fmt::format_to(line, "{}\n", profile.description);
  fmt::format_to(line, "seed {}, drain {}, health check GET {}\n", profile.seed, time_text(plan.drain),
                 profile.system.health_path);
  if (plan.api) describe_api(out, *plan.api, plan);
  if (plan.websocket) describe_websocket(out, *plan.websocket);
  if (plan.ai_pipeline) describe_voice(out, *plan.ai_pipeline);
  describe_objectives(out, profile.system.objectives, plan);
  fmt::format_to(line, "\nNothing was sent.\n");
  return out;
}

}  // namespace soundcheck::plan
