#include "tools/reference_agent/endpointer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "protocols/audio/clip.hpp"

namespace soundcheck::reference_agent {
namespace {

using Samples = std::vector<std::int16_t>;

void add_noise(Samples& out, std::uint32_t ms, double dbfs, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> level(-1, 1);
  const double amplitude = 32768 * std::pow(10, dbfs / 20) * std::sqrt(3.0);
  for (std::uint32_t i = 0; i < ms * 16; ++i)
    out.push_back(static_cast<std::int16_t>(amplitude * level(random)));
}

struct Speech {
  std::uint64_t begin_ms = 0;
  std::uint64_t end_ms = 0;
  std::uint64_t known_ms = 0;  // when the end was known
};

std::vector<Speech> find_speech(const Samples& samples, std::uint32_t silence_ms = 400) {
  Endpointer endpointer(silence_ms);
  std::vector<Speech> found;
  for (std::size_t at = 0; at + Endpointer::block_samples <= samples.size();
       at += Endpointer::block_samples) {
    if (endpointer.push({samples.data() + at, Endpointer::block_samples}) ==
        Endpointer::Event::speech_ended) {
      found.push_back({endpointer.speech_begin_ms(), endpointer.speech_end_ms(), endpointer.position_ms()});
    }
  }
  return found;
}

TEST(Endpointer, FindsSpeechInDigitalSilenceAndInNoise) {
  for (const double noise : {-200.0, -70.0, -50.0}) {
    Samples samples;
    add_noise(samples, 3000, noise);
    add_noise(samples, 800, -20, 2);
    add_noise(samples, 1000, noise, 3);
    const auto found = find_speech(samples);
    ASSERT_EQ(found.size(), 1U) << noise;
    EXPECT_EQ(found[0].begin_ms, 3000U);
    EXPECT_EQ(found[0].end_ms, 3800U);
    EXPECT_EQ(found[0].known_ms, 4200U);
  }
}

TEST(Endpointer, WaitsForTheSilenceItWasTold) {
  Samples samples;
  add_noise(samples, 500, -80);
  add_noise(samples, 500, -20);
  add_noise(samples, 300, -80);  // a pause between words
  add_noise(samples, 500, -20);
  add_noise(samples, 1500, -80);
  EXPECT_EQ(find_speech(samples, 400).size(), 1U);
  EXPECT_EQ(find_speech(samples, 200).size(), 2U);
  EXPECT_EQ(find_speech(samples, 1000)[0].known_ms, 2800U);
}

TEST(Endpointer, IgnoresClicksAndQuietSounds) {
  Samples samples;
  for (int i = 0; i < 10; ++i) {
    add_noise(samples, 500, -80);
    add_noise(samples, 40, -10);
    add_noise(samples, 500, -80);
    add_noise(samples, 500, -60);
  }
  EXPECT_TRUE(find_speech(samples).empty());
}

TEST(Endpointer, GetsUsedToANoiseThatStays) {
  Samples samples;
  add_noise(samples, 1000, -80);
  add_noise(samples, 30'000, -45);
  add_noise(samples, 600, -18, 2);
  add_noise(samples, 1000, -45, 3);
  const auto found = find_speech(samples);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.back().begin_ms, 31'000U);
  EXPECT_EQ(found.back().end_ms, 31'600U);
}

TEST(Endpointer, AgreesWithTheFixtures) {
  const auto set =
      audio::load_clips(SOUNDCHECK_SOURCE_DIR "/audio_fixtures/manifest.yaml", Endpointer::sample_rate);
  ASSERT_FALSE(set.clips.empty());
  for (const auto& clip : set.clips) {
    Samples samples(16'000, 0);
    samples.insert(samples.end(), clip->samples.begin(), clip->samples.end());
    samples.resize(samples.size() + 16'000);
    const auto found = find_speech(samples);
    ASSERT_EQ(found.size(), 1U) << clip->name;
    EXPECT_NEAR(static_cast<double>(found[0].begin_ms), 1000.0 + clip->first_speech_sample / 16.0, 100)
        << clip->name;
    EXPECT_NEAR(static_cast<double>(found[0].end_ms), 1000.0 + clip->last_speech_sample / 16.0, 150)
        << clip->name;
  }
}

}  // namespace
}  // namespace soundcheck::reference_agent
