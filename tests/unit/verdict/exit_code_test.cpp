#include "runner/verdict/exit_code.hpp"

#include <gtest/gtest.h>

namespace soundcheck::verdict {
namespace {

TEST(ExitCode, OfEveryVerdict) {
  struct Row {
    Verdict verdict;
    int plain, strict;
  };
  for (const Row& row : {Row{Verdict::pass, 0, 0}, Row{Verdict::warn, 0, 1}, Row{Verdict::fail, 1, 1},
                         Row{Verdict::invalid, 3, 3}, Row{Verdict::no_data, 3, 3}}) {
    EXPECT_EQ(static_cast<int>(exit_code_of(row.verdict, false, false)), row.plain);
    EXPECT_EQ(static_cast<int>(exit_code_of(row.verdict, false, true)), row.strict);
    EXPECT_EQ(static_cast<int>(exit_code_of(row.verdict, true, false)), 130);
  }
}

TEST(ExitCode, OfSeveralRunsTheWorstIsSaid) {
  EXPECT_EQ(worse_of(ExitCode::pass, ExitCode::pass), ExitCode::pass);
  EXPECT_EQ(worse_of(ExitCode::pass, ExitCode::invalid), ExitCode::invalid);
  EXPECT_EQ(worse_of(ExitCode::objective_failed, ExitCode::invalid), ExitCode::objective_failed)
      << "a failure is certain, an invalid run says nothing";
  EXPECT_EQ(worse_of(ExitCode::objective_failed, ExitCode::unreachable), ExitCode::unreachable);
  EXPECT_EQ(worse_of(ExitCode::interrupted, ExitCode::unreachable), ExitCode::interrupted);
}

TEST(ExitCode, HelpListsEveryCode) {
  EXPECT_EQ(exit_code_help(),
            "    0  every objective reached its target or a warning level\n"
            "    1  an objective failed (or warned, with --fail-on warning), at the end or with "
            "abort_on_fail before it\n"
            "    2  wrong command line or profile; nothing was sent\n"
            "    3  the generator could not keep its schedule, or an objective has no data\n"
            "    4  the target did not answer before the run\n"
            "    5  a mistake in soundcheck, or a report that could not be written\n"
            "  130  stopped by a signal; the report is written and marked partial\n");
}

}  // namespace
}  // namespace soundcheck::verdict
