#include "protocols/audio/resample.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace soundcheck::audio {
namespace {

TEST(Resample, TheLengthIsExact) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 50; ++round) {
    const auto from = std::uniform_int_distribution<std::uint32_t>(8000, 192000)(random);
    const auto to = std::uniform_int_distribution<std::uint32_t>(8000, 192000)(random);
    const auto length = std::uniform_int_distribution<std::size_t>(0, 3000)(random);
    const auto out = resample(std::vector<float>(length, 0.25F), from, to);
    ASSERT_EQ(out.size(), static_cast<std::size_t>(std::floor(static_cast<double>(length) * to / from + 0.5)))
        << from << " -> " << to;
  }
}

TEST(Resample, Pcm16SurvivesTheWayThroughFloat) {
  std::vector<std::int16_t> all;
  for (int value = -32768; value <= 32767; ++value) all.push_back(static_cast<std::int16_t>(value));
  EXPECT_EQ(to_pcm16(to_float(all)), all);
}

TEST(Resample, ValuesBeyondFullScaleAreHeldAndNonsenseIsSilence) {
  const float infinity = std::numeric_limits<float>::infinity();
  const std::vector<float> samples{1.0F, 5.0F, -1.0F, -5.0F, infinity, -infinity, std::nanf("")};
  EXPECT_EQ(to_pcm16(samples), (std::vector<std::int16_t>{32767, 32767, -32768, -32768, 32767, -32768, 0}));
}

}  // namespace
}  // namespace soundcheck::audio
