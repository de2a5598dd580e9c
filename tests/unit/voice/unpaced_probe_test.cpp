#include "protocols/voice/unpaced_probe.hpp"

#include <gtest/gtest.h>

namespace soundcheck::voice {
namespace {

using namespace std::chrono_literals;
using Kind = dialects::Event::Kind;

constexpr core::TimePoint start{100s};

dialects::Event event(Kind kind, std::optional<double> audio_ms = {}) {
  dialects::Event out;
  out.kind = kind;
  out.audio_ms = audio_ms;
  return out;
}

TEST(UnpacedProbe, DividesTheTimeByTheAudioThatTheFinalCovers) {
  UnpacedProbe probe(10'000, 3'000, start);
  probe.on_event(event(Kind::acknowledged, 11'000), start + 100ms);
  EXPECT_EQ(probe.rtf(), std::nullopt);
  probe.on_event(event(Kind::final, 12'000), start + 500ms);
  EXPECT_DOUBLE_EQ(probe.rtf().value(), 0.25);
  probe.on_event(event(Kind::final, 12'500), start + 9s);
  EXPECT_DOUBLE_EQ(probe.rtf().value(), 0.25) << "the first final counts";
}

TEST(UnpacedProbe, AFinalWithoutAPositionCoversAllThatWasSent) {
  UnpacedProbe probe(10'000, 2'000, start);
  probe.on_event(event(Kind::final), start + 500ms);
  EXPECT_DOUBLE_EQ(probe.rtf().value(), 0.25);
}

TEST(UnpacedProbe, ALateFinalOfTheTurnBeforeSaysNothing) {
  UnpacedProbe probe(10'000, 2'000, start);
  for (const double position : {0.0, 9'000.0, 10'000.0, 10'000.001})
    probe.on_event(event(Kind::final, position), start + 500ms);
  EXPECT_EQ(probe.rtf(), std::nullopt);
}

}  // namespace
}  // namespace soundcheck::voice
