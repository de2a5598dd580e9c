#include "runner/verdict/validity.hpp"

#include <gtest/gtest.h>

namespace soundcheck::verdict {
namespace {

using core::Counter;
using core::Metric;

constexpr auto ai = static_cast<std::size_t>(core::Subsystem::ai_pipeline);

void set(GeneratorFigures& figures, Counter counter, std::int64_t n) {
  figures.subsystems[ai].counters[static_cast<std::size_t>(counter)] = n;
}
void record(GeneratorFigures& figures, Metric metric, std::int64_t micro) {
  figures.subsystems[ai].histograms[static_cast<std::size_t>(metric)].record(micro);
}

TEST(Validity, AQuietGeneratorIsValid) {
  const Validity v = check_validity({});
  EXPECT_TRUE(v.valid);
  EXPECT_TRUE(v.reasons.empty());
}

TEST(Validity, EachBoundIsTheLastGoodValue) {
  GeneratorFigures f;
  f.loop_lag.record(10'000);
  record(f, Metric::lateness, 50'000);
  record(f, Metric::pacing_error, 10'000);
  f.shard_cpu = {0.3, 0.9};
  set(f, Counter::started, 990);
  set(f, Counter::dropped_starts, 10);
  set(f, Counter::frames_sent, 9'900);
  set(f, Counter::frames_skipped, 100);
  const Validity v = check_validity(f);
  EXPECT_TRUE(v.valid);
  EXPECT_DOUBLE_EQ(v.loop_lag_p99, 0.010);
  EXPECT_DOUBLE_EQ(v.lateness_p99, 0.050);
  EXPECT_DOUBLE_EQ(v.pacing_error_p99, 0.010);
}

TEST(Validity, EachBreachHasItsReasonAndCure) {
  GeneratorFigures f;
  f.loop_lag.record(12'300);
  record(f, Metric::lateness, 50'100);
  record(f, Metric::pacing_error, 11'000);
  f.shard_cpu = {0.97, 0.3};
  set(f, Counter::started, 980);
  set(f, Counter::dropped_starts, 20);
  set(f, Counter::frames_sent, 950);
  set(f, Counter::frames_skipped, 50);
  const Validity v = check_validity(f);
  EXPECT_FALSE(v.valid);
  ASSERT_EQ(v.reasons.size(), 6u);
  EXPECT_EQ(v.reasons[0].what, "the generator served its timers late: p99 12.3 ms, bound 10 ms");
  EXPECT_EQ(v.reasons[0].cure,
            "stop other programs on this machine, or run the generator on a machine of its own");
  EXPECT_EQ(v.reasons[1].what, "the generator began tasks late: p99 50.1 ms, bound 50 ms");
  EXPECT_EQ(v.reasons[1].cure, "lower the load, or give the generator more cores");
  EXPECT_EQ(v.reasons[2].what, "audio frames were sent after they were due: p99 11.0 ms, bound 10 ms");
  EXPECT_EQ(v.reasons[2].cure, "lower the number of calls, or give the generator more cores");
  EXPECT_EQ(v.reasons[3].what, "the busiest shard used 97 % of its core, bound 90 %");
  EXPECT_EQ(v.reasons[3].cure, "give the generator more cores (--threads), or lower the load");
  EXPECT_EQ(v.reasons[4].what, "20 of 1000 planned starts were never sent, bound 1 %");
  EXPECT_EQ(v.reasons[4].cure,
            "lower the rate, raise max_in_progress, or give the generator more cores, ports and descriptors");
  EXPECT_EQ(v.reasons[5].what, "50 of 1000 planned audio frames were never sent, bound 1 %");
  EXPECT_EQ(v.reasons[5].cure, "lower the number of calls, or give the generator more cores");
}

TEST(Validity, SubsystemsAddUp) {
  GeneratorFigures f;
  for (metrics::TaskRecord& record : f.subsystems) {
    record.counters[static_cast<std::size_t>(Counter::started)] = 100;
    record.counters[static_cast<std::size_t>(Counter::dropped_starts)] = 2;
  }
  const Validity v = check_validity(f);
  ASSERT_EQ(v.reasons.size(), 1u);
  EXPECT_EQ(v.reasons[0].what, "6 of 306 planned starts were never sent, bound 1 %");
}

TEST(Validity, EverySubsystemsLatenessIsTheGenerators) {
  for (const core::Subsystem subsystem : core::all_subsystems) {
    GeneratorFigures f;
    f.subsystems[static_cast<std::size_t>(subsystem)]
        .histograms[static_cast<std::size_t>(Metric::lateness)]
        .record(3'000'000);
    EXPECT_FALSE(check_validity(f).valid) << to_string(subsystem);
  }
}

TEST(Validity, TheMachineAtItsBoundsAndPastThem) {
  GeneratorFigures f;
  f.shard_cpu_peak = 0.98;
  f.stolen_share = 0.05;
  f.packets = 1'000'000;
  f.dropped_packets = 100;
  f.free_descriptors = 16;
  set(f, Counter::succeeded, 9'990);
  metrics::TaskRecord& api = f.subsystems[0];
  api.failures[static_cast<std::size_t>(core::Stage::local)] = 10;
  EXPECT_TRUE(check_validity(f).valid);

  f.shard_cpu_peak = 0.995;
  f.stolen_share = 0.123;
  f.dropped_packets = 101;
  f.free_descriptors = 15;
  api.failures[static_cast<std::size_t>(core::Stage::local)] = 11;
  const Validity v = check_validity(f);
  ASSERT_EQ(v.reasons.size(), 5u);
  EXPECT_EQ(v.reasons[0].what, "the busiest shard used 100 % of its core for 10 s, bound 98 %");
  EXPECT_EQ(v.reasons[0].cure, "give the generator more cores (--threads), or lower the peak of the load");
  EXPECT_EQ(v.reasons[1].what, "the hypervisor took 12.3 % of this machine's CPU time, bound 5 %");
  EXPECT_EQ(v.reasons[1].cure, "run the generator on a machine with cores of its own");
  EXPECT_EQ(
      v.reasons[2].what,
      "11 of 10001 tasks failed on this machine, for want of ports, descriptors or memory, bound 0.1 %");
  EXPECT_EQ(v.reasons[2].cure,
            "add source addresses, raise ulimit -n, keep connections open, or lower the load");
  EXPECT_EQ(v.reasons[3].what,
            "this machine's kernel dropped 101 of 1000000 packets because a buffer was full, bound 0.01 %");
  EXPECT_EQ(v.reasons[3].cure, "raise net.core.netdev_max_backlog, or lower the load");
  EXPECT_EQ(v.reasons[4].what, "a shard had 15 descriptors left, bound 16");
  EXPECT_EQ(v.reasons[4].cure, "raise ulimit -n, spread the load over more --threads, or lower it");
  EXPECT_EQ(v.local_failures, 11u);
}

TEST(Validity, CarriesTheFiguresOfTheGenerator) {
  GeneratorFigures f;
  f.cpu_cores = 1.5;
  f.rss_peak_bytes = 42;
  f.shard_cpu = {0.4};
  const Validity v = check_validity(f);
  EXPECT_DOUBLE_EQ(v.generator_cpu_cores, 1.5);
  EXPECT_DOUBLE_EQ(v.busiest_shard_cpu, 0.4);
  EXPECT_EQ(v.generator_rss_peak_bytes, 42u);
}

}  // namespace
}  // namespace soundcheck::verdict
