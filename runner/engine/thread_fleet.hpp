// The shards of a run, one thread each. Control thread only.
#pragma once

#include <memory>
#include <vector>

#include "runner/engine/fleet.hpp"
#include "runner/engine/shard.hpp"

namespace soundcheck::engine {

class ThreadFleet final : public Fleet {
 public:
  /// The plan outlives it.
  ThreadFleet(const plan::Plan& plan, std::uint32_t shards,
              net::IdleStrategy idle_strategy = net::IdleStrategy::sleep);

  void start(core::TimePoint t0) override;
  void drain() override;
  void kill() override;
  /// Rethrows what a shard's coroutine threw: a defect of ours, not of the target.
  metrics::Snapshot collect() override;
  bool finished() const override;
  Health health() const override;

 private:
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace soundcheck::engine
