#include "protocols/audio/mulaw.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace soundcheck::audio {
namespace {

/// The positive decision values and output levels at the segment ends (ITU-T G.711, table 2a), as PCM16.
TEST(Mulaw, DecodesTheValuesOfG711) {
  constexpr std::array<std::pair<int, int>, 18> table{{{0x80, 32124},
                                                       {0x81, 31100},
                                                       {0x8F, 16764},
                                                       {0x90, 15996},
                                                       {0x9F, 8316},
                                                       {0xA0, 7932},
                                                       {0xAF, 4092},
                                                       {0xB0, 3900},
                                                       {0xBF, 1980},
                                                       {0xC0, 1884},
                                                       {0xCF, 924},
                                                       {0xD0, 876},
                                                       {0xDF, 396},
                                                       {0xE0, 372},
                                                       {0xEF, 132},
                                                       {0xF0, 120},
                                                       {0xFE, 8},
                                                       {0xFF, 0}}};
  for (const auto& [code, level] : table) {
    EXPECT_EQ(mulaw_decode(static_cast<std::uint8_t>(code)), level) << std::hex << code;
    EXPECT_EQ(mulaw_decode(static_cast<std::uint8_t>(code & 0x7F)), -level) << std::hex << code;
  }
}

TEST(Mulaw, EncodesTheValuesOfG711) {
  EXPECT_EQ(mulaw_encode(0), 0xFF);
  EXPECT_EQ(mulaw_encode(-1), 0x7F) << "the negative zero";
  EXPECT_EQ(mulaw_encode(8), 0xFE);
  EXPECT_EQ(mulaw_encode(1000), 0xCE);
  EXPECT_EQ(mulaw_encode(-1000), 0x4E);
  EXPECT_EQ(mulaw_encode(32767), 0x80);
  EXPECT_EQ(mulaw_encode(-32768), 0x00);
}

TEST(Mulaw, EveryCodeSurvivesARoundTrip) {
  for (int code = 0; code < 256; ++code) {
    const int expected = code == 0x7F ? 0xFF : code;  // both zeros decode to 0
    EXPECT_EQ(mulaw_encode(mulaw_decode(static_cast<std::uint8_t>(code))), expected);
  }
}

TEST(Mulaw, TheErrorIsAtMostHalfAStep) {
  for (int sample = -32768; sample <= 32767; ++sample) {
    const int level = mulaw_decode(mulaw_encode(static_cast<std::int16_t>(sample)));
    const int magnitude = std::abs(sample);
    // A step is 1/16 of its segment, and a segment is at most as long as the biased magnitude. Above the
    // largest level there is no other to go to.
    const int bound = std::max((magnitude + 132) / 32 + 4, magnitude - 32124);
    EXPECT_LE(std::abs(level - sample), bound) << sample;
  }
}

}  // namespace
}  // namespace soundcheck::audio
