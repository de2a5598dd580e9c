#include "runner/verdict/validity.hpp"

#include <fmt/format.h>

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

}  // namespace

Validity check_validity(const GeneratorFigures& figures) {
  metrics::Histogram lateness;
  metrics::Histogram pacing_error;
  std::array<std::int64_t, core::counter_count> counters{};
  for (core::Subsystem subsystem : core::all_subsystems) {
    const metrics::TaskRecord& record = figures.subsystems[static_cast<std::size_t>(subsystem)];
    if (subsystem != core::Subsystem::websocket) lateness.merge(record.histogram(Metric::lateness));
    pacing_error.merge(record.histogram(Metric::pacing_error));
    for (std::size_t i = 0; i < counters.size(); ++i) counters[i] += record.counters[i];
  }
  const auto counter = [&](Counter c) { return counters[static_cast<std::size_t>(c)]; };

  Validity v;
  v.loop_lag_p99 = p99_seconds(figures.loop_lag);
  v.lateness_p99 = p99_seconds(lateness);
  v.pacing_error_p99 = p99_seconds(pacing_error);
  v.busiest_shard_cpu = figures.busiest_shard_cpu;
  v.generator_cpu_cores = figures.cpu_cores;
  v.generator_rss_peak_bytes = figures.rss_peak_bytes;

  check_delay(v, v.loop_lag_p99, max_loop_lag_p99, "the generator served its timers late",
              "stop other programs on this machine, or run the generator on a machine of its own");
  check_delay(v, v.lateness_p99, max_lateness_p99, "tasks began after their intended start",
              "lower the load, or give the generator more cores");
  check_delay(v, v.pacing_error_p99, max_pacing_error_p99, "audio frames were sent after they were due",
              "lower the number of calls, or give the generator more cores");
  if (figures.busiest_shard_cpu > max_shard_cpu) {
    v.reasons.push_back({fmt::format("the busiest shard used {:.0f} % of its core, bound {:.0f} %",
                                     figures.busiest_shard_cpu * 100, max_shard_cpu * 100),
                         "give the generator more cores, or lower the load"});
  }
  check_unsent(v, counter(Counter::dropped_starts), counter(Counter::started), "starts",
               "lower the rate, or give the generator more cores, ports and descriptors");
  check_unsent(v, counter(Counter::frames_skipped), counter(Counter::frames_sent), "audio frames",
               "lower the number of calls, or give the generator more cores");
  v.valid = v.reasons.empty();
  return v;
}

}  // namespace soundcheck::verdict
