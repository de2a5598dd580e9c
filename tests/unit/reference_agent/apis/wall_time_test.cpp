#include "tools/reference_agent/apis/wall_time.hpp"

#include <gtest/gtest.h>

#include <random>

namespace soundcheck::reference_agent {
namespace {

TEST(WallTime, WritesAndReadsIso8601) {
  EXPECT_EQ(iso_time(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso_time(1795248000250), "2026-11-21T08:00:00.250Z");
  EXPECT_EQ(parse_iso_time("2026-11-21T08:00:00Z"), 1795248000000);
  EXPECT_EQ(parse_iso_time("2026-11-21T08:00:00.25Z"), 1795248000250);
  EXPECT_EQ(parse_iso_time("2026-11-21T08:00:00.250999Z"), 1795248000250);
  EXPECT_EQ(parse_iso_time("2026-11-21T09:30:00+01:30"), 1795248000000);
  EXPECT_EQ(parse_iso_time("2026-11-21T03:00:00-05:00"), 1795248000000);
}

TEST(WallTime, ReadsWhatItWrote) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 10'000; ++i) {
    const auto ms = static_cast<std::int64_t>(random() % 4'102'444'800'000);  // to the year 2100
    EXPECT_EQ(parse_iso_time(iso_time(ms)), ms);
  }
}

TEST(WallTime, RefusesEverythingElse) {
  for (const char* text :
       {"", "now", "2026-11-21", "2026-11-21T08:00Z", "2026-11-21 08:00:00Z", "2026-02-30T08:00:00Z",
        "2026-13-01T08:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T08:00:00", "2026-11-21T08:00:00.Z",
        "2026-11-21T08:00:00+0130", "2026-11-21T08:00:00ZZ", "1795248000"}) {
    EXPECT_EQ(parse_iso_time(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace soundcheck::reference_agent
