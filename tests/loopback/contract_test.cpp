// What scripts and people rely on: the JSON that CI reads, exit codes, which subsystems run, and that nothing
// is sent or overwritten by mistake.
#include <gmock/gmock.h>

#include <unistd.h>

#include "tests/loopback/agent.hpp"
#include "tests/loopback/load_run.hpp"
#include "tests/loopback/sockets.hpp"

namespace soundcheck::loopback {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class Contract : public LoadRun {
 protected:
  /// A run that must end within five seconds without a result, because there is no target.
  Ended run_in_vain(const std::string& target) const {
    Ended ended = start(api_only + Arguments{"--target", target}).wait(run_limit);
    EXPECT_EQ(ended.exit_code, 4) << ended.out << ended.err;
    EXPECT_LT(ended.seconds, 5) << "the user waits";
    EXPECT_FALSE(std::filesystem::exists(folder_ / "load-results.json"));
    EXPECT_THAT(ended.err, HasSubstr(target));
    return ended;
  }
};

// Word for word what the CI of a user reads.
constexpr const char* ci_reader = R"(import json
results = json.load(open("load-results.json"))
assert results["api"]["success"]
assert results["ai_pipeline"]["success"]
)";
constexpr const char* type_reader = R"(import json
results = json.load(open("load-results.json"))
for part in ("api", "websocket", "ai_pipeline"):
    assert results[part]["success"] is True, part
)";

TEST_F(Contract, TheEmbeddedAgentPassesAndTheCiReaderIsContent) {
  const Ended ended = undisturbed([&] {
    Program program = start({"--duration", "6s", "--set", "drain=15s"});
    EXPECT_TRUE(program.wait_for_output("profile on system against http://127.0.0.1:", run_limit));
    const std::vector<pid_t> agents = children_of(program.pid());
    EXPECT_EQ(agents.size(), 1U);
    Ended once = program.wait(run_limit);
    for (const pid_t agent : agents) EXPECT_FALSE(runs(agent)) << "the agent must not outlive the run";
    return once;
  });
  ASSERT_TRUE(ended.in_time);
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("starting the embedded reference agent"));
  EXPECT_EQ(text("/target/embedded"), "true");
  EXPECT_EQ(text("/target/process/exit"), "") << "we ended it, after the run";
  for (const char* script : {ci_reader, type_reader}) {
    const Ended reader = Program("/usr/bin/python3", {"-c", script}, folder_).wait(run_limit);
    EXPECT_EQ(reader.exit_code, 0) << reader.err << ended.out;
  }
}

TEST_F(Contract, ATargetOnIPv6) {
  const Agent agent({"--host", "::1"});
  const Ended ended = run(
      {"--target", "http://[::1]:" + agent.port(), "--duration", "2s", "--set", "warm_up=0s", "--skip-ai"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_GT(figure("/api/total/counters/succeeded"), 10);
  EXPECT_GT(figure("/websocket/total/counters/succeeded"), 10);
  EXPECT_EQ(figure("/target/process/pid"), agent.pid()) << "found by its port";
  EXPECT_EQ(text("/target/resolve_seconds"), "null") << "an address is not looked up";
}

TEST_F(Contract, SkippedSubsystemsSendNothing) {
  const Agent agent({});
  const Arguments quick{"--target", agent.url(), "--duration", "2s", "--set", "warm_up=0s"};
  std::uint64_t before = 0;  // the run that counts, not one that was repeated
  const auto count = [&] { before = agent.count("/requests"); };
  Ended ended = run(quick + Arguments{"--skip-websocket", "--skip-ai"}, count);
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_EQ(agent.count("/websocket_connections"), 0U);
  EXPECT_EQ(agent.count("/requests") - before, this->ended("api") + 1) << "and the health check";
  EXPECT_EQ(text("/api/skipped"), "false");
  EXPECT_EQ(text("/websocket/skipped"), "true");
  EXPECT_EQ(text("/websocket/success"), "false") << "what did not run has not succeeded";
  EXPECT_EQ(text("/ai_pipeline/skipped"), "true");
  EXPECT_THAT(ended.out, AllOf(HasSubstr("WebSocket: skipped"), HasSubstr("AI pipeline: skipped")));

  ended = run(quick + Arguments{"--only", "websocket"}, count);
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_EQ(agent.count("/requests") - before, 1U) << "only the health check";
  EXPECT_GE(agent.count("/websocket_connections"), 2U);
  EXPECT_EQ(text("/api/skipped"), "true");
  EXPECT_EQ(agent.count("/voice_calls"), 0U);
}

TEST_F(Contract, ADryRunPrintsThePlanAndSendsNothing) {
  const Agent agent({});
  const Ended ended = start({"--target", agent.url(), "--dry-run"}).wait(run_limit);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("5 API users"), HasSubstr("GET /api/v1/health"),
                               HasSubstr("API success rate"), HasSubstr("Nothing was sent.")));
  EXPECT_EQ(agent.count("/requests"), 0U);
  EXPECT_EQ(agent.count("/websocket_connections"), 0U);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "load-results.json"));
}

TEST_F(Contract, WhatIsWrongIsSaidBeforeAnythingIsSent) {
  const Agent agent({});
  write("load-results.json", "of the last run");
  write("not_yaml.yaml", "duration: [");
  write("unknown_key.yaml", "system: system.yaml\nduration: 4s\napi: {users: 1, usres: 2}\n");
  write("no_unit.yaml", "system: system.yaml\nduration: 60\napi: {users: 1}\n");
  write("two.yaml", "system: system.yaml\nduration: 60\napi: {users: 0}\n");
  write("no_system.yaml", "system: nowhere.yaml\nduration: 4s\napi: {users: 1}\n");
  write("nothing_left.yaml", "system: system.yaml\nduration: 4s\nwebsocket: {connections: 1}\n");
  write("secret.env", "NAME VALUE\n");
  struct Case {
    Arguments arguments;
    std::string said;
  };
  const std::vector<Case> cases{
      {{"--profile", "absent.yaml"}, "absent.yaml"},
      {{"--profile", "quikc"}, "quick"},
      {{"--profile", "not_yaml.yaml"}, "not_yaml.yaml:1"},
      {{"--profile", "unknown_key.yaml"}, "users"},
      {{"--profile", "no_unit.yaml"}, "no_unit.yaml:2"},
      {{"--profile", "two.yaml"}, "2 mistakes; nothing was sent"},
      {{"--profile", "no_system.yaml"}, "nowhere.yaml"},
      {{"--profile", "nothing_left.yaml", "--skip-websocket"}, "nothing is left to run"},
      {{"--set", "api.users=many"}, "command line"},
      {{"--set", "api.users"}, "is not PATH=VALUE"},
      {{"--set", "system.ai_pipeline.clips=[nobody]"}, "has no clip 'nobody'"},
      {{"--set", "system.ai_pipeline.fixtures=absent.yaml"}, "absent.yaml"},
      {{"--durations", "4s"}, "unknown option --durations; did you mean \"--duration\"?"},
      {{"--only", "voice"}, "voice"},
      {{"--only", "api", "--skip-ai"}, "--skip-ai"},
      {{"--env-file", "absent.env"}, "absent.env: No such file or directory"},
      {{"--env-file", "secret.env"}, "secret.env:1: not a NAME=VALUE line"},
      {{"--output", "absent/result.json"}, "absent"},
      {{"--target", "ftp://127.0.0.1"}, "ftp"},
  };
  for (const Case& c : cases) {
    // The last one of an option that is given twice counts; so profile and output come only once.
    Arguments arguments{"--target", agent.url()};
    const auto given = [&](const char* option) {
      return testing::Value(c.arguments, testing::Contains(option));
    };
    if (given("--target")) arguments.clear();
    if (!given("--profile")) arguments = arguments + Arguments{"--profile", "profile.yaml"};
    if (!given("--output")) arguments = arguments + Arguments{"--output", "load-results.json"};
    const Ended ended = start_bare(arguments + c.arguments).wait(run_limit);
    const std::string what = testing::PrintToString(c.arguments) + "\n" + ended.err;
    EXPECT_EQ(ended.exit_code, 2) << what;
    EXPECT_THAT(ended.out, IsEmpty()) << what;
    EXPECT_THAT(ended.err, HasSubstr(c.said)) << what;
    EXPECT_EQ(read("load-results.json"), "of the last run") << what;
  }
  EXPECT_EQ(agent.count("/requests"), 0U);
}

TEST_F(Contract, AClosedPortIsExplained) {
  const Ended ended = run_in_vain("http://127.0.0.1:" + closed_port());
  EXPECT_THAT(ended.err, AllOf(HasSubstr("Connection refused"), HasSubstr("is the target running?"),
                               HasSubstr("curl -i http://127.0.0.1:"), HasSubstr("/api/v1/health")));
}

TEST_F(Contract, AnUnknownHostIsExplained) {
  const Ended ended = run_in_vain("http://does-not-exist.invalid");
  EXPECT_THAT(ended.err, HasSubstr("Check the host name in --target"));
}

TEST_F(Contract, ATargetThatAcceptsAndSaysNothingIsExplained) {
  const Listener listener = listen_anywhere();  // the kernel accepts, and nobody reads
  const Ended ended = run_in_vain("http://127.0.0.1:" + listener.port);
  ::close(listener.socket);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("no answer in time"), HasSubstr("is the target running?")));
}

TEST_F(Contract, AHealthCheckWithTheWrongAnswerIsExplained) {
  const Agent agent({});
  const Ended ended =
      start(api_only + Arguments{"--target", agent.url(), "--set", "system.health_path=/healthz"})
          .wait(run_limit);
  EXPECT_EQ(ended.exit_code, 4);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("GET /healthz answered with status 404"),
                               HasSubstr("the system file's health_path is /healthz")));
}

}  // namespace
}  // namespace soundcheck::loopback
