#include "runner/plan/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "runner/plan/cost.hpp"
#include "runner/plan/describe.hpp"
#include "runner/plan/words.hpp"

namespace soundcheck::plan {

namespace {

constexpr std::size_t chart_rows = 8;
constexpr std::size_t chart_columns = 60;
/// Linux's range, 32768 to 60999, for one address of ours and one of the target.
constexpr double ports_of_an_address = 28'232;
/// How long the kernel keeps a port after we have closed its connection (TIME_WAIT).
constexpr double seconds_of_a_closed_port = 60;

/// "12,345", and with a digit after the point below 100.
std::string amount(double value) {
  if (value < 99.95) return fmt::format("{:.1f}", value);
  std::string text = fmt::format("{:.0f}", value);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

/// Expected starts of each task in the whole run, by place.
std::vector<double> expected_starts(const http::Workload& work, const Load& load,
                                    core::Duration response_time) {
  std::vector<double> starts(work.tasks.size());
  const double area = load.curve.area(load.curve.end());  // arrivals, or seconds of users
  for (const UserGroup& group : groups_of(work)) {
    double seconds = 0;  // of one task on average
    for (std::size_t i = 0; i < work.tasks.size(); ++i) {
      const Cost cost = cost_of(work.tasks[i].steps);
      seconds +=
          group.tasks[i] * (cost.requests * core::to_seconds(response_time) + core::to_seconds(cost.pauses));
    }
    const double cycle = load.pacing ? std::max(core::to_seconds(*load.pacing), seconds)
                                     : seconds + core::to_seconds(group.think_time.mean());
    const double tasks = load.model == Model::open ? area * group.share
                         : cycle > 0               ? area * group.share / cycle
                                                   : 0;
    for (std::size_t i = 0; i < starts.size(); ++i) starts[i] += tasks * group.tasks[i];
  }
  return starts;
}

void explain_api(std::string& out, const http::Workload& work, const Load& load, const Plan& plan,
                 core::Duration response_time) {
  auto line = std::back_inserter(out);
  const std::vector<double> starts = expected_starts(work, load, response_time);
  double all_starts = 0;
  double all_requests = 0;
  for (const double n : starts) all_starts += n;
  fmt::format_to(line, "  if each answer takes {} (--response-time):\n", time_text(response_time));
  fmt::format_to(line, "    {:<28}{:>9}{:>12}{:>12}{:>12}\n", "task", "share", "starts", "requests",
                 "in all");
  for (std::size_t i = 0; i < work.tasks.size(); ++i) {
    const double requests = cost_of(work.tasks[i].steps).requests;
    all_requests += starts[i] * requests;
    fmt::format_to(line, "    {:<28}{:>7.1f} %{:>12}{:>12g}{:>12}\n", plan.tasks[work.tasks[i].id].second,
                   all_starts > 0 ? starts[i] / all_starts * 100 : 0, amount(starts[i]), requests,
                   amount(starts[i] * requests));
  }
  const double area = load.curve.area(load.curve.end());
  const double at_peak = area > 0 ? all_requests * load.curve.peak() / area : 0;
  fmt::format_to(line, "  {} tasks with {} requests; {} requests/s on average, {} at the peak of the load\n",
                 amount(all_starts), amount(all_requests),
                 amount(all_requests / core::to_seconds(load.curve.end())), amount(at_peak));
  if (work.login) {
    fmt::format_to(line, "  before their first task, each of {} users logs in: {:g} requests\n",
                   amount(std::ceil(load.curve.peak())), cost_of(work.login->steps).requests);
  }
  if (!work.keep_alive) {
    const double ports = at_peak * seconds_of_a_closed_port;
    fmt::format_to(line, "  a connection for each request: at the peak {} ports are in use or just closed\n",
                   amount(ports));
  }
}

void explain_websocket(std::string& out, const websocket::Workload& work, const Load& load) {
  auto line = std::back_inserter(out);
  const double seconds = load.curve.area(load.curve.end());
  if (load.model == Model::open) {
    fmt::format_to(line, "  {} connections, each held for {}\n", amount(seconds), time_text(work.hold));
    return;
  }
  const auto exchanges = work.exchange.empty() ? 0.0 : seconds / core::to_seconds(work.exchange_interval);
  fmt::format_to(line, "  {} openings, {} pings and {} exchanges in all\n",
                 amount(std::max(seconds / core::to_seconds(work.hold), load.curve.peak())),
                 amount(seconds / core::to_seconds(work.ping_interval)), amount(exchanges));
}

/// Calls, turns and audio, if the agent speaks as long as the caller.
void explain_voice(std::string& out, const voice::Workload& work, const Load& load) {
  double speech = 0;
  double clips = 0;
  for (const voice::Variant& variant : work.variants) {
    for (const audio::EncodedClipPtr& clip : variant.clips) speech += clip->clip->seconds();
    clips += static_cast<double>(variant.clips.size());
  }
  speech /= clips;
  const double turn = core::to_seconds(work.pause_before_turn.mean()) + 2 * speech;
  const double call = turn * static_cast<double>(work.turns);
  const double area = load.curve.area(load.curve.end());
  const double calls =
      load.model == Model::open ? area : area / (call + core::to_seconds(work.pause_between_calls.mean()));
  const double turns = calls * static_cast<double>(work.turns);
  const double frames = 1000.0 / work.variants.front().format.frame_ms;
  fmt::format_to(std::back_inserter(out),
                 "  if the agent speaks as long as its caller ({:.1f} s a turn):\n"
                 "  {} calls of {:.0f} s, {} turns; {} s of the callers' speech, {} frames to the target\n",
                 speech, amount(calls), call, amount(turns), amount(turns * speech),
                 amount(calls * call * frames));
}

void explain_workload(std::string& out, const Workload& workload, const Plan& plan,
                      core::Duration response_time) {
  auto line = std::back_inserter(out);
  fmt::format_to(line, "\n{}: {}\n", title(workload), load_text(workload, plan));
  out += chart(workload.load, plan.duration, chart_columns);
  if (const auto* api = std::get_if<http::Workload>(&workload.behaviour)) {
    explain_api(out, *api, workload.load, plan, response_time);
  } else if (const auto* channel = std::get_if<websocket::Workload>(&workload.behaviour)) {
    explain_websocket(out, *channel, workload.load);
  } else {
    explain_voice(out, std::get<voice::Workload>(workload.behaviour), workload.load);
  }
}

/// A row of the chart's area: '#' where the level reaches at least the middle of the row.
std::string chart_row(const std::vector<double>& levels, double least) {
  std::string row;
  for (const double level : levels) row += level > 0 && level >= least ? '#' : ' ';
  row.erase(row.find_last_not_of(' ') + 1);
  return row;
}

}  // namespace

std::string chart(const Load& load, core::Duration run, std::size_t columns) {
  std::vector<double> levels;
  for (std::size_t i = 0; i < columns; ++i) {
    const auto middle =
        core::Duration(run.count() / static_cast<std::int64_t>(columns) * static_cast<std::int64_t>(i) +
                       run.count() / static_cast<std::int64_t>(2 * columns));
    const bool inside = middle >= load.start && middle < load.end();
    levels.push_back(inside ? load.curve.at(middle - load.start) : 0);
  }
  const double peak = load.curve.peak();
  const std::string unit = load.model == Model::open ? "/s" : "";
  const std::string top = fmt::format("{:g}{}", peak, unit);
  const std::size_t margin = std::max<std::size_t>(top.size(), 6);
  std::string out;
  for (std::size_t row = 0; row < chart_rows; ++row) {
    const double least =
        peak * (static_cast<double>(chart_rows - row) - 0.5) / static_cast<double>(chart_rows);
    const std::string marks = chart_row(levels, least);
    out += fmt::format("  {:>{}} |{}{}\n", row == 0 ? top : "", margin, marks.empty() ? "" : " ", marks);
  }
  out += fmt::format("  {:>{}} +{}\n", "0", margin, std::string(columns + 1, '-'));
  std::string axis(columns + 1, ' ');
  const auto place = [&](std::size_t at, const std::string& text) { axis.replace(at, text.size(), text); };
  const std::string end = time_text(run);
  place(0, "0 s");
  place(columns / 2, time_text(run / 2));
  place(columns + 1 - end.size(), end);
  out += fmt::format("  {:>{}}  {}\n", "", margin, axis);
  return out;
}

std::string explain(const profile::Profile& profile, const Plan& plan, const std::string& target,
                    core::Duration response_time) {
  std::string out = headline(profile, plan, target) + "\n";
  if (!profile.description.empty()) out += profile.description + "\n";
  for (const Workload& workload : plan.workloads) explain_workload(out, workload, plan, response_time);
  const auto sockets = static_cast<double>(plan.sockets());
  fmt::format_to(
      std::back_inserter(out),
      "\nsockets: at most {:.0f} at the same time, one a user; an address of this machine has about {:.0f} "
      "ports to one target\n",
      sockets, ports_of_an_address);
  if (sockets > ports_of_an_address)
    out += "  that is more than one address can hold: list several under source_addresses of the system\n";
  return out + "\nNothing was sent.\n";
}

}  // namespace soundcheck::plan
