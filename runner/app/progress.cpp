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
                    std::optional<std::uint64_t> target_rss, Phase phase) {
  const double total = core::to_seconds(plan_.duration);
  report::LiveStatus status;
  const double warm_up = core::to_seconds(plan_.warm_up);
  status.phase = phase == Phase::cool_down                                    ? "cool-down"
                 : phase == Phase::ending || at_seconds > total + moment_late ? "draining"
                 : warm_up > 0 && at_seconds <= warm_up + moment_late         ? "warm-up"
                                                                              : "running";
  status.elapsed_seconds = at_seconds;
  status.total_seconds = total + (phase == Phase::cool_down ? core::to_seconds(plan_.cool_down) : 0);
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
    draw(report::live_lines(status, {host_.columns}));
  } else if (total <= short_run_seconds || at_seconds + moment_late >= next_plain_) {
    host_.out << report::plain_line(status) << '\n' << std::flush;
    next_plain_ = at_seconds + plain_interval_seconds;
  }
}

void Progress::draw(const std::vector<std::string>& lines) {
  to_first_line();
  for (std::size_t i = 0; i < lines.size(); ++i) host_.out << (i == 0 ? "" : "\n") << lines[i] << "\x1b[K";
  host_.out << std::flush;
  drawn_ = lines.size();
}

void Progress::to_first_line() {
  if (drawn_ == 0) return;
  host_.out << '\r';
  if (drawn_ > 1) host_.out << "\x1b[" << drawn_ - 1 << 'A';
}

void Progress::say(const std::string& text) {
  to_first_line();
  if (drawn_ > 0) host_.out << "\x1b[J";
  drawn_ = 0;
  host_.out << text << '\n' << std::flush;
}

void Progress::finish() {
  if (drawn_ > 0) host_.out << '\n';
  drawn_ = 0;
}

}  // namespace soundcheck::app
