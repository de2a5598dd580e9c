// How the tests of whole runs go on when the machine was busy: an invalid run is repeated, and a test that
// could not be judged fails with a clear text.
#include <gmock/gmock.h>

#include <stdexcept>
#include <string>

#include "tests/loopback/load_run.hpp"
#include "tests/loopback/system_run.hpp"

namespace soundcheck::loopback {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* busy =
    R"({"validity": {"valid": false, "reasons": [{"what": "late"}, {"what": "CPU stolen"}]}})";
constexpr const char* quiet = R"({"validity": {"valid": true, "reasons": []}})";

class Undisturbed : public LoadRun {
 protected:
  Undisturbed() { twice_ = false; }
  /// A run that ends so, and leaves this result; "" leaves none.
  Ended ends(int exit_code, const std::string& result) {
    ++runs;
    if (!result.empty()) write("load-results.json", result);
    Ended ended;
    ended.exit_code = exit_code;
    return ended;
  }
  int runs = 0;
  int prepared = 0;
};

TEST_F(Undisturbed, AnInvalidRunIsRepeated) {
  const Ended ended =
      undisturbed([&] { return runs == 0 ? ends(3, busy) : ends(1, quiet); }, [&] { ++prepared; });
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(prepared, 1);
}

TEST_F(Undisturbed, OnRequestEveryRunIsDoneTwiceAndTheSecondCounts) {
  twice_ = true;
  const Ended ended =
      undisturbed([&] { return runs == 0 ? ends(1, quiet) : ends(0, quiet); }, [&] { ++prepared; });
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(prepared, 1);
}

TEST_F(Undisturbed, RunsThatAreAllInvalidFailTheTestAndSayWhy) {
  EXPECT_THAT([&] { undisturbed([&] { return ends(3, busy); }); },
              testing::ThrowsMessage<std::runtime_error>(AllOf(
                  StartsWith("the machine was too busy to judge: "),
                  HasSubstr("were invalid, the last because of: late; CPU stolen; run this test again"))));
  EXPECT_EQ(runs, most_attempts);
}

TEST_F(Undisturbed, AnInvalidRunOfAListIsOneToo) {
  const std::string list = std::string(R"({"runs": [)") + quiet + ", " + busy + "]}";
  EXPECT_THAT([&] { undisturbed([&] { return ends(3, list); }); },
              testing::ThrowsMessage<std::runtime_error>(HasSubstr("late; CPU stolen")));
}

TEST_F(Undisturbed, NoDataOfAValidRunIsAnAnswer) {
  EXPECT_EQ(undisturbed([&] { return ends(3, quiet); }).exit_code, 3);
  EXPECT_EQ(undisturbed([&] { return ends(3, std::string(R"({"runs": [)") + quiet + "]}"); }).exit_code, 3);
  EXPECT_EQ(runs, 2);
}

TEST_F(Undisturbed, SoIsARunWithoutAResult) {
  EXPECT_EQ(undisturbed([&] { return ends(3, ""); }).exit_code, 3);
  EXPECT_EQ(undisturbed([&] { return ends(2, ""); }).exit_code, 2);
  EXPECT_EQ(runs, 2);
}

class AgentInItsPlace : public SystemRun {};

/// The faults of the first agent are those of the second, also such as were changed in between.
TEST_F(AgentInItsPlace, HasTheSameFaults) {
  start_agent({"--error-rate", "1%"});
  change_faults(R"({"delay": "20ms"})");
  const std::string first = agent().url();
  const auto expect_faults = [this] {
    EXPECT_EQ(agent().control().find("/error_rate"), "1%");
    EXPECT_EQ(agent().control().find("/delay"), "20ms");
  };
  expect_faults();
  int runs = 0;
  run_undisturbed([&] {
    write("load-results.json", ++runs == 1 ? busy : quiet);
    Ended ended;
    ended.exit_code = runs == 1 ? 3 : 0;
    return ended;
  });
  EXPECT_NE(agent().url(), first);
  expect_faults();
}

}  // namespace
}  // namespace soundcheck::loopback
