#include "protocols/audio/level.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace soundcheck::audio {
namespace {

TEST(Level, AudibleMeansMoreThanTheThreshold) {
  const std::array<std::int16_t, 6> samples{0, 328, -328, 329, -329, 5};
  EXPECT_EQ(first_audible(samples), 3U);
  EXPECT_EQ(last_audible(samples), 4U);
}

TEST(Level, TheMostNegativeSampleIsAudible) {
  const std::array<std::int16_t, 1> samples{-32768};
  EXPECT_EQ(first_audible(samples), 0U);
  EXPECT_EQ(last_audible(samples), 0U);
}

TEST(Level, NothingIsAudibleInSilence) {
  EXPECT_EQ(first_audible({}), std::nullopt);
  EXPECT_EQ(last_audible({}), std::nullopt);
  const std::array<std::int16_t, 3> quiet{328, -100, 0};
  EXPECT_EQ(first_audible(quiet), std::nullopt);
  EXPECT_EQ(last_audible(quiet), std::nullopt);
}

TEST(Level, RootMeanSquare) {
  EXPECT_EQ(rms_dbfs({}), -120.0);
  EXPECT_EQ(rms_dbfs(std::vector<std::int16_t>(100, 0)), -120.0);
  EXPECT_DOUBLE_EQ(rms_dbfs(std::vector<std::int16_t>(100, -32768)), 0.0);
  EXPECT_NEAR(rms_dbfs(std::vector<std::int16_t>(100, 16384)), -6.0206, 1e-4);
  std::vector<std::int16_t> sine;
  for (int i = 0; i < 1600; ++i)
    sine.push_back(static_cast<std::int16_t>(std::lround(32767 * std::sin(i * 0.3926990817))));
  EXPECT_NEAR(rms_dbfs(sine), -3.01, 0.01);
}

}  // namespace
}  // namespace soundcheck::audio
