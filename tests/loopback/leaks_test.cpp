// The reference agent leaks as programmed, for three real minutes: the verdict, the part of the load and the
// rate must be right. All runs go on at the same time. `tools/test --long` runs this; it takes twenty
// minutes.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <vector>

#include "tests/loopback/agent.hpp"
#include "tests/loopback/load_run.hpp"

namespace soundcheck::loopback {
namespace {

using testing::HasSubstr;

constexpr core::Duration three_minutes_and_more = std::chrono::minutes(6);
constexpr double load_seconds = 180;
constexpr double hour = 3600;

/// One run of one part of the load against an agent of its own.
struct Trial {
  std::string name;
  Arguments faults;
  std::string part;
  std::string verdict;
  std::optional<double> per_hour{};  ///< bytes; absent: what the agent counted
  std::unique_ptr<Agent> agent{};
  std::unique_ptr<Program> program{};
};

class Leaks : public LoadRun {
 protected:
  Leaks() {
    write("profile.yaml", R"(system: system.yaml
duration: 3m
warm_up: 15s
drain: 5s
api: {users: 5, spawn_rate: 1000/s}
websocket: {connections: 4, connect_rate: 1000/s}
ai_pipeline: {calls: 2, call_rate: 1000/s}
)");
  }

  void start(Trial& trial) const {
    trial.agent = std::make_unique<Agent>(trial.faults, trial.part == "ai_pipeline");
    trial.program.reset(new Program(  // it cannot be moved
        "run_load_tests",
        {"--profile", "profile.yaml", "--only", trial.part, "--target", trial.agent->url(), "--set",
         "system.api.think_time=200ms", "--output", trial.name + ".json"},
        folder_, {{"SOUNDCHECK_DATA", SOUNDCHECK_SOURCE_DIR}}));
  }

  void expect_truth(Trial& trial) const {
    SCOPED_TRACE(trial.name);
    const Ended ended = trial.program->wait(three_minutes_and_more);
    ASSERT_TRUE(ended.exit_code == 0 || ended.exit_code == 3) << ended.out << ended.err;
    const auto result = core::JsonDocument::parse(read(trial.name + ".json"));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->find("/target/process/leaks/0/series"), "rss");
    EXPECT_EQ(result->find("/target/process/leaks/0/verdict"), trial.verdict) << ended.out;
    EXPECT_THAT(ended.out, HasSubstr("\n  " + result->find("/target/process/leaks/0/text").value_or("?")));
    const double truth = trial.per_hour.value_or(static_cast<double>(trial.agent->count("/leaked_bytes")) /
                                                 load_seconds * hour);
    const double growth = result->number("/target/process/leaks/0/growth_per_hour").value_or(0);
    fmt::print("{}: {:.1f} MB an hour, in truth {:.1f}\n", trial.name, growth / 1e6, truth / 1e6);
    if (trial.verdict == "leak") {
      EXPECT_GT(truth, 50e6);
      EXPECT_NEAR(growth, truth, truth / 10);
    }
  }
};

TEST_F(Leaks, EachKindIsFoundWhereItIsAndNothingElse) {
  const Arguments by_request{"--leak-per-request", "4KiB"};
  const Arguments by_connection{"--leak-per-connection", "64KiB"};
  const Arguments by_call{"--leak-per-call", "256KiB"};
  const Arguments by_second{"--leak-per-second", "100KiB"};
  const Arguments breathing{"--breathing", "20MiB"};
  constexpr double hundred_kib_a_second = 100 * 1024 * hour;
  std::vector<Trial> trials;
  trials.push_back({"request_api", by_request, "api", "leak"});
  trials.push_back({"request_websocket", by_request, "websocket", "no_leak"});
  trials.push_back({"connection_api", by_connection, "api", "no_leak"});
  trials.push_back({"connection_websocket", by_connection, "websocket", "leak"});
  trials.push_back({"call_api", by_call, "api", "no_leak"});
  trials.push_back({"call_websocket", by_call, "websocket", "no_leak"});
  trials.push_back({"call_ai_pipeline", by_call, "ai_pipeline", "leak"});
  trials.push_back({"second_api", by_second, "api", "leak", hundred_kib_a_second});
  trials.push_back({"second_websocket", by_second, "websocket", "leak", hundred_kib_a_second});
  trials.push_back({"breathing_api", breathing, "api", "no_leak"});
  trials.push_back({"breathing_websocket", breathing, "websocket", "no_leak"});
  for (Trial& trial : trials) start(trial);
  for (Trial& trial : trials) expect_truth(trial);
}

TEST_F(Leaks, IsolateNamesThePartAndWhatEachUnitLeaves) {
  write("parts.yaml", R"(system: system.yaml
duration: 3m
drain: 5s
api: {users: 5, spawn_rate: 1000/s}
websocket: {connections: 4, connect_rate: 1000/s}
)");
  const Agent agent({"--leak-per-connection", "64KiB"});
  const Ended ended =
      start_bare({"isolate", "--profile", "parts.yaml", "--target", agent.url(), "--for", "2m"})
          .wait(std::chrono::minutes(15));
  EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
  EXPECT_THAT(ended.out, testing::ContainsRegex("\n  api +[0-9,]+ requests +[^\n]+ no leak\n"));
  EXPECT_THAT(ended.out, testing::ContainsRegex("\n  websocket +[0-9,]+ connections +[^\n]+ leak\n"));
  const std::string culprit = "\nThe target leaks with websocket by ";
  const std::size_t found = ended.out.find(culprit);
  ASSERT_NE(found, std::string::npos) << ended.out;
  const std::string sentence = ended.out.substr(found + culprit.size());
  EXPECT_THAT(sentence, HasSubstr(" kB a connection"));
  EXPECT_NEAR(std::stod(sentence), 65.5, 6.5) << "64 KiB are 65.5 kB";
}

TEST_F(Leaks, IsolateRunsAnApiWithoutItsLoginToo) {
  write("system.yaml", R"(health_path: /api/v1/health
api:
  think_time: 100ms
  login:
    steps:
      - request: POST /agentiq/api/auth/login
        body: {email: load@example.com, password: correct horse battery}
        extract: {token: /access_token}
  headers: {Authorization: "Bearer {{token}}"}
  tasks:
    - name: health
      steps: [{request: GET /api/v1/health}]
)");
  write("api.yaml", "system: system.yaml\nduration: 3m\ndrain: 5s\napi: {users: 5, spawn_rate: 1000/s}\n");
  const Agent agent({"--leak-per-request", "16KiB"});
  const Ended ended = start_bare({"isolate", "--profile", "api.yaml", "--target", agent.url(), "--for", "2m"})
                          .wait(std::chrono::minutes(15));
  EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
  // 16 KiB are 16.4 kB, whoever asks.
  for (const char* name : {"all together", "api", "api, without login"}) {
    EXPECT_THAT(ended.out, testing::ContainsRegex(fmt::format("\n  {} +[0-9-][^\n]+ leak\n", name)))
        << ended.err;
  }
  EXPECT_THAT(ended.out, testing::ContainsRegex(
                             "\n  api, without login +[0-9,]+ requests +[^\n]+ 16[.][0-9] kB +leak\n"));
}

}  // namespace
}  // namespace soundcheck::loopback
