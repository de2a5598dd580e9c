#include "tests/sim/virtual_fleet.hpp"

#include <algorithm>

namespace soundcheck::sim {

VirtualFleet::Shard::Shard(const plan::Plan& plan, shape::Share share, const support::Behaviour& behaviour)
    : target(timeline),
      recorder(plan.tasks.size()),
      workforce(plan, share, timeline, target, recorder, [this] { target.kill_all(); }) {
  target.behaviour = behaviour;
}

VirtualFleet::VirtualFleet(const plan::Plan& plan, std::uint32_t shards,
                           const support::Behaviour& behaviour) {
  for (std::uint32_t k = 0; k < shards; ++k)
    shards_.push_back(std::make_unique<Shard>(plan, shape::Share{k, shards}, behaviour));
}

VirtualFleet::~VirtualFleet() {
  kill();
  run_until(now());
}

void VirtualFleet::start(core::TimePoint t0) {
  for (auto& shard : shards_) shard->workforce.start(t0);
}

void VirtualFleet::drain() {
  for (auto& shard : shards_) shard->workforce.drain();
}

void VirtualFleet::kill() {
  for (auto& shard : shards_) shard->target.kill_all();
}

metrics::Snapshot VirtualFleet::collect() {
  metrics::Snapshot merged = shards_.front()->recorder.take();
  for (std::size_t k = 1; k < shards_.size(); ++k) merged.merge(shards_[k]->recorder.take());
  return merged;
}

bool VirtualFleet::finished() const {
  return std::all_of(shards_.begin(), shards_.end(),
                     [](const auto& shard) { return shard->workforce.live() == 0; });
}

engine::Fleet::Health VirtualFleet::health() const {
  Health health;
  for (const auto& shard : shards_) health.cut_off += shard->workforce.cut_off();
  return health;
}

void VirtualFleet::run_until(core::TimePoint until) {
  for (auto& shard : shards_) shard->timeline.run_until(until);
}

void VirtualFleet::record_starts() {
  for (auto& shard : shards_) shard->target.record_starts = true;
}

std::vector<std::pair<std::string, core::TimePoint>> VirtualFleet::starts() const {
  std::vector<std::pair<std::string, core::TimePoint>> all;
  for (const auto& shard : shards_)
    all.insert(all.end(), shard->target.starts().begin(), shard->target.starts().end());
  std::sort(all.begin(), all.end());
  return all;
}

support::Served VirtualFleet::served() const {
  support::Served all;
  for (const auto& shard : shards_) all += shard->target.served();
  return all;
}

std::size_t VirtualFleet::left_over() const {
  std::size_t n = 0;
  for (const auto& shard : shards_) n += shard->workforce.live() + shard->target.open_channels();
  return n;
}

}  // namespace soundcheck::sim
