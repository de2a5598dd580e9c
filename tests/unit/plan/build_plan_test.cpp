#include <gmock/gmock.h>

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
  for (const http::Step& step : task.steps) out.push_back(step.request.label());
  return out;
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
  EXPECT_EQ(plan.api->load.users, 10U);
  EXPECT_EQ(plan.api->load.per_second, 10);
  EXPECT_EQ(plan.websocket->load.users, 5U);
  EXPECT_EQ(plan.ai_pipeline->load.users, 3U);
  EXPECT_EQ(plan.ai_pipeline->load.per_second, 2);
}

struct ShippedLoad {
  const char* profile;
  int minutes;
  std::uint32_t users, connections, calls;
};

TEST(BuildPlanTest, TheShippedProfilesCarryTheLoadsThatTheyPromise) {
  const ShippedLoad loads[]{{"quick", 1, 10, 5, 3},
                            {"standard", 5, 50, 20, 10},
                            {"stress", 10, 200, 50, 30},
                            {"soak", 60, 25, 10, 5}};
  for (const ShippedLoad& load : loads) {
    SCOPED_TRACE(load.profile);
    const Plan plan = Shipped(load.profile).plan();
    EXPECT_EQ(plan.duration, std::chrono::minutes(load.minutes));
    EXPECT_EQ(plan.api->load.users, load.users);
    EXPECT_EQ(plan.websocket->load.users, load.connections);
    EXPECT_EQ(plan.ai_pipeline->load.users, load.calls);
  }
}

TEST(BuildPlanTest, TasksKeepTheirStepsAndWeights) {
  const Plan plan = Shipped("quick").plan();
  const auto& tasks = plan.api->workload.tasks;
  ASSERT_EQ(tasks.size(), 6U);
  EXPECT_EQ(tasks[1].weight, 5U);
  EXPECT_EQ(plan.tasks[tasks[1].id].second, "list_calls");
  EXPECT_THAT(labels(tasks[2]), ElementsAre("POST /api/v1/calls", "GET /api/v1/calls/{{call_id}}",
                                            "POST /api/v1/calls/{{call_id}}/end"));
  EXPECT_THAT(tasks[2].steps[0].status, ElementsAre(201));
  ASSERT_EQ(tasks[2].steps[0].extract.size(), 1U);
  EXPECT_EQ(tasks[2].steps[0].extract[0].variable, "call_id");
}

TEST(BuildPlanTest, ATaskOfWeightZeroIsNotThere) {
  const Shipped quick("quick", {{"system.api.tasks[name=list_calls].weight", "0"}});
  const Plan plan = quick.plan();
  EXPECT_EQ(plan.api->workload.tasks.size(), 5U);
  EXPECT_THAT(plan.tasks, Not(Contains(Pair(Subsystem::api, "list_calls"))));
  for (const http::Task& task : plan.api->workload.tasks) {
    EXPECT_EQ(plan.tasks[task.id].first, Subsystem::api);
  }
}

TEST(BuildPlanTest, ThePrefixOfTheTargetIsInFrontOfEveryPath) {
  Shipped quick("quick");
  quick.url.prefix = "/tenant";
  const Plan plan = quick.plan();
  EXPECT_THAT(labels(plan.api->workload.tasks[0]), ElementsAre("GET /tenant/api/v1/health"));
  EXPECT_EQ(plan.websocket->workload.upgrade.path, "/tenant/api/v1/events");
  EXPECT_EQ(plan.ai_pipeline->workload.upgrade.path, "/tenant/api/v1/voice");
}

TEST(BuildPlanTest, SkippedSubsystemsHaveNoTasks) {
  Shipped quick("quick");
  quick.skipped = {true, false, true};
  const Plan plan = quick.plan();
  EXPECT_FALSE(plan.has(Subsystem::api));
  EXPECT_TRUE(plan.has(Subsystem::websocket));
  EXPECT_FALSE(plan.has(Subsystem::ai_pipeline));
  ASSERT_EQ(plan.tasks.size(), 3U);
  EXPECT_EQ(plan.tasks[plan.websocket->workload.connection_task].second, "connection");
  EXPECT_EQ(plan.tasks[plan.websocket->workload.exchange_task].second, "exchange");
  EXPECT_EQ(plan.tasks[plan.websocket->workload.ping_task].second, "ping");
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
  const auto& variants = plan.ai_pipeline->workload.variants;
  ASSERT_EQ(variants.size(), 2U);
  for (const voice::Variant& variant : variants) EXPECT_EQ(variant.clips.size(), quick.clips.size());
  EXPECT_EQ(variants[0].format.encoding, audio::Encoding::pcm16);
  EXPECT_EQ(variants[1].format.encoding, audio::Encoding::opus);
}

TEST(BuildPlanTest, ClipsAreChosenByName) {
  const Shipped quick("quick", {{"system.ai_pipeline.clips", "[second]"}});
  const Plan plan = quick.plan();
  for (const voice::Variant& variant : plan.ai_pipeline->workload.variants) {
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

}  // namespace
}  // namespace soundcheck::plan
