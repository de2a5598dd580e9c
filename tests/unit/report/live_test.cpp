#include "runner/report/live.hpp"

#include <gtest/gtest.h>

#include "runner/report/text.hpp"
#include "tests/unit/report/golden.hpp"

namespace soundcheck::report {
namespace {

using core::Subsystem;

LiveStatus status() {
  return {"running",
          23,
          60,
          {{Subsystem::api, 123.4, 0.0123, 0, 10, {}},
           {Subsystem::websocket, 5, 0.0008, 2, 5, {}},
           {Subsystem::ai_pipeline, 0.4, 1.21, 1, 3, 0.31}},
          123'400'000};
}

TEST(LiveLine, DegradesWithTheWidth) {
  std::string lines;
  for (std::size_t columns : {200, 150, 120, 100, 80, 60, 40, 20})
    lines += live_line(status(), {columns}) + "\n";
  expect_golden("live_line.txt", lines);
}

TEST(LiveLine, IsNeverWiderThanTheTerminal) {
  LiveStatus s = status();
  s.subsystems[0].failed = 1'234'567;
  s.total_seconds = 8 * 3600;
  for (std::size_t columns = 0; columns <= 250; ++columns) {
    EXPECT_LE(columns_of(live_line(s, {columns})), columns);
  }
}

TEST(LiveLine, EmptyStatus) {
  EXPECT_EQ(live_line({"warm-up", 0, 0, {}, {}}, {80}), "░░░░░░░░░░░░░░░░░░░░ 0:00/0:00 warm-up");
}

TEST(LiveLine, BarIsFullAtTheEndAndBeyond) {
  EXPECT_EQ(live_line({"draining", 70, 60, {}, {}}, {80}), "████████████████████ 1:10/1:00 draining");
}

TEST(PlainLine, SaysTheSameInWords) {
  LiveStatus s = status();
  std::string lines = plain_line(s) + "\n";
  s.subsystems.resize(1);
  s.subsystems[0].p95.reset();
  s.target_rss_bytes.reset();
  lines += plain_line(s) + "\n";
  expect_golden("plain_line.txt", lines);
}

}  // namespace
}  // namespace soundcheck::report
