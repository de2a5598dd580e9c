#include "runner/app/progress.hpp"

#include <ostream>

#include "runner/report/live.hpp"

namespace soundcheck::app {

namespace {
// In a log file, a long run needs no line a second.
constexpr double short_run_seconds = 120;
constexpr double plain_interval_seconds = 10;
/// A line for second k comes a moment after it, and still belongs to it.
constexpr double moment_late = 0.5;
}  // namespace

Progress::Progress(const Host& host, const plan::Plan& plan, const metrics::Aggregator& aggregator)
    : host_(host), plan_(plan), aggregator_(aggregator) {}

void Progress::show(double at_seconds, const metrics::Snapshot& second,
                    std::optional<std::uint64_t> target_rss, bool interrupted) {
  const double total = core::to_seconds(plan_.duration);
  report::LiveStatus status;
  const double warm_up = core::to_seconds(plan_.warm_up);
  status.phase = interrupted || at_seconds > total + moment_late      ? "draining"
                 : warm_up > 0 && at_seconds <= warm_up + moment_late ? "warm-up"
                                                                      : "running";
  status.elapsed_seconds = at_seconds;
  status.total_seconds = total;
  status.target_rss_bytes = target_rss;
  const double seconds = at_seconds > last_at_ ? at_seconds - last_at_ : 1;
  last_at_ = at_seconds;
  for (core::Subsystem s : core::all_subsystems) {
    if (!plan_.has(s)) continue;
    std::uint64_t& failed = failed_[static_cast<std::size_t>(s)];
    for (std::size_t i = 0; i < plan_.tasks.size(); ++i) {
      if (plan_.tasks[i].first == s) failed += second.tasks[i].failed();
    }
    const metrics::SecondRow& row = aggregator_.rows(s).back();
    const double rate = static_cast<double>(row.succeeded + row.failed) / seconds;
    status.subsystems.push_back({s, rate, row.p95, failed, row.in_progress, row.rtf});
  }
  if (host_.terminal) {
    host_.out << '\r' << report::live_line(status, {host_.columns}) << "\x1b[K" << std::flush;
    line_open_ = true;
  } else if (total <= short_run_seconds || at_seconds + moment_late >= next_plain_) {
    host_.out << report::plain_line(status) << '\n' << std::flush;
    next_plain_ = at_seconds + plain_interval_seconds;
  }
}

void Progress::say(const std::string& text) {
  if (line_open_) host_.out << "\r\x1b[K";
  host_.out << text << '\n' << std::flush;
}

void Progress::finish() {
  if (line_open_) host_.out << '\n';
  line_open_ = false;
}

}  // namespace soundcheck::app
