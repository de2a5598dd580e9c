// The shards of a run in virtual time: each has its own timeline, target and users, as threads would, and all
// stand at the same moment. Owned by a test, used on its thread.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "runner/engine/fleet.hpp"
#include "runner/engine/workforce.hpp"
#include "runner/metrics/recorder.hpp"
#include "tests/support/simulated_target.hpp"

namespace soundcheck::sim {

class VirtualFleet final : public engine::Fleet {
 public:
  /// The plan outlives it.
  VirtualFleet(const plan::Plan& plan, std::uint32_t shards, const support::Behaviour& behaviour);
  ~VirtualFleet() override;

  void start(core::TimePoint t0) override;
  void drain() override;
  void kill() override;
  metrics::Snapshot collect() override;
  bool finished() const override;
  Health health() const override;

  core::TimePoint now() const { return shards_.front()->timeline.now(); }
  void run_until(core::TimePoint until);
  void record_starts();
  /// Of all shards, sorted by name and time.
  std::vector<std::pair<std::string, core::TimePoint>> starts() const;
  /// By the targets of all shards.
  support::Served served() const;
  /// Connections and users that are left over; 0 after a run.
  std::size_t left_over() const;

 private:
  struct Shard {
    Shard(const plan::Plan& plan, shape::Share share, const support::Behaviour& behaviour);
    support::VirtualTimeline timeline;
    support::SimulatedTarget target;
    metrics::Recorder recorder;
    engine::Workforce workforce;
  };
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace soundcheck::sim
