// One whole run of a real profile file in virtual time: load, plan, shards, ticks, totals.
#pragma once

#include <functional>
#include <string>

#include "runner/engine/run.hpp"
#include "tests/sim/virtual_fleet.hpp"

namespace soundcheck::sim {

/// profiles/NAME.yaml as it is in the repository; a test failure and an empty profile if it has mistakes.
profile::Profile load(const std::string& name);

/// Against no particular address, with two short clips.
plan::Plan make_plan(const profile::Profile& profile, const plan::Skipped& skipped = {});

class WholeRun {
 public:
  WholeRun(plan::Plan plan, const support::Behaviour& behaviour, std::uint32_t shards = 1);

  /// Ticks until no user is left; `at_tick` is called before each tick with the seconds since the start.
  void play(core::Duration tick = std::chrono::seconds(1), const std::function<void(double)>& at_tick = {});

  /// Gets each second's figures after they were added, if set.
  std::function<void(double at_seconds, const metrics::Snapshot&)> at_second;

  const plan::Plan plan;
  VirtualFleet fleet;
  metrics::Aggregator totals;
  engine::Run run;
  const core::TimePoint t0;

  metrics::TaskRecord of(core::Subsystem subsystem) const { return totals.subsystem_total(subsystem); }
  /// The task with this name.
  const metrics::TaskRecord& task(const std::string& name) const;
};

/// Everything that a snapshot holds, as text: equal texts mean equal snapshots.
std::string fingerprint(const std::vector<metrics::TaskRecord>& tasks);

}  // namespace soundcheck::sim
