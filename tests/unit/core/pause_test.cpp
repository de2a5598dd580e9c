#include "protocols/core/pause.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace soundcheck::core {
namespace {

using namespace std::chrono_literals;

constexpr int draws = 200'000;

std::vector<double> sample(const Pause& pause) {
  Random random(7);
  std::vector<double> seconds;
  for (int i = 0; i < draws; ++i) seconds.push_back(to_seconds(pause.draw(random)));
  std::sort(seconds.begin(), seconds.end());
  return seconds;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

TEST(Pause, NothingIsNoPause) {
  Random random(1);
  EXPECT_EQ(Pause().draw(random), 0ns);
  EXPECT_EQ(Pause().mean(), 0ns);
}

TEST(Pause, ConstantIsAlwaysTheSame) {
  const auto values = sample(Pause::constant(2s));
  EXPECT_EQ(values.front(), 2);
  EXPECT_EQ(values.back(), 2);
}

TEST(Pause, UniformFillsItsRange) {
  const Pause pause = Pause::uniform(1s, 3s);
  const auto values = sample(pause);
  EXPECT_GE(values.front(), 1);
  EXPECT_LE(values.back(), 3);
  EXPECT_NEAR(mean_of(values), 2, 0.01);
  EXPECT_NEAR(values[draws / 4], 1.5, 0.01);
  EXPECT_EQ(pause.mean(), 2s);
}

TEST(Pause, NormalHasItsMeanAndDeviation) {
  const auto values = sample(Pause::normal(10s, 2s));
  const double mean = mean_of(values);
  double squares = 0;
  for (const double v : values) squares += (v - mean) * (v - mean);
  EXPECT_NEAR(mean, 10, 0.02);
  EXPECT_NEAR(std::sqrt(squares / draws), 2, 0.02);
  EXPECT_NEAR(values[draws * 8413 / 10'000], 12, 0.05) << "one deviation above the mean";
}

TEST(Pause, NormalIsNeverNegative) { EXPECT_GE(sample(Pause::normal(1s, 5s)).front(), 0); }

TEST(Pause, ExponentialHasItsQuantiles) {
  const auto values = sample(Pause::exponential(3s));
  EXPECT_NEAR(mean_of(values), 3, 0.03);
  EXPECT_NEAR(values[draws / 2], 3 * std::log(2), 0.03);
  EXPECT_NEAR(values[draws * 9 / 10], 3 * std::log(10), 0.1);
  EXPECT_LE(values.back(), 60);
}

}  // namespace
}  // namespace soundcheck::core
