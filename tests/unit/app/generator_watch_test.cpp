#include "runner/app/generator_watch.hpp"

#include <gmock/gmock.h>

namespace soundcheck::app {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

/// Two shards: the first uses `first` of its core, the second a tenth.
class GeneratorWatchTest : public testing::Test {
 protected:
  void second(double at, double first, double load_seconds, std::optional<std::uint64_t> free = {}) {
    cpu_[0] += first;
    cpu_[1] += 0.1;
    counts_.all.total += 200;
    counts_.all.idle += 100;
    counts_.all.stolen += 10;
    counts_.dropped_packets += 1;
    counts_.packets += 1'000;
    watch_.add({at, {cpu_[0], cpu_[1]}, counts_, free}, load_seconds);
  }
  verdict::GeneratorFigures figures() const {
    verdict::GeneratorFigures out;
    watch_.fill(out);
    return out;
  }

  GeneratorWatch watch_{2};
  double cpu_[2]{5, 5};
  monitor::MachineCounts counts_;
};

TEST_F(GeneratorWatchTest, NeitherWarmUpNorDrainCount) {
  second(0, 0, 0);
  for (int at = 1; at <= 2; ++at) second(at, 1.0, at);
  for (int at = 3; at <= 6; ++at) second(at, 0.5, at);
  for (int at = 7; at <= 9; ++at) second(at, 0.0, 6);
  const verdict::GeneratorFigures seen = figures();
  EXPECT_THAT(seen.shard_cpu, ElementsAre(DoubleNear(0.5, 1e-9), DoubleNear(0.1, 1e-9)));
  EXPECT_DOUBLE_EQ(seen.stolen_share, 0.05);
  EXPECT_DOUBLE_EQ(seen.machine_busy_share, 0.45);
  EXPECT_EQ(seen.dropped_packets, 4u);
  EXPECT_EQ(seen.packets, 4'000u);
  EXPECT_EQ(seen.shard_cpu_peak, 0) << "too short to hold ten seconds";
}

TEST_F(GeneratorWatchTest, TheBusiestTenSeconds) {
  second(0, 0, 0);
  for (int at = 1; at <= 60; ++at) second(at, at > 30 && at <= 40 ? 0.99 : 0.2, at);
  EXPECT_NEAR(figures().shard_cpu_peak, 0.99, 1e-9);
  EXPECT_LT(figures().shard_cpu[0], 0.4);
}

TEST_F(GeneratorWatchTest, TheFewestDescriptorsOfTheWholeRun) {
  second(0, 0, 0, 900);
  second(1, 0, 1, 40);
  second(2, 0, 2);
  second(3, 0, 3, 300);
  EXPECT_EQ(figures().free_descriptors, 40u);
}

TEST_F(GeneratorWatchTest, WithoutASampleThereIsNothing) {
  EXPECT_THAT(figures().shard_cpu, IsEmpty());
  EXPECT_EQ(figures().stolen_share, 0);
  EXPECT_EQ(figures().free_descriptors, std::nullopt);
}

}  // namespace
}  // namespace soundcheck::app
