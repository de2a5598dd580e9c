#include "runner/app/generator_watch.hpp"

#include <algorithm>

namespace soundcheck::app {

namespace {

/// A sample may come this much after the second that it ends.
constexpr double moment_late = 0.5;  // s

/// Share of one core that each shard used between the two.
std::vector<double> shares(const GeneratorSample& before, const GeneratorSample& after) {
  std::vector<double> used;
  const std::size_t n = std::min(before.shard_cpu_seconds.size(), after.shard_cpu_seconds.size());
  for (std::size_t i = 0; i < n && after.at > before.at; ++i)
    used.push_back((after.shard_cpu_seconds[i] - before.shard_cpu_seconds[i]) / (after.at - before.at));
  return used;
}

}  // namespace

void GeneratorWatch::add(const GeneratorSample& sample, double load_seconds) {
  if (sample.free_descriptors)
    fewest_descriptors_ =
        std::min(fewest_descriptors_.value_or(*sample.free_descriptors), *sample.free_descriptors);
  if (sample.at <= warm_up_ + moment_late) {
    warm_ = load_ = sample;
    last_ten_seconds_ = {sample};
    return;
  }
  // The drain would dilute the shares.
  if (sample.at > load_seconds + moment_late) return;
  load_ = sample;
  last_ten_seconds_.push_back(sample);
  if (sample.at - last_ten_seconds_.front().at < verdict::shard_cpu_peak_seconds - moment_late) return;
  for (const double share : shares(last_ten_seconds_.front(), sample)) peak_ = std::max(peak_, share);
  last_ten_seconds_.pop_front();
}

void GeneratorWatch::fill(verdict::GeneratorFigures& figures) const {
  figures.shard_cpu = shares(warm_, load_);
  figures.shard_cpu_peak = peak_;
  figures.free_descriptors = fewest_descriptors_;
  if (!warm_.machine || !load_.machine) return;
  const monitor::MachineUse use = monitor::between(*warm_.machine, *load_.machine);
  figures.stolen_share = use.stolen_share;
  figures.machine_busy_share = use.busy_share;
  figures.busiest_core_share = use.busiest_core_share;
  figures.packets = use.packets;
  figures.dropped_packets = use.dropped_packets;
  figures.refused_connections = use.refused_connections;
}

}  // namespace soundcheck::app
