#include "runner/app/reports.hpp"

#include <gmock/gmock.h>

#include "tests/unit/app/temporary_folder.hpp"

namespace soundcheck::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr const char* start = "2026-01-02T03:04:05Z";

TEST(Reports, GoWhereTheOptionsSay) {
  Options options;
  options.output = "out.json";
  options.html = "report.html";
  options.csv = "results";
  const Reports one = reports_of(options, "ngx_sales_agent/baseline", start, false);
  EXPECT_THAT(one.json, ElementsAre(Pair("out.json", "--output")));
  EXPECT_THAT(one.html, ElementsAre(Pair("report.html", "--html")));
  EXPECT_THAT(one.csv, ElementsAre(Pair("results", "--csv")));
  const Reports of_list = reports_of(options, "ngx_sales_agent/baseline", start, true);
  EXPECT_THAT(of_list.json, IsEmpty()) << "the list has one for all its runs";
  EXPECT_THAT(of_list.html, ElementsAre(Pair("report_baseline.html", "--html")));
  EXPECT_THAT(of_list.csv, ElementsAre(Pair("results_baseline", "--csv")));
}

TEST(Reports, AResultsFolderIsNamedByProfileAndTime) {
  const TemporaryFolder folder;
  Options options;
  options.results_dir = (folder.path() / "new/results").string();
  EXPECT_EQ(check_reports(options), std::nullopt) << "it is made";
  const Reports reports = reports_of(options, "ngx_sales_agent/baseline", start, true);
  const std::string mine = *options.results_dir + "/ngx_sales_agent_baseline_20260102_030405/";
  EXPECT_THAT(reports.json, ElementsAre(Pair(mine + "results.json", "--results-dir")));
  EXPECT_THAT(reports.html, ElementsAre(Pair(mine + "report.html", "--results-dir")));
  EXPECT_THAT(reports.csv, ElementsAre(Pair(mine + "results", "--results-dir")));
  report::RunResult result;
  const Written written = write_reports(reports, result);
  EXPECT_THAT(written.problems, IsEmpty());
  EXPECT_EQ(written.json, mine + "results.json");
  EXPECT_THAT(written.files,
              ElementsAre(mine + "report.html", mine + "results_stats.csv and the three files beside it"));
  for (const char* name : {"results.json", "report.html", "results_stats.csv", "results_stats_history.csv",
                           "results_failures.csv", "results_exceptions.csv"})
    EXPECT_TRUE(std::filesystem::exists(mine + name)) << name;
}

TEST(Reports, WhatCannotBeWrittenIsSaidBeforeTheRun) {
  const TemporaryFolder folder;
  const std::string absent = (folder.path() / "absent").string();
  Options options;
  options.html = absent + "/report.html";
  EXPECT_THAT(check_reports(options).value_or(""),
              HasSubstr("--html: cannot write " + absent + "/report.html"));
  options.html.reset();
  options.csv = absent + "/results";
  EXPECT_THAT(check_reports(options).value_or(""),
              HasSubstr("--csv: cannot write " + absent + "/results_stats.csv"));
  options.csv.reset();
  folder.write("file", "");
  options.results_dir = (folder.path() / "file").string();
  EXPECT_THAT(check_reports(options).value_or(""), HasSubstr("--results-dir: "));
}

TEST(Reports, AndAfterIt) {
  Reports reports;
  reports.json = {{"/no/such/folder/r.json", "--output"}};
  reports.csv = {{"/no/such/folder/r", "--csv"}};
  const Written written = write_reports(reports, report::RunResult{});
  EXPECT_THAT(written.json, IsEmpty());
  EXPECT_THAT(written.files, IsEmpty());
  EXPECT_THAT(written.problems, HasSubstr("--output: cannot write /no/such/folder/r.json"));
  EXPECT_THAT(written.problems, HasSubstr("--csv: cannot write /no/such/folder/r_exceptions.csv"));
}

}  // namespace
}  // namespace soundcheck::app
