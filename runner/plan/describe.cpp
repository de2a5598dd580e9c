#include "runner/plan/describe.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>

#include "runner/plan/cost.hpp"
#include "runner/plan/words.hpp"

namespace soundcheck::plan {

namespace {

void describe_steps(std::string& out, const std::vector<http::Step>& steps, std::size_t indent);

void describe_step(std::string& out, const http::Step& step, std::size_t indent) {
  auto line = std::back_inserter(out);
  const std::string space(indent, ' ');
  if (const auto* request = std::get_if<http::RequestStep>(&step)) {
    fmt::format_to(line, "{}{}{}{}\n", space, request->request.label(),
                   request->multipart ? fmt::format(", {} parts", request->multipart->parts.size()) : "",
                   request->stream ? ", a stream of tokens" : "");
  } else if (const auto* pause = std::get_if<http::PauseStep>(&step)) {
    fmt::format_to(line, "{}pause {}\n", space, pause_text(pause->length));
  } else if (const auto* stop = std::get_if<http::StopStep>(&step)) {
    fmt::format_to(line, "{}stop: {}\n", space, stop->reason);
  } else if (const auto* poll = std::get_if<http::PollStep>(&step)) {
    fmt::format_to(line, "{}{} every {} until {}, within {}\n", space, poll->request.request.label(),
                   time_text(poll->every), poll->until.text(), time_text(poll->within));
  } else if (const auto* when = std::get_if<http::WhenStep>(&step)) {
    fmt::format_to(line, "{}when {}\n", space, when->condition.text());
    describe_steps(out, when->steps, indent + 2);
    if (!when->otherwise.empty()) fmt::format_to(line, "{}otherwise\n", space);
    describe_steps(out, when->otherwise, indent + 2);
  } else if (const auto* repeat = std::get_if<http::RepeatStep>(&step)) {
    fmt::format_to(line, "{}up to {} times{}\n", space, repeat->at_most,
                   repeat->condition.text().empty() ? "" : " while " + repeat->condition.text());
    describe_steps(out, repeat->steps, indent + 2);
  }
}

void describe_steps(std::string& out, const std::vector<http::Step>& steps, std::size_t indent) {
  for (const http::Step& step : steps) describe_step(out, step, indent);
}

std::string_view order_text(core::FeedOrder order) {
  switch (order) {
    case core::FeedOrder::circular:
      return "one after the other, again and again";
    case core::FeedOrder::random:
      return "at random";
    case core::FeedOrder::unique:
      return "each once, then users end";
  }
  return "";
}

/// How often each task is chosen, of all choices of all users.
std::vector<double> task_shares(const http::Workload& work) {
  std::vector<double> shares(work.tasks.size());
  for (const UserGroup& group : groups_of(work)) {
    for (std::size_t i = 0; i < shares.size(); ++i) shares[i] += group.share * group.tasks[i];
  }
  return shares;
}

void describe_classes(std::string& out, const http::Workload& work, const Plan& plan) {
  auto line = std::back_inserter(out);
  double users = 0;
  for (const http::UserClass& user_class : work.classes) users += user_class.weight;
  for (const http::UserClass& user_class : work.classes) {
    fmt::format_to(line, "  {:>5.1f} %  of the users are {}:", user_class.weight / users * 100,
                   user_class.name);
    std::string_view separator = " ";
    for (std::size_t i = 0; i < work.tasks.size(); ++i) {
      if (user_class.task_weights[i] == 0) continue;
      fmt::format_to(line, "{}{} × {}", separator, user_class.task_weights[i],
                     plan.tasks[work.tasks[i].id].second);
      separator = ", ";
    }
    if (user_class.think_time) fmt::format_to(line, "; think time {}", pause_text(*user_class.think_time));
    fmt::format_to(line, "\n");
  }
}

void describe_once(std::string& out, std::string_view when, const std::vector<http::Step>& steps) {
  if (steps.empty()) return;
  fmt::format_to(std::back_inserter(out), "  {}\n", when);
  describe_steps(out, steps, 12);
}

void describe_api(std::string& out, const http::Workload& work, const Load& load, const Plan& plan) {
  auto line = std::back_inserter(out);
  const bool thinks = load.model == Model::closed && !load.pacing;
  if (thinks) fmt::format_to(line, "  think time {} between tasks\n", pause_text(work.think_time));
  fmt::format_to(line, "  each request within {}\n", time_text(work.timeout));
  for (const http::DataFeed& feed : work.data)
    fmt::format_to(line, "  data {}: {} rows, {}\n", feed.name, feed.table->rows(), order_text(feed.order));
  describe_once(out, "once before the load:", work.setup);
  if (work.login) describe_once(out, "each user before its first task:", work.login->steps);
  if (work.login) describe_once(out, "to renew its login:", work.login->refresh);
  describe_classes(out, work, plan);
  const std::vector<double> shares = task_shares(work);
  double requests_per_task = 0;
  for (std::size_t i = 0; i < work.tasks.size(); ++i) {
    const http::Task& task = work.tasks[i];
    requests_per_task += shares[i] * cost_of(task.steps).requests;
    fmt::format_to(line, "  {:>5.1f} %  {}\n", shares[i] * 100, plan.tasks[task.id].second);
    describe_steps(out, task.steps, 12);
  }
  describe_once(out, "once after the load:", work.teardown);
  // Task starts over the whole run if no answer took any time.
  const double user_seconds = load.curve.area(load.curve.end());
  const double think = core::to_seconds(load.pacing.value_or(work.think_time.mean()));
  if (load.model == Model::open) {
    fmt::format_to(line, "  about {:.0f} requests in all\n", user_seconds * requests_per_task);
  } else if (think > 0) {
    fmt::format_to(line, "  at most about {:.1f} requests/s, {:.0f} in all (fewer as answers take time)\n",
                   load.curve.peak() / think * requests_per_task, user_seconds / think * requests_per_task);
  } else {
    fmt::format_to(line, "  no think time: as fast as the target answers\n");
  }
}

std::string reconnect_text(const core::Backoff& backoff) {
  if (backoff.kind == core::Backoff::Kind::none) return "at once";
  if (backoff.kind == core::Backoff::Kind::constant) return "after " + time_text(backoff.first);
  return fmt::format("by {} back-off from {} to {}",
                     core::backoff_names[static_cast<std::size_t>(backoff.kind)], time_text(backoff.first),
                     time_text(backoff.max));
}

void describe_websocket(std::string& out, const websocket::Workload& work) {
  auto line = std::back_inserter(out);
  fmt::format_to(line, "  {} held for {}, closed, and opened again {}; accepted within {}\n",
                 work.upgrade.path, time_text(work.hold), reconnect_text(work.reconnect),
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
      case websocket::ExchangeStep::Kind::set:
        break;
    }
  }
}

void describe_voice(std::string& out, const voice::Workload& work, const Load& load) {
  auto line = std::back_inserter(out);
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
  if (load.model == Model::open) return;
  const double frames = 1000.0 / work.variants.front().format.frame_ms * load.curve.peak();
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
    if (objective.tag) fmt::format_to(line, " of tasks tagged {}", *objective.tag);
    if (objective.over) fmt::format_to(line, " over any {}", time_text(*objective.over));
    if (objective.stability) fmt::format_to(line, " in the last third / in the first third");
    for (const profile::ObjectiveLevel& level : objective.levels)
      fmt::format_to(line, ", {} {}", level.name, level.bound.text);
    fmt::format_to(line, ", else {}", objective.worst);
    if (objective.abort_on_fail)
      fmt::format_to(line, " and the run ends, {} after the warm-up at the earliest",
                     time_text(objective.grace));
    fmt::format_to(line, "\n");
  }
}

void describe_monitors(std::string& out, const std::vector<profile::Monitor>& monitors) {
  if (monitors.empty()) return;
  auto line = std::back_inserter(out);
  fmt::format_to(line, "\nmonitors:\n");
  for (const profile::Monitor& monitor : monitors) {
    fmt::format_to(line, "  {}: {} every {}", monitor.name, profile::kind_of(monitor),
                   time_text(profile::interval_of(monitor)));
    std::string_view separator = ": ";
    for (const profile::MonitorSeries& series : profile::series_of(monitor)) {
      fmt::format_to(line, "{}{}", separator, series.name);
      separator = ", ";
    }
    fmt::format_to(line, "\n");
  }
}

void describe_workload(std::string& out, const Workload& workload, const Plan& plan) {
  fmt::format_to(std::back_inserter(out), "\n{}: {}\n", title(workload), load_text(workload, plan));
  if (const auto* api = std::get_if<http::Workload>(&workload.behaviour)) {
    describe_api(out, *api, workload.load, plan);
  } else if (const auto* channel = std::get_if<websocket::Workload>(&workload.behaviour)) {
    describe_websocket(out, *channel);
  } else {
    describe_voice(out, std::get<voice::Workload>(workload.behaviour), workload.load);
  }
}

/// "10 API users", "200 API tasks/s", "up to 100 calls".
std::string short_load(const Workload& workload) {
  struct Words {
    std::string_view users, arrivals;
  };
  constexpr std::array<Words, core::subsystem_count> words{
      {{"API users", "API tasks"}, {"WebSocket connections", "WebSocket connections"}, {"calls", "calls"}}};
  const Words& word = words[static_cast<std::size_t>(workload.subsystem)];
  const std::string name = workload.name.empty() ? "" : fmt::format(" ({})", workload.name);
  const double peak = workload.load.curve.peak();
  if (workload.load.model == Model::open) return fmt::format("{:g} {}/s{}", peak, word.arrivals, name);
  return fmt::format("{:.0f} {}{}", std::ceil(peak), word.users, name);
}

}  // namespace

std::string headline(const profile::Profile& profile, const Plan& plan, const std::string& target) {
  std::string text = fmt::format("{} on {} against {}: {}", profile.name, profile.system.name, target,
                                 time_text(plan.duration));
  if (plan.warm_up > core::Duration::zero()) text += fmt::format(" ({} warm-up)", time_text(plan.warm_up));
  for (const Workload& workload : plan.workloads) text += ", " + short_load(workload);
  return text;
}

std::string describe(const profile::Profile& profile, const Plan& plan, const std::string& target) {
  std::string out = headline(profile, plan, target) + "\n";
  auto line = std::back_inserter(out);
  if (!profile.description.empty()) fmt::format_to(line, "{}\n", profile.description);
  fmt::format_to(line, "seed {}, drain {}, ", profile.seed, time_text(plan.drain));
  if (plan.cool_down > core::Duration::zero())
    fmt::format_to(line, "cool-down {}, ", time_text(plan.cool_down));
  fmt::format_to(line, "health check GET {}\n", profile.system.health_path);
  for (const Workload& workload : plan.workloads) describe_workload(out, workload, plan);
  describe_monitors(out, profile.system.monitors);
  describe_objectives(out, profile.system.objectives, plan);
  fmt::format_to(line, "\nNothing was sent.\n");
  return out;
}

}  // namespace soundcheck::plan
