#include "runner/verdict/gap.hpp"

#include <gtest/gtest.h>

namespace soundcheck::verdict {
namespace {

using core::Metric;
using core::Subsystem;

class Gap : public testing::Test {
 protected:
  /// `n` values of each clock, so that 1 % of a thousand moves p99.
  void values(std::int64_t response, std::int64_t service, std::int64_t lateness, std::uint64_t n) {
    record_.histograms[static_cast<std::size_t>(Metric::response_time)].record(response, n);
    record_.histograms[static_cast<std::size_t>(Metric::service_time)].record(service, n);
    record_.histograms[static_cast<std::size_t>(Metric::lateness)].record(lateness, n);
  }
  std::string explained(Subsystem subsystem = Subsystem::api) const {
    return explain_gap(subsystem, record_);
  }

  metrics::TaskRecord record_;
};

TEST_F(Gap, EqualClocksNeedNoWords) {
  EXPECT_EQ(explained(), "");
  values(12'000, 12'000, 0, 1'000);
  EXPECT_EQ(explained(), "");
}

TEST_F(Gap, TenPercentOrAMillisecondIsNothing) {
  values(1'099'000, 1'000'000, 0, 1'000);
  EXPECT_EQ(explained(), "") << "under 10 %";
  record_ = {};
  values(1'900, 1'000, 0, 1'000);
  EXPECT_EQ(explained(), "") << "0.9 ms";
  record_ = {};
  values(1'102'000, 1'000'000, 0, 1'000);
  EXPECT_NE(explained(), "");
}

TEST_F(Gap, ATargetThatStallsMakesAQueue) {
  values(12'000, 12'000, 100, 980);
  values(1'900'000, 12'000, 100, 20);
  EXPECT_EQ(
      explained(),
      "p99 response time is 1.9 s but service time 12 ms: requests waited 1.89 s to begin because their "
      "users were still busy with a slow target; the difference is the queue, and a caller feels it.");
  EXPECT_EQ(explained(Subsystem::websocket).substr(0, 73),
            "p99 response time is 1.9 s but service time 12 ms: messages waited 1.89 s");
}

TEST_F(Gap, AtP95IfP99Agrees) {
  values(10'000, 10'000, 0, 900);
  values(800'000, 10'000, 0, 80);
  values(2'000'000, 2'000'000, 0, 20);
  EXPECT_EQ(explained().substr(0, 53), "p95 response time is 800 ms but service time 10 ms: r");
}

TEST_F(Gap, ALateGeneratorIsNamed) {
  values(200'000, 12'000, 190'000, 1'000);
  EXPECT_EQ(explained(),
            "p99 response time is 200 ms but service time 12 ms: requests waited 188 ms to begin because the "
            "generator itself was late, so the difference is not the target's.");
  EXPECT_NE(explained(Subsystem::websocket).find("generator"), std::string::npos);
}

/// Without pacing nobody waits for a slow target, however the percentiles of the two clocks and of the
/// lateness lie.
TEST_F(Gap, MeansDecideWhoseItIs) {
  values(120, 100, 20, 900);
  values(1'500, 1'500, 0, 95);
  values(9'000, 3'000, 6'000, 15);
  EXPECT_NE(explained().find("because the generator itself was late"), std::string::npos) << explained();
}

TEST_F(Gap, FramesThatLeftLateAreTheGenerators) {
  metrics::Histogram& pacing = record_.histograms[static_cast<std::size_t>(Metric::pacing_error)];
  pacing.record(1'900, 1'000);
  EXPECT_EQ(explained(Subsystem::ai_pipeline), "");
  pacing.record(4'000, 1'000);
  EXPECT_EQ(
      explained(Subsystem::ai_pipeline),
      "One frame in a hundred left 4 ms or more after it was due: that jitter is the generator's, and the "
      "target heard it.");
  EXPECT_EQ(explained(Subsystem::api), "");
}

}  // namespace
}  // namespace soundcheck::verdict
