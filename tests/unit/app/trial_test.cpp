#include "runner/app/trial.hpp"

#include <gmock/gmock.h>

namespace soundcheck::app {
namespace {

using core::Subsystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

Options everything() {
  Options options;
  options.overrides = {{"duration", "10m"}};
  return options;
}

profile::System phone_system() {
  profile::System system;
  system.api.emplace();
  for (const char* name : {"list_calls", "call_details", "switched_off"}) {
    profile::HttpTask task;
    task.name = name;
    system.api->tasks.push_back(task);
  }
  system.api->tasks.back().weight = 0;
  system.websocket.emplace();
  system.ai_pipeline.emplace();
  system.ai_pipeline->encodings = {audio::Encoding::pcm16, audio::Encoding::opus};
  return system;
}

std::vector<std::string> names_of(const std::vector<Trial>& trials) {
  std::vector<std::string> names;
  for (const Trial& trial : trials) names.push_back(trial.name);
  return names;
}

TEST(Trial, APartAloneLeavesOutTheOthers) {
  const Trial trial = alone(everything(), Subsystem::websocket);
  EXPECT_EQ(trial.name, "websocket");
  EXPECT_EQ(trial.part, Subsystem::websocket);
  EXPECT_THAT(trial.options.skipped, ElementsAre(true, false, true));
  EXPECT_THAT(trial.options.overrides, ElementsAre(Pair("duration", "10m")));
}

TEST(Trial, AnApiIsTakenApartIntoItsTasks) {
  const auto trials = taken_apart(phone_system(), alone(everything(), Subsystem::api));
  EXPECT_THAT(names_of(trials), ElementsAre("api: list_calls", "api: call_details"));
  EXPECT_THAT(trials[0].options.tasks.without, ElementsAre("call_details"));
  EXPECT_THAT(trials[1].options.tasks.without, ElementsAre("list_calls"));
  for (const Trial& trial : trials) {
    EXPECT_EQ(trial.part, Subsystem::api);
    EXPECT_THAT(trial.options.skipped, ElementsAre(false, true, true));
  }
}

TEST(Trial, OneTaskIsTheWholeApi) {
  profile::System system = phone_system();
  system.api->tasks.resize(1);
  EXPECT_THAT(taken_apart(system, alone(everything(), Subsystem::api)), IsEmpty());
}

TEST(Trial, ConnectionsHangUpAbruptly) {
  const auto trials = taken_apart(phone_system(), alone(everything(), Subsystem::websocket));
  ASSERT_THAT(names_of(trials), ElementsAre("websocket, abrupt hang-ups"));
  EXPECT_THAT(trials[0].options.overrides,
              ElementsAre(Pair("duration", "10m"), Pair("system.websocket.hang_up", "abrupt")));
}

TEST(Trial, CallsAreTakenApartIntoTheirEncodingsAndHangUpAbruptly) {
  profile::System system = phone_system();
  const Trial calls = alone(everything(), Subsystem::ai_pipeline);
  const auto trials = taken_apart(system, calls);
  EXPECT_THAT(names_of(trials),
              ElementsAre("ai_pipeline: pcm16", "ai_pipeline: opus", "ai_pipeline, abrupt hang-ups"));
  EXPECT_THAT(trials[1].options.overrides.back(), Pair("system.ai_pipeline.encodings", "[opus]"));
  EXPECT_THAT(trials[2].options.overrides.back(), Pair("system.ai_pipeline.hang_up", "abrupt"));
  system.ai_pipeline->encodings.pop_back();
  EXPECT_THAT(names_of(taken_apart(system, calls)), ElementsAre("ai_pipeline, abrupt hang-ups"));
}

}  // namespace
}  // namespace soundcheck::app
