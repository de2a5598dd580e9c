// A run while it goes on: ticks once a second, watches the processes (the
// target's memory ten times a second), shows the progress, and hears the
// signals. Control thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "protocols/core/time.hpp"
#include "runner/app/generator_watch.hpp"
#include "runner/app/monitor_watch.hpp"
#include "runner/app/process_watch.hpp"
#include "runner/app/progress.hpp"
#include "runner/app/run_journal.hpp"
#include "runner/app/stop_signals.hpp"
#include "runner/app/target.hpp"
#include "runner/engine/run.hpp"
#include "runner/engine/thread_fleet.hpp"

namespace soundcheck::app {

class LiveRun {
 public:
  /// References outlive it. `monitors` are those of the system. `watched`: the target's process, or why there
  /// is none.
  LiveRun(const Host& host, const plan::Plan& plan, const profile::System& system,
          std::vector<monitor::MadeMonitor> monitors, Target& target, report::ProcessResult watched,
          std::uint32_t threads, net::IdleStrategy idle_strategy);

  /// Returns when the last user has ended. The first signal, or an objective that asks for it, drains; the
  /// next signal kills.
  /// `journal` may be null; it gets every second.
  void until_the_end(StopSignals& signals, RunJournal* journal);

  const metrics::Aggregator& aggregator() const { return aggregator_; }
  const engine::Run& run() const { return run_; }
  const report::ProcessResult& target_process() const { return target_watch_.result(); }
  const report::ProcessResult& own_process() const { return self_watch_.result(); }
  const GeneratorWatch& generator() const { return generator_; }
  const verdict::ObjectiveWatch& objectives() const { return objectives_; }
  const MonitorWatch& monitors() const { return monitors_; }
  /// Those of monitors that came after the last second.
  const std::vector<monitor::MonitorSample>& last_samples() const { return last_samples_; }
  /// Users that the end of the drain time cut off.
  std::size_t cut_off() const { return fleet_.health().cut_off; }

 private:
  void on_second(double at, const metrics::Snapshot& snapshot);
  void report_exit_of_target(double at);
  /// What there is to see besides the snapshot, and all of it into the journal.
  void look_and_journal(double at, const metrics::Snapshot& snapshot);
  GeneratorSample watch_generator(double at);
  void watch_objectives(double at, const metrics::Snapshot& snapshot);

  const plan::Plan& plan_;
  Target& target_;
  metrics::Aggregator aggregator_;
  ProcessWatch target_watch_;
  ProcessWatch self_watch_;
  engine::ThreadFleet fleet_;
  Progress progress_;
  engine::Run run_;
  GeneratorWatch generator_;
  MonitorWatch monitors_;
  std::optional<std::uint64_t> used_descriptors_;  // of ours, at the last look
  std::vector<monitor::MonitorSample> last_samples_;
  verdict::ObjectiveWatch objectives_;
  RunJournal* journal_ = nullptr;
};

}  // namespace soundcheck::app
