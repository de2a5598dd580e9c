#include "runner/report/live.hpp"

#include <gtest/gtest.h>

#include "runner/report/text.hpp"
#include "tests/support/golden.hpp"

namespace soundcheck::report {

namespace {

using support::expect_golden;

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

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST(LiveLines, AreCutToTheWidth) {
  std::string text;
  for (std::size_t columns : {120, 80, 40, 20}) text += joined(live_lines(status(), {columns}));
  expect_golden("live_lines.txt", text);
}

TEST(LiveLines, AreNeverWiderThanTheTerminal) {
  LiveStatus s = status();
  s.subsystems[0].failed = 1'234'567;
  s.total_seconds = 8 * 3600;
  for (std::size_t columns = 0; columns <= 250; ++columns) {
    for (const std::string& line : live_lines(s, {columns})) EXPECT_LE(columns_of(line), columns);
  }
}

TEST(LiveLines, EmptyStatus) {
  EXPECT_EQ(joined(live_lines({"warm-up", 0, 0, {}, {}}, {80})),
            "░░░░░░░░░░░░░░░░░░░░░░░░ 0:00/0:00 warm-up\n");
}

TEST(LiveLines, BarIsFullAtTheEndAndBeyond) {
  EXPECT_EQ(joined(live_lines({"draining", 70, 60, {}, {}}, {80})),
            "████████████████████████ 1:10/1:00 draining\n");
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
