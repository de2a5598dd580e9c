#include "runner/engine/thread_fleet.hpp"

#include <algorithm>

namespace soundcheck::engine {

ThreadFleet::ThreadFleet(const plan::Plan& plan, std::uint32_t shards, net::IdleStrategy idle_strategy) {
  for (std::uint32_t k = 0; k < shards; ++k)
    shards_.push_back(std::make_unique<Shard>(plan, shape::Share{k, shards}, idle_strategy));
}

void ThreadFleet::start(core::TimePoint t0) {
  for (auto& shard : shards_) shard->start(t0);
}

void ThreadFleet::drain() {
  for (auto& shard : shards_) shard->drain();
}

void ThreadFleet::kill() {
  for (auto& shard : shards_) shard->kill();
}

metrics::Snapshot ThreadFleet::collect() {
  metrics::Snapshot merged = shards_.front()->collect();
  for (std::size_t k = 1; k < shards_.size(); ++k) merged.merge(shards_[k]->collect());
  for (auto& shard : shards_) {
    if (shard->finished() && shard->error()) std::rethrow_exception(shard->error());
  }
  return merged;
}

bool ThreadFleet::finished() const {
  return std::all_of(shards_.begin(), shards_.end(), [](const auto& shard) { return shard->finished(); });
}

Fleet::Health ThreadFleet::health() const {
  Health health;
  for (const auto& shard : shards_) {
    health.shard_cpu_seconds.push_back(shard->busy_seconds());
    if (shard->finished()) health.cut_off += shard->cut_off();
  }
  return health;
}

}  // namespace soundcheck::engine
