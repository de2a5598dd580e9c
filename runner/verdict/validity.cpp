#include "runner/verdict/validity.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace soundcheck::verdict {

namespace {

using core::Counter;
using core::Metric;

double p99_seconds(const metrics::Histogram& histogram) {
  return static_cast<double>(histogram.quantile(0.99).value_or(0)) / 1e6;
}

void check_delay(Validity& validity, double p99, double bound, std::string_view what, std::string_view cure) {
  if (p99 <= bound) return;
  validity.reasons.push_back(
      {fmt::format("{}: p99 {:.1f} ms, bound {:.0f} ms", what, p99 * 1e3, bound * 1e3), std::string(cure)});
}

void check_unsent(Validity& validity, std::int64_t unsent, std::int64_t sent, std::string_view what,
                  std::string_view cure) {
  const std::int64_t planned = sent + unsent;
  if (static_cast<double>(unsent) <= max_unsent_share * static_cast<double>(planned)) return;
  validity.reasons.push_back({fmt::format("{} of {} planned {} were never sent, bound {:.0f} %", unsent,
                                          planned, what, max_unsent_share * 100),
                              std::string(cure)});
}

/// Shares as percent with up to three digits: "0.01 %", "12.5 %".
std::string percent(double share) { return fmt::format("{:.3g} %", share * 100); }

void check_shards(Validity& v) {
  if (v.busiest_shard_cpu > max_shard_cpu) {
    v.reasons.push_back({fmt::format("the busiest shard used {:.0f} % of its core, bound {:.0f} %",
                                     v.busiest_shard_cpu * 100, max_shard_cpu * 100),
                         "give the generator more cores (--threads), or lower the load"});
  } else if (v.shard_cpu_peak > max_shard_cpu_peak) {
    v.reasons.push_back(
        {fmt::format("the busiest shard used {:.0f} % of its core for {:.0f} s, bound {:.0f} %",
                     v.shard_cpu_peak * 100, shard_cpu_peak_seconds, max_shard_cpu_peak * 100),
         "give the generator more cores (--threads), or lower the peak of the load"});
  }
}

void check_machine(Validity& v, const GeneratorFigures& figures, std::uint64_t ended) {
  if (v.stolen_share > max_stolen_share) {
    v.reasons.push_back({fmt::format("the hypervisor took {} of this machine's CPU time, bound {}",
                                     percent(v.stolen_share), percent(max_stolen_share)),
                         "run the generator on a machine with cores of its own"});
  }
  const auto local = static_cast<double>(v.local_failures);
  if (local > max_local_failure_share * static_cast<double>(ended)) {
    v.reasons.push_back(
        {fmt::format(
             "{} of {} tasks failed on this machine, for want of ports, descriptors or memory, bound {}",
             v.local_failures, ended, percent(max_local_failure_share)),
         "add source addresses, raise ulimit -n, keep connections open, or lower the load"});
  }
  if (static_cast<double>(v.dropped_packets) >
      max_dropped_packet_share * static_cast<double>(figures.packets)) {
    v.reasons.push_back(
        {fmt::format("this machine's kernel dropped {} of {} packets because a buffer was full, bound {}",
                     v.dropped_packets, figures.packets, percent(max_dropped_packet_share)),
         "raise net.core.netdev_max_backlog, or lower the load"});
  }
  if (v.free_descriptors && *v.free_descriptors < min_free_descriptors) {
    v.reasons.push_back(
        {fmt::format("a shard had {} descriptors left, bound {}", *v.free_descriptors, min_free_descriptors),
         "raise ulimit -n, spread the load over more --threads, or lower it"});
  }
}

}  // namespace

Validity check_validity(const GeneratorFigures& figures) {
  metrics::Histogram lateness;
  metrics::Histogram pacing_error;
  std::array<std::int64_t, core::counter_count> counters{};
  std::uint64_t failed = 0;
  Validity v;
  for (core::Subsystem subsystem : core::all_subsystems) {
    const metrics::TaskRecord& record = figures.subsystems[static_cast<std::size_t>(subsystem)];
    lateness.merge(record.histogram(Metric::lateness));
    pacing_error.merge(record.histogram(Metric::pacing_error));
    for (std::size_t i = 0; i < counters.size(); ++i) counters[i] += record.counters[i];
    failed += record.failed();
    v.local_failures += record.failures[static_cast<std::size_t>(core::Stage::local)];
  }
  const auto counter = [&](Counter c) { return counters[static_cast<std::size_t>(c)]; };

  v.loop_lag_p99 = p99_seconds(figures.loop_lag);
  v.lateness_p99 = p99_seconds(lateness);
  v.pacing_error_p99 = p99_seconds(pacing_error);
  v.shard_cpu = figures.shard_cpu;
  if (!v.shard_cpu.empty()) v.busiest_shard_cpu = *std::max_element(v.shard_cpu.begin(), v.shard_cpu.end());
  v.shard_cpu_peak = figures.shard_cpu_peak;
  v.generator_cpu_cores = figures.cpu_cores;
  v.generator_rss_peak_bytes = figures.rss_peak_bytes;
  v.stolen_share = figures.stolen_share;
  v.machine_busy_share = figures.machine_busy_share;
  v.busiest_core_share = figures.busiest_core_share;
  v.dropped_packets = figures.dropped_packets;
  v.refused_connections = figures.refused_connections;
  v.free_descriptors = figures.free_descriptors;

  check_delay(v, v.loop_lag_p99, max_loop_lag_p99, "the generator served its timers late",
              "stop other programs on this machine, or run the generator on a machine of its own");
  check_delay(v, v.lateness_p99, max_lateness_p99, "the generator began tasks late",
              "lower the load, or give the generator more cores");
  check_delay(v, v.pacing_error_p99, max_pacing_error_p99, "audio frames were sent after they were due",
              "lower the number of calls, or give the generator more cores");
  check_shards(v);
  check_unsent(
      v, counter(Counter::dropped_starts), counter(Counter::started), "starts",
      "lower the rate, raise max_in_progress, or give the generator more cores, ports and descriptors");
  check_unsent(v, counter(Counter::frames_skipped), counter(Counter::frames_sent), "audio frames",
               "lower the number of calls, or give the generator more cores");
  check_machine(v, figures, failed + static_cast<std::uint64_t>(counter(Counter::succeeded)));
  v.valid = v.reasons.empty();
  return v;
}

}  // namespace soundcheck::verdict
