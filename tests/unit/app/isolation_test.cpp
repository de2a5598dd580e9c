#include "runner/app/isolation.hpp"

#include <gmock/gmock.h>

namespace soundcheck::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using trend::LeakVerdict;
using verdict::ExitCode;

IsolatedPart part(std::string name, std::string unit, LeakVerdict verdict, double growth) {
  IsolatedPart out;
  out.name = std::move(name);
  out.unit = std::move(unit);
  out.units = 200;
  out.hours = 0.5;
  out.memory = report::LeakResult{"rss", "bytes", {}, {}};
  out.memory->report.verdict = verdict;
  out.memory->report.growth_per_hour = growth;
  out.memory->report.growth_range = {growth - 1e6, growth + 1e6};
  return out;
}

TEST(Isolation, GrowthIsSharedOutToTheUnitsOfTheWholeLoad) {
  const IsolatedPart calls = part("ai_pipeline", "call", LeakVerdict::leak, 26e6);
  EXPECT_DOUBLE_EQ(*calls.by_unit(26e6), 65'000) << "13 MB in half an hour, over 200 calls";
  EXPECT_EQ(part("all together", "", LeakVerdict::leak, 26e6).by_unit(26e6), std::nullopt);
}

TEST(Isolation, NamesThePartThatGrowsAndByHowMuch) {
  const std::vector<IsolatedPart> parts{part("all together", "", LeakVerdict::leak, 27e6),
                                        part("api", "request", LeakVerdict::no_leak, 0.2e6),
                                        part("websocket", "connection", LeakVerdict::no_leak, 0),
                                        part("ai_pipeline", "call", LeakVerdict::leak, 26e6)};
  const std::string text = isolation_report(parts);
  EXPECT_THAT(text,
              EndsWith("\nThe target leaks with ai_pipeline by 65.0 kB a call (62.5 kB to 67.5 kB).\n"));
  EXPECT_THAT(text, HasSubstr("api           200 requests"));
  EXPECT_EQ(isolation_exit_code(parts), ExitCode::objective_failed);
}

TEST(Isolation, NothingGrows) {
  const std::vector<IsolatedPart> parts{part("all together", "", LeakVerdict::no_leak, 0),
                                        part("api", "request", LeakVerdict::no_leak, 0)};
  EXPECT_THAT(isolation_report(parts), EndsWith("\nNo part makes the target grow.\n"));
  EXPECT_EQ(isolation_exit_code(parts), ExitCode::pass);
}

TEST(Isolation, WhatCannotBeToldIsNoPassAndSaysHowLongItTakes) {
  std::vector<IsolatedPart> parts{part("all together", "", LeakVerdict::no_leak, 0),
                                  part("api", "request", LeakVerdict::cannot_tell, 5e6)};
  parts[1].memory->report.needed_seconds = 1'000;
  EXPECT_THAT(isolation_report(parts), EndsWith("\nIt cannot be told for api: give it --for 17m.\n"));
  EXPECT_EQ(isolation_exit_code(parts), ExitCode::invalid);
}

TEST(Isolation, AProcessThatCannotBeSeenHasNoVerdict) {
  std::vector<IsolatedPart> parts{part("all together", "", LeakVerdict::no_leak, 0)};
  parts[0].memory.reset();
  parts[0].problem = "nothing on this machine listens on port 8080";
  EXPECT_THAT(isolation_report(parts), HasSubstr("nothing on this machine listens on port 8080"));
  EXPECT_EQ(isolation_exit_code(parts), ExitCode::invalid);
}

TEST(Isolation, WhatElseGrowsIsSaidAndCounts) {
  std::vector<IsolatedPart> parts{part("websocket", "connection", LeakVerdict::no_leak, 0)};
  report::LeakResult sockets{"descriptors", "count", {}, {}};
  sockets.report.growth_per_hour = 120;
  sockets.report.growth_range = {110, 130};
  parts[0].others = {sockets};
  EXPECT_THAT(
      isolation_report(parts),
      HasSubstr("\nNot only memory grows\n  websocket: the number of descriptors grows by 120 an hour "
                "(110 to 130, 99 % sure)\n"));
  EXPECT_THAT(isolation_report(parts), EndsWith("\nNo part makes the memory of the target grow.\n"));
  EXPECT_EQ(isolation_exit_code(parts), ExitCode::objective_failed);
}

TEST(Isolation, OnlyTogether) {
  const std::vector<IsolatedPart> parts{part("all together", "", LeakVerdict::leak, 27e6),
                                        part("api", "request", LeakVerdict::no_leak, 0)};
  EXPECT_THAT(isolation_report(parts),
              HasSubstr("The target leaks with all parts together, and with none of them alone."));
}

}  // namespace
}  // namespace soundcheck::app
