#include <gmock/gmock.h>

#include <stdexcept>

#include "runner/profile/objectives.hpp"
#include "tests/unit/plan/shipped.hpp"

namespace soundcheck::plan {
namespace {

using core::Subsystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

std::vector<std::string> labels(const http::Task& task) {
  std::vector<std::string> out;
  http::for_each_request(task.steps,
                         [&](const http::RequestStep& step) { out.push_back(step.request.label()); });
  return out;
}

/// The workload of a subsystem; there is one.
const Workload& of(const Plan& plan, Subsystem subsystem) {
  for (const Workload& workload : plan.workloads) {
    if (workload.subsystem == subsystem) return workload;
  }
  throw std::out_of_range("no such workload");
}
const http::Workload& api(const Plan& plan) {
  return std::get<http::Workload>(of(plan, Subsystem::api).behaviour);
}
const websocket::Workload& channel(const Plan& plan) {
  return std::get<websocket::Workload>(of(plan, Subsystem::websocket).behaviour);
}
const voice::Workload& calls(const Plan& plan) {
  return std::get<voice::Workload>(of(plan, Subsystem::ai_pipeline).behaviour);
}

TEST(BuildPlanTest, TheQuickProfileHasEverySubsystem) {
  const Shipped quick("quick");
  const Plan plan = quick.plan();
  EXPECT_EQ(plan.duration, std::chrono::minutes(1));
  EXPECT_EQ(plan.warm_up, std::chrono::seconds(5));
  EXPECT_EQ(plan.drain, std::chrono::seconds(10));
  EXPECT_EQ(plan.seed, 1U);
  EXPECT_EQ(plan.endpoint.authority, "127.0.0.1:8080");
  EXPECT_THAT(plan.tasks,
              ElementsAre(Pair(Subsystem::api, "health_check"), Pair(Subsystem::api, "list_calls"),
                          Pair(Subsystem::api, "create_and_end_call"), Pair(Subsystem::api, "call_details"),
                          Pair(Subsystem::api, "list_agents"), Pair(Subsystem::api, "metrics_summary"),
                          Pair(Subsystem::websocket, "connection"), Pair(Subsystem::websocket, "exchange"),
                          Pair(Subsystem::websocket, "ping"), Pair(Subsystem::ai_pipeline, "call_pcm16"),
                          Pair(Subsystem::ai_pipeline, "call_opus")));
  EXPECT_EQ(plan.sockets(), 18U);
  // The last of 3 callers, at 2 a second.
  EXPECT_EQ(of(plan, Subsystem::ai_pipeline).load.curve.above(2).front().begin, std::chrono::seconds(1));
}

struct ShippedLoad {
  const char* profile;
  int minutes;
  std::uint32_t users, connections, calls;
};

TEST(BuildPlanTest, ObjectivesAndTagsMayNameEveryTask) {
  const Shipped quick("quick");
  const Plan plan = quick.plan();
  std::vector<std::pair<Subsystem, std::string>> nameable;
  for (const Subsystem subsystem : core::all_subsystems) {
    for (std::string& name : profile::task_names(quick.profile.system, subsystem))
      nameable.emplace_back(subsystem, std::move(name));
  }
  EXPECT_THAT(plan.tasks, testing::IsSubsetOf(nameable));
}

TEST(BuildPlanTest, TheShippedProfilesCarryTheLoadsThatTheyPromise) {
  const ShippedLoad loads[]{{"quick", 1, 10, 5, 3},
                            {"standard", 5, 50, 20, 10},
                            {"stress", 10, 200, 50, 30},
                            {"soak", 60, 25, 10, 5}};
  for (const ShippedLoad& load : loads) {
    SCOPED_TRACE(load.profile);
    const Plan plan = Shipped(load.profile).plan();
    EXPECT_EQ(plan.duration, std::chrono::minutes(load.minutes));
    EXPECT_EQ(of(plan, Subsystem::api).users(), load.users);
    EXPECT_EQ(of(plan, Subsystem::websocket).users(), load.connections);
    EXPECT_EQ(of(plan, Subsystem::ai_pipeline).users(), load.calls);
  }
}

TEST(BuildPlanTest, TasksKeepTheirStepsAndWeights) {
  const Plan plan = Shipped("quick").plan();
  const auto& tasks = api(plan).tasks;
  ASSERT_EQ(tasks.size(), 6U);
  EXPECT_EQ(tasks[1].weight, 5U);
  EXPECT_EQ(plan.tasks[tasks[1].id].second, "list_calls");
  EXPECT_THAT(labels(tasks[2]), ElementsAre("POST /api/v1/calls", "GET /api/v1/calls/{{call_id}}",
                                            "POST /api/v1/calls/{{call_id}}/end"));
  const auto& create = std::get<http::RequestStep>(tasks[2].steps[0]);
  EXPECT_EQ(create.status.text(), "201");
  ASSERT_EQ(create.extract.size(), 1U);
  EXPECT_EQ(create.extract[0].variable, "call_id");
}

TEST(BuildPlanTest, ATaskOfWeightZeroIsNotThere) {
  const Shipped quick("quick", {{"system.api.tasks[name=list_calls].weight", "0"}});
  const Plan plan = quick.plan();
  EXPECT_EQ(api(plan).tasks.size(), 5U);
  EXPECT_THAT(plan.tasks, Not(Contains(Pair(Subsystem::api, "list_calls"))));
  for (const http::Task& task : api(plan).tasks) {
    EXPECT_EQ(plan.tasks[task.id].first, Subsystem::api);
  }
}

TEST(BuildPlanTest, ThePrefixOfTheTargetIsInFrontOfEveryPath) {
  Shipped quick("quick");
  quick.url.prefix = "/tenant";
  const Plan plan = quick.plan();
  EXPECT_THAT(labels(api(plan).tasks[0]), ElementsAre("GET /tenant/api/v1/health"));
  EXPECT_EQ(channel(plan).upgrade.path, "/tenant/api/v1/events");
  EXPECT_EQ(calls(plan).upgrade.path, "/tenant/api/v1/voice");
}

TEST(BuildPlanTest, HowUsersHangUpIsCarriedOver) {
  const Plan clean = Shipped("quick").plan();
  EXPECT_FALSE(channel(clean).abrupt_hang_up);
  EXPECT_FALSE(calls(clean).abrupt_hang_up);
  const Plan mixed = Shipped("quick", {{"system.websocket.hang_up", "abrupt"}}).plan();
  EXPECT_TRUE(channel(mixed).abrupt_hang_up);
  EXPECT_FALSE(calls(mixed).abrupt_hang_up);
  EXPECT_TRUE(calls(Shipped("quick", {{"system.ai_pipeline.hang_up", "abrupt"}}).plan()).abrupt_hang_up);
}

TEST(BuildPlanTest, TheVersionOfHttpIsCarriedOver) {
  const auto version = [](const std::string& name) {
    return api(Shipped("quick", {{"system.api.http_version", name}}).plan()).version;
  };
  EXPECT_EQ(api(Shipped("quick").plan()).version, http::Version::automatic);
  EXPECT_EQ(version("auto"), http::Version::automatic);
  EXPECT_EQ(version("1.1"), http::Version::one);
  EXPECT_EQ(version("2"), http::Version::two);
}

TEST(BuildPlanTest, WhatAnExchangeExtractsIsWhatLaterMessagesName) {
  const Shipped quick("quick",
                      {{"system.websocket.exchange",
                        "[{send: start}, {expect: {contains: started}, within: 1s, extract: {call_id: "
                        "/call/id}}, {send: 'use {{call_id}}'}]"}});
  const Plan plan = quick.plan();
  const std::vector<websocket::ExchangeStep> steps(channel(plan).exchange.begin(),
                                                   channel(plan).exchange.end());
  ASSERT_EQ(steps.size(), 3U);
  ASSERT_EQ(steps[1].extract.size(), 1U);
  EXPECT_EQ(steps[1].extract[0].variable, "call_id");
  EXPECT_EQ(steps[1].extract[0].pointer, "/call/id");
  core::Variables variables;
  variables.set(steps[1].extract[0].slot, "c-7");
  std::string message;
  steps[2].text.render(variables, message);
  EXPECT_EQ(message, "use c-7");
}

TEST(BuildPlanTest, SkippedSubsystemsHaveNoTasks) {
  Shipped quick("quick");
  quick.skipped = {true, false, true};
  const Plan plan = quick.plan();
  EXPECT_FALSE(plan.has(Subsystem::api));
  EXPECT_TRUE(plan.has(Subsystem::websocket));
  EXPECT_FALSE(plan.has(Subsystem::ai_pipeline));
  ASSERT_EQ(plan.tasks.size(), 3U);
  EXPECT_EQ(plan.tasks[channel(plan).connection_task].second, "connection");
  EXPECT_EQ(plan.tasks[channel(plan).exchange_task].second, "exchange");
  EXPECT_EQ(plan.tasks[channel(plan).ping_task].second, "ping");
}

TEST(BuildPlanTest, ASkippedVoicePartNeedsNoClips) {
  Shipped quick("quick");
  quick.skipped = {false, false, true};
  quick.clips.clear();
  EXPECT_EQ(quick.plan().tasks.size(), 9U);
}

TEST(BuildPlanTest, NothingLeftIsAnError) {
  Shipped quick("quick");
  quick.skipped = {true, true, true};
  EXPECT_THAT(quick.mistake(),
              HasSubstr("nothing is left to run: every subsystem of the profile is skipped"));
}

TEST(BuildPlanTest, EveryClipInEveryEncoding) {
  const Shipped quick("quick");
  const Plan plan = quick.plan();
  const auto& variants = calls(plan).variants;
  ASSERT_EQ(variants.size(), 2U);
  for (const voice::Variant& variant : variants) EXPECT_EQ(variant.clips.size(), quick.clips.size());
  EXPECT_EQ(variants[0].format.encoding, audio::Encoding::pcm16);
  EXPECT_EQ(variants[1].format.encoding, audio::Encoding::opus);
}

TEST(BuildPlanTest, ClipsAreChosenByName) {
  const Shipped quick("quick", {{"system.ai_pipeline.clips", "[second]"}});
  const Plan plan = quick.plan();
  for (const voice::Variant& variant : calls(plan).variants) {
    ASSERT_EQ(variant.clips.size(), 1U);
    EXPECT_EQ(variant.clips[0]->clip->name, "second");
  }
}

TEST(BuildPlanTest, AnUnknownClipIsAnErrorWithItsName) {
  const Shipped quick("quick", {{"system.ai_pipeline.clips", "[second, third]"}});
  EXPECT_EQ(quick.mistake(), "ai_pipeline.clips: manifest.yaml has no clip 'third'");
}

TEST(BuildPlanTest, NoClipAtAllIsAnError) {
  Shipped quick("quick");
  quick.clips.clear();
  EXPECT_EQ(quick.mistake(), "ai_pipeline.fixtures: manifest.yaml holds no clip that can be used");
}

TEST(BuildPlanTest, AnImpossibleFrameIsAnError) {
  Shipped quick("quick");
  quick.profile.system.ai_pipeline->frame_ms = 30;  // the loader lets no such thing through
  quick.profile.system.ai_pipeline->encodings = {audio::Encoding::opus};
  EXPECT_EQ(quick.mistake(), "ai_pipeline: opus at 16000 Hz in frames of 30 ms is impossible");
}

TEST(BuildPlanTest, AnOpenLoadNeedsAsManyUsersAsCanBeInProgress) {
  const Plan plan = Shipped("quick", {{"api.rate", "20/s"}, {"api.arrivals", "even"}}).plan();
  const Workload& workload = of(plan, Subsystem::api);
  EXPECT_EQ(workload.load.model, Model::open);
  EXPECT_EQ(workload.load.spacing, shape::Spacing::even);
  EXPECT_DOUBLE_EQ(workload.load.curve.peak(), 20);
  // The longest task has 4 requests of at most 10 s each.
  EXPECT_EQ(workload.users(), 20U * 40 + 1);
  const Plan limited = Shipped("quick", {{"api.rate", "20/s"}, {"api.max_in_progress", "50"}}).plan();
  EXPECT_EQ(of(limited, Subsystem::api).users(), 50U);
}

TEST(BuildPlanTest, StagesBecomeACurve) {
  const Plan plan =
      Shipped("quick", {{"api.stages", "[{users: 1, hold: 10s}, {users: 20, ramp: 10s, hold: 5s}]"}}).plan();
  const shape::Curve& curve = of(plan, Subsystem::api).load.curve;
  EXPECT_EQ(curve.at(std::chrono::seconds(5)), 1);
  EXPECT_EQ(curve.at(std::chrono::seconds(22)), 20);
  EXPECT_EQ(curve.at(std::chrono::seconds(50)), 20) << "the last level is kept";
  EXPECT_EQ(of(plan, Subsystem::api).users(), 20U);
}

TEST(BuildPlanTest, NamedWorkloadsStandBesideTheOthers) {
  const Plan plan = Shipped("quick", {{"workloads",
                                       "[{name: spike, api: {rate: 50/s, start: 20s, duration: 10s, "
                                       "tasks: [list_calls]}}]"}})
                        .plan();
  ASSERT_EQ(plan.workloads.size(), 4U);
  const Workload& spike = plan.workloads[3];
  EXPECT_EQ(spike.name, "spike");
  EXPECT_EQ(spike.load.start, std::chrono::seconds(20));
  EXPECT_EQ(spike.load.end(), std::chrono::seconds(30));
  const auto& tasks = std::get<http::Workload>(spike.behaviour).tasks;
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(plan.tasks[tasks[0].id].second, "spike/list_calls");
  EXPECT_EQ(spike.first_task(), tasks[0].id);
  EXPECT_EQ(plan.tasks[api(plan).tasks[1].id].second, "list_calls");
  EXPECT_GE(spike.first_user, 18U) << "no two users of a run share a number";
}

}  // namespace
}  // namespace soundcheck::plan
