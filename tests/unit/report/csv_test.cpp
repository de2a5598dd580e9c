#include "runner/report/csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/support/golden.hpp"
#include "tests/unit/report/example_results.hpp"

namespace soundcheck::report {
namespace {

std::string file(const RunResult& result, std::string_view suffix) {
  for (const auto& [name, text] : to_csv(result)) {
    if (name == suffix) return text;
  }
  return {};
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// Fields of a line, with quoted ones as one.
std::size_t fields(const std::string& line) {
  std::size_t n = 1;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) ++n;
  }
  return n;
}

// The header lines as Locust 2 writes them.
TEST(Csv, HasTheColumnsOfLocust) {
  const RunResult r = passing_run();
  EXPECT_EQ(first_line(file(r, "_stats.csv")),
            "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response "
            "Time,Max Response Time,Average Content "
            "Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%");
  EXPECT_EQ(
      first_line(file(r, "_stats_history.csv")),
      "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,"
      "100%,Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response "
      "Time,Total Min Response Time,Total Max Response Time,Total Average Content Size");
  EXPECT_EQ(first_line(file(r, "_failures.csv")), "Method,Name,Error,Occurrences");
  EXPECT_EQ(first_line(file(r, "_exceptions.csv")), "Count,Message,Traceback,Nodes");
}

TEST(Csv, ReadsLikeTheResult) {
  for (const auto& [suffix, text] : to_csv(rate_limited_run()))
    support::expect_golden("result" + std::string(suffix), text);
}

TEST(Csv, EveryLineHasAsManyFieldsAsItsHeader) {
  for (const RunResult& r :
       {passing_run(), rate_limited_run(), invalid_run(), no_data_run(), partial_run(), RunResult{}}) {
    for (const auto& [suffix, text] : to_csv(r)) {
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);)
        EXPECT_EQ(fields(line), fields(first_line(text))) << suffix << ": " << line;
      EXPECT_EQ(std::count(text.begin(), text.end(), '\x1b'), 0);
    }
  }
}

TEST(Csv, WhatThisMachineDidWrongIsAnException) {
  RunResult r = passing_run();
  const FailureSummary ports{core::Stage::local, "no port left, \"really\"", 3};
  r.subsystems[0].total.failures = {ports};
  r.subsystems[0].tasks[0].failures = {ports};
  EXPECT_EQ(file(r, "_exceptions.csv"),
            "Count,Message,Traceback,Nodes\n3,\"no port left, \"\"really\"\"\",,bench-1\n");
  EXPECT_EQ(file(r, "_failures.csv"), "Method,Name,Error,Occurrences\n");
}

TEST(Csv, TheHistoryCountsFromTheStartOfTheRun) {
  const std::string text = file(passing_run(), "_stats_history.csv");
  EXPECT_NE(text.find("\n1767323046,18,,Aggregated,90.000000,0.000000,"), std::string::npos)
      << "a second after 2026-01-02T03:04:05Z\n"
      << text;
  EXPECT_NE(text.find("\n1767323047,18,,Aggregated,0.000000,0.000000,N/A,"), std::string::npos) << text;
}

}  // namespace
}  // namespace soundcheck::report
