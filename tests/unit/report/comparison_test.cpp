#include "runner/report/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/golden.hpp"

namespace soundcheck::report {
namespace {

using compare::Change;
using support::expect_golden;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

StoredResult run(std::string path) {
  StoredResult result;
  result.path = std::move(path);
  result.version = "0.1.0";
  result.commit = "c0ffee";
  result.profile_name = "standard";
  result.profile_hash = "abc";
  result.system_name = "phone_agent";
  result.started_at = "2026-03-01T10:00:00Z";
  result.verdict = "pass";
  result.actual_seconds = 1800;
  result.figures = {{"api.response_time.p95", {0.180, 0.0010, 29}},
                    {"api.response_time.p99", {0.300, 0.0300, 29}},
                    {"api.error_rate", {0.0005, 0.0001, 29}},
                    {"api.rate", {50, 0.05, 29}},
                    {"api.login.response_time.p95", {0.090, 0.0005, 29}},
                    {"api.list|all.response_time.p95", {0.200, 0.0010, 29}},
                    {"target.memory", {200e6, 0.1e6, 29}}};
  return result;
}

StoredResult slower() {
  StoredResult result = run("new.json");
  result.started_at = "2026-03-02T10:00:00Z";
  result.figures["api.response_time.p95"].value = 0.200;
  result.figures["api.list|all.response_time.p95"].value = 0.240;
  result.figures["target.memory"].value = 150e6;
  return result;
}

TEST(Comparison, EveryFigureHasItsChange) {
  const RunComparison comparison = compare_results({run("base.json")}, slower());
  ASSERT_EQ(comparison.figures.size(), 7U);
  EXPECT_EQ(comparison.count(Change::worse), 2U);
  EXPECT_EQ(comparison.count(Change::improved), 1U);
  EXPECT_EQ(comparison.count(Change::same), 3U);
  EXPECT_EQ(comparison.count(Change::cannot_tell), 1U);
  EXPECT_THAT(comparison.warnings, IsEmpty());
}

TEST(Comparison, TextAndMarkdown) {
  RunComparison comparison = compare_results({run("base.json")}, slower());
  expect_golden("comparison.txt", comparison_text(comparison, false, false));
  expect_golden("comparison.md", comparison_markdown(comparison, false));
}

TEST(Comparison, SeveralBaselinesTeachTheNoise) {
  StoredResult second = run("second.json");
  second.figures["api.response_time.p95"].value = 0.200;
  const RunComparison comparison = compare_results({run("first.json"), second, run("third.json")}, slower());
  for (const FigureChange& change : comparison.figures) {
    if (change.name == "api.response_time.p95") {
      EXPECT_EQ(change.comparison.change, Change::cannot_tell) << "the baselines differ as much";
      EXPECT_GT(change.comparison.noise.deviation, 0.005);
    }
  }
  EXPECT_THAT(comparison_text(comparison, false, false), HasSubstr("was learnt from 3 baselines"));
}

TEST(Comparison, WhatOnlyOneSideHasIsNamed) {
  StoredResult base = run("base.json"), fresh = slower();
  base.figures.erase("api.rate");
  fresh.figures.erase("target.memory");
  const RunComparison comparison = compare_results({base}, fresh);
  EXPECT_THAT(comparison.only_base, ElementsAre("target.memory"));
  EXPECT_THAT(comparison.only_new, ElementsAre("api.rate"));
  const std::string text = comparison_text(comparison, false, false);
  EXPECT_THAT(text, HasSubstr("Only in the baseline: target.memory\n"));
  EXPECT_THAT(text, HasSubstr("Only in the new run: api.rate\n"));
}

TEST(Comparison, RunsThatShouldNotBeComparedAreWarnedOf) {
  StoredResult other = run("other.json"), changed = run("changed.json"), fresh = slower();
  other.profile_name = "quick";
  other.system_name = "agentiq";
  other.verdict = "invalid";
  changed.profile_hash = "def";
  changed.partial = true;
  const RunComparison comparison = compare_results({other, changed}, fresh);
  EXPECT_THAT(comparison.warnings,
              ElementsAre("the run of other.json is invalid: its generator could not keep its own schedule",
                          "other.json was made with another profile: quick and not standard",
                          "other.json was made with another system: agentiq and not phone_agent",
                          "the run of changed.json was interrupted",
                          "changed.json was made with another content of the profile standard"));
  EXPECT_EQ(comparison.figures.size(), 7U) << "and still compared";
}

TEST(Comparison, ResultsWithoutFiguresCompareNothing) {
  StoredResult old = run("old.json");
  old.figures.clear();
  const RunComparison comparison = compare_results({old}, slower());
  EXPECT_TRUE(comparison.figures.empty());
  const std::string text = comparison_text(comparison, false, false);
  EXPECT_THAT(text, HasSubstr("old.json has no comparable figures"));
  EXPECT_THAT(text, HasSubstr("RESULT: nothing could be compared\n"));
  EXPECT_THAT(comparison_markdown(comparison, false), Not(HasSubstr("| Figure |")));
}

TEST(Comparison, AllShowsTheTasksThatDidNotChange) {
  const RunComparison comparison = compare_results({run("base.json")}, slower());
  EXPECT_THAT(comparison_text(comparison, false, false), Not(HasSubstr("api.login")));
  EXPECT_THAT(comparison_text(comparison, true, false), HasSubstr("api.login.response_time.p95"));
}

TEST(Comparison, NamesFromFilesCannotBreakTheTerminalOrTheTable) {
  StoredResult base = run("base.json"), fresh = slower();
  const std::string hostile = "api.a\x1b[31m|b\n.response_time.p95";
  base.figures[hostile] = {0.1, 0.001, 29};
  fresh.figures[hostile] = {0.2, 0.001, 29};
  const RunComparison comparison = compare_results({base}, fresh);
  EXPECT_THAT(comparison_text(comparison, true, false), Not(HasSubstr("\x1b")));
  EXPECT_THAT(comparison_markdown(comparison, true), HasSubstr("api.a \\[31m\\|b .response\\_time.p95"));
}

}  // namespace
}  // namespace soundcheck::report
