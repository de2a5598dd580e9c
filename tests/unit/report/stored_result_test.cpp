#include "runner/report/stored_result.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/report/json.hpp"
#include "tests/unit/report/example_results.hpp"

namespace soundcheck::report {
namespace {

using testing::HasSubstr;

std::string problem_of(std::string_view text) {
  const auto read = read_stored_result("old.json", text);
  const auto* problem = std::get_if<std::string>(&read);
  return problem == nullptr ? "" : *problem;
}

TEST(StoredResult, WhatARunWroteComesBack) {
  const RunResult run = passing_run();
  const auto read = read_stored_result("old.json", to_json(run));
  const auto* result = std::get_if<StoredResult>(&read);
  ASSERT_NE(result, nullptr) << std::get<std::string>(read);
  EXPECT_EQ(result->path, "old.json");
  EXPECT_EQ(result->commit, run.build.commit);
  EXPECT_EQ(result->profile_name, run.profile_name);
  EXPECT_EQ(result->system_name, run.system_name);
  EXPECT_EQ(result->started_at, run.started_at);
  EXPECT_EQ(result->verdict, "pass");
  EXPECT_FALSE(result->partial);
  ASSERT_FALSE(run.comparable.empty());
  ASSERT_EQ(result->figures.size(), run.comparable.size());
  for (const compare::Figure& figure : run.comparable) {
    EXPECT_NEAR(result->figures.at(figure.name).value, figure.measurement.value, 1e-12);
    EXPECT_NEAR(result->figures.at(figure.name).error, figure.measurement.error, 1e-12);
    EXPECT_NEAR(result->figures.at(figure.name).freedom, figure.measurement.freedom, 1e-12);
  }
}

TEST(StoredResult, WhatIsWrongIsSaidWithItsPlace) {
  EXPECT_THAT(problem_of("{\n\"a\": tru"), HasSubstr("old.json:2: this is no JSON: "));
  EXPECT_THAT(problem_of(""), HasSubstr("old.json:1: this is no JSON: "));
  EXPECT_THAT(problem_of("{} {}"), HasSubstr("old.json:1: this is no JSON: "));
  EXPECT_EQ(problem_of("[1]"), "old.json: this is no result of a run; name a file that --output wrote");
  EXPECT_EQ(problem_of(R"({"schema_version": 1})"),
            "old.json: this is no result of a run; name a file that --output wrote");
  EXPECT_EQ(problem_of(R"({"schema_version": 7, "timing": {}})"),
            "old.json: its schema_version is 7, and this version of Soundcheck reads 1");
  EXPECT_EQ(problem_of(R"({"schema_version": 1, "runs": []})"),
            "old.json: it holds the results of several runs; name the result of one run");
  EXPECT_EQ(problem_of(R"({"schema_version": 1, "timing": {}, "comparable": 3})"),
            "old.json: comparable is no object");
  EXPECT_EQ(
      problem_of(
          R"({"schema_version": 1, "timing": {}, "comparable": {"a": {"value": 1, "error": -1, "freedom": 2}}})"),
      "old.json: comparable.a has no value, error and freedom above 0");
}

TEST(StoredResult, TruncatedAnywhereItIsRefused) {
  const std::string text = to_json(passing_run());
  for (std::size_t length = 0; length + 2 < text.size(); length += 97)
    EXPECT_NE(problem_of(std::string_view(text).substr(0, length)), "") << length;
}

}  // namespace
}  // namespace soundcheck::report
