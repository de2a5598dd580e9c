// How runs end when something happens to them: signals, a target that dies, a target that cannot be watched.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>

#include "tests/loopback/agent.hpp"
#include "tests/loopback/load_run.hpp"

namespace soundcheck::loopback {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr core::Duration a_moment = std::chrono::seconds(5);
constexpr core::Duration start_limit = std::chrono::seconds(30);
/// Printed once a second while the load is on, by runs of at most two minutes.
constexpr const char* load_is_on = "running";

class Ending : public LoadRun {
 protected:
  void expect_partial(const Ended& ended) const {
    EXPECT_TRUE(ended.in_time);
    EXPECT_EQ(ended.exit_code, 130) << ended.out << ended.err;
    EXPECT_EQ(text("/partial"), "true");
    EXPECT_EQ(figure("/exit_code"), 130);
    EXPECT_GT(figure("/api/total/counters/succeeded"), 0);
    EXPECT_THAT(ended.out, HasSubstr("PARTIAL: the run was interrupted"));
  }
};

class EndingBySignal : public Ending, public testing::WithParamInterface<int> {};

TEST_P(EndingBySignal, DrainsAndWritesWhatThereIs) {
  const Agent agent({});
  Program program = start(api_only + Arguments{"--target", agent.url(), "--duration", "100s"});
  ASSERT_TRUE(program.wait_for_output(load_is_on, start_limit));
  program.signal(GetParam());
  const Ended ended = program.wait(a_moment);
  expect_partial(ended);
  EXPECT_THAT(ended.out, HasSubstr("stopping: waiting for what is in progress (again to stop at once)"));
  EXPECT_EQ(figure("/api/total/failed"), 0) << "what was in progress could finish";
  EXPECT_EQ(figure("/timing/planned_seconds"), 100);
}

INSTANTIATE_TEST_SUITE_P(Signals, EndingBySignal, testing::Values(SIGINT, SIGTERM),
                         [](const auto& test) { return test.param == SIGINT ? "SIGINT" : "SIGTERM"; });

TEST_F(Ending, ASignalInTheCoolDownEndsThatAloneAndTheRunIsWhole) {
  const Ended ended = undisturbed([&] {
    const Agent agent({});
    Program program =
        start(api_only + Arguments{"--target", agent.url(), "--duration", "2s", "--set", "cool_down=10m"});
    EXPECT_TRUE(program.wait_for_output("cool-down: 0:0", start_limit));
    program.signal(SIGINT);
    return program.wait(a_moment);
  });
  ASSERT_TRUE(ended.in_time);
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_EQ(text("/partial"), "false");
  EXPECT_THAT(ended.out, AllOf(HasSubstr("ending the cool-down; the load was complete"),
                               HasSubstr(" of 2.00 s and 10 min 00 s of cool-down")));
  EXPECT_EQ(figure("/timing/cool_down_seconds"), 600);
  const double ran = figure("/timing/actual_seconds");
  EXPECT_GT(ran, 2);
  EXPECT_LT(ran, 60);
  double last_look = 0;
  for (int i = 0; const auto at = result().number(fmt::format("/target/process/samples/{}/at", i)); ++i)
    last_look = *at;
  EXPECT_NEAR(last_look, ran, 0.5) << "watched to the end";
}

TEST_F(Ending, ASecondSignalEndsAtOnce) {
  const Agent agent({});
  Program program = start(api_only + Arguments{"--target", agent.url(), "--duration", "100s", "--set",
                                               "system.api.timeout=60s", "--set", "drain=50s"});
  ASSERT_TRUE(program.wait_for_output(load_is_on, start_limit));
  const std::uint64_t before = agent.count("/requests");
  agent.set_faults(R"({"delay": "50s"})");
  ASSERT_TRUE(eventually([&] { return agent.count("/requests") >= before + 5; }, a_moment));
  program.signal(SIGINT);
  ASSERT_TRUE(program.wait_for_output("stopping: waiting", a_moment));
  program.signal(SIGINT);
  const Ended ended = program.wait(a_moment);
  EXPECT_THAT(ended.out, HasSubstr("stopping now"));
  EXPECT_EQ(ended.exit_code, 130) << ended.out << ended.err;
  EXPECT_EQ(text("/partial"), "true");
}

TEST_F(Ending, TheEmbeddedAgentGoesWhenWeAreKilled) {
  Program program = start(api_only + Arguments{"--duration", "100s"});
  ASSERT_TRUE(program.wait_for_output(load_is_on, start_limit));
  const std::vector<pid_t> agents = children_of(program.pid());
  ASSERT_EQ(agents.size(), 1U);
  EXPECT_TRUE(runs(agents.front()));
  program.signal(SIGKILL);
  EXPECT_TRUE(eventually([&] { return !runs(agents.front()); }, a_moment));
  EXPECT_EQ(program.wait(a_moment).signal, SIGKILL);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "load-results.json")) << "no half-written result";
}

TEST_F(Ending, AnObjectiveEndsTheRunAndFailsIt) {
  const Agent agent({});
  const Arguments too_much{
      "--target",
      agent.url(),
      "--duration",
      "100s",
      "--set",
      R"(system.objectives=[{name: "fast enough", metric: api.rate, target: "> 1000000/s", )"
      R"(abort_on_fail: true, grace: 1s}])"};
  const Ended ended = undisturbed([&] { return start(api_only + too_much).wait(start_limit); });
  EXPECT_TRUE(ended.in_time);
  EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
  EXPECT_EQ(text("/aborted/objective"), "fast enough");
  EXPECT_EQ(text("/partial"), "false");
  EXPECT_LT(figure("/timing/actual_seconds"), 20);
  EXPECT_THAT(ended.out, HasSubstr("stopping: the objective \"fast enough\" is past its last bound after"));
  EXPECT_THAT(ended.out, HasSubstr("ENDED EARLY: after "));
}

TEST_F(Ending, ATargetThatDiesIsCountedByClassAndTheRunGoesOn) {
  const Ended ended = undisturbed([&] {
    const Agent agent({});
    Program program = start(api_only + Arguments{"--target", agent.url(), "--duration", "5s"});
    EXPECT_TRUE(program.wait_for_output(load_is_on, start_limit));
    agent.kill();
    return program.wait(run_limit);
  });
  EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
  EXPECT_GE(figure("/timing/actual_seconds"), 5);
  EXPECT_EQ(text("/partial"), "false");
  EXPECT_GT(failures("api", "connect"), 0);
  EXPECT_EQ(failures("api", "connect") + failures("api", "read") + failures("api", "write"),
            figure("/api/total/failed"));
  EXPECT_GT(figure("/api/total/counters/succeeded"), 0);
  EXPECT_EQ(text("/api/success"), "false");
  EXPECT_THAT(ended.out, HasSubstr("→ is the target running and listening on this port?"));
}

TEST_F(Ending, TheExitOfTheEmbeddedAgentIsReported) {
  const Ended ended = undisturbed([&] {
    Program program = start(api_only + Arguments{"--duration", "5s"});
    EXPECT_TRUE(program.wait_for_output(load_is_on, start_limit));
    const std::vector<pid_t> agents = children_of(program.pid());
    EXPECT_EQ(agents.size(), 1U);
    for (const pid_t agent : agents) ::kill(agent, SIGKILL);
    return program.wait(run_limit);
  });
  EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
  EXPECT_EQ(text("/target/process/exit"), "killed by signal 9 (Killed)");
  EXPECT_THAT(ended.out, HasSubstr("killed by signal 9 (Killed) after "));
}

TEST_F(Ending, ATargetThatCannotBeWatchedHasNoMemoryFigures) {
  const Agent agent({});
  Program gone("/bin/true", {}, folder_);
  const std::string pid = std::to_string(gone.pid());
  ASSERT_EQ(gone.wait(a_moment).exit_code, 0);
  write("watched.yaml",
        "extends: system.yaml\nobjectives:\n  - {name: Memory growth, metric: "
        "target.memory_growth, target: \"< 50MB\"}\n");
  const Ended ended = run(api_only + Arguments{"--target", agent.url(), "--target-pid", pid, "--system",
                                               "watched.yaml", "--duration", "3s"});
  EXPECT_EQ(ended.exit_code, 3) << ended.out << ended.err;
  EXPECT_EQ(text("/validity/valid"), "true");
  EXPECT_EQ(text("/verdict"), "no_data");
  EXPECT_EQ(text("/objectives/0/level"), "no_data");
  EXPECT_THAT(text("/objectives/0/remark"), HasSubstr(pid));
  EXPECT_THAT(ended.out, HasSubstr("NO DATA (exit code 3)"));
}

}  // namespace
}  // namespace soundcheck::loopback
