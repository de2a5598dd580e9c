// The files that we ship hold exactly the figures that the Phone Agent's team asked for.
#include <chrono>
#include <filesystem>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/profile/load.hpp"
#include "runner/profile/run_list.hpp"

namespace soundcheck::profile {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const std::filesystem::path folder = std::filesystem::path(SOUNDCHECK_SOURCE_DIR) / "profiles";

Profile load(const std::string& name) {
  LoadRequest request;
  request.profile = name;
  request.folders = {folder};
  request.environment = [](const std::string& variable) -> std::optional<std::string> {
    if (variable == "LOAD_TEST_EMAIL" || variable == "LOAD_TEST_PASSWORD") return "secret";
    return std::nullopt;
  };
  LoadResult result = load_profile(request);
  for (const Diagnostic& d : result.diagnostics) ADD_FAILURE() << d.to_string();
  return result.profile.value_or(Profile{});
}

struct Row {
  const char* name;
  Duration duration;
  std::uint32_t users, connections, calls;
};

TEST(ShippedProfiles, HoldTheLoadsOfTheTable) {
  for (const Row& row : {Row{"quick", 1min, 10, 5, 3}, Row{"standard", 5min, 50, 20, 10},
                         Row{"stress", 10min, 200, 50, 30}, Row{"soak", 60min, 25, 10, 5}}) {
    SCOPED_TRACE(row.name);
    const Profile profile = load(row.name);
    EXPECT_EQ(profile.name, row.name);
    EXPECT_FALSE(profile.description.empty());
    EXPECT_EQ(profile.system.name, "phone_agent");
    EXPECT_EQ(profile.duration, row.duration);
    EXPECT_EQ(profile.drain, 10s);
    ASSERT_TRUE(profile.api && profile.websocket && profile.ai_pipeline);
    EXPECT_EQ(profile.api->users, row.users);
    EXPECT_EQ(profile.websocket->users, row.connections);
    EXPECT_EQ(profile.ai_pipeline->users, row.calls);
  }
}

struct ShapeRow {
  const char* name;
  Duration duration;
  std::uint32_t users;
  double spawn_rate;
};

/// The shapes that the teams run today, on the API alone.
TEST(ShippedProfiles, HoldTheShapesThatTeamsRunToday) {
  for (const ShapeRow& row : {ShapeRow{"smoke", 1min, 10, 2}, ShapeRow{"load", 10min, 100, 10},
                              ShapeRow{"stress", 15min, 1'000, 50}, ShapeRow{"spike", 5min, 500, 500},
                              ShapeRow{"endurance", 1h, 200, 10}, ShapeRow{"baseline", 2min, 10, 2},
                              ShapeRow{"target", 10min, 100, 5}, ShapeRow{"average", 5min, 10, 1}}) {
    SCOPED_TRACE(row.name);
    const Profile profile = load(std::string("shapes/") + row.name);
    ASSERT_TRUE(profile.api);
    EXPECT_FALSE(profile.description.empty());
    EXPECT_EQ(profile.duration, row.duration);
    EXPECT_EQ(profile.api->users, row.users);
    EXPECT_EQ(profile.api->spawn_rate.per_second, row.spawn_rate);
    EXPECT_FALSE(profile.websocket || profile.ai_pipeline);
    if (profile.warm_up > 0s) {
      EXPECT_LE(row.users / row.spawn_rate, core::to_seconds(profile.warm_up));
    }
  }
}

TEST(ShippedProfiles, HoldASpikeInStagesStepsAndAnOpenModel) {
  const Profile spike = load("shapes/spike_stages");
  EXPECT_EQ(spike.duration, 90s);
  ASSERT_EQ(spike.api->stages.size(), 3U);
  EXPECT_EQ(spike.api->stages[1].level, 100);
  const Profile steps = load("shapes/steps");
  EXPECT_EQ(steps.duration, 5min);
  EXPECT_EQ(steps.api->stages.back().level, 50);
  const Profile arrivals = load("shapes/arrivals");
  EXPECT_TRUE(arrivals.api->open());
  EXPECT_EQ(arrivals.duration, 2min);
}

TEST(ShippedProfiles, EverybodyIsThereBeforeTheWarmUpEnds) {
  for (const char* name : {"quick", "standard", "stress", "soak"}) {
    SCOPED_TRACE(name);
    const Profile profile = load(name);
    ASSERT_TRUE(profile.api && profile.websocket && profile.ai_pipeline);
    const double warm_up = core::to_seconds(profile.warm_up);
    EXPECT_LT(profile.api->users / profile.api->spawn_rate.per_second, warm_up);
    EXPECT_LT(profile.websocket->users / profile.websocket->spawn_rate.per_second, warm_up);
    EXPECT_LT(profile.ai_pipeline->users / profile.ai_pipeline->spawn_rate.per_second, warm_up);
  }
  const Profile quick = load("quick");
  EXPECT_EQ(quick.warm_up, 5s);
  EXPECT_LE(quick.api->users / quick.api->spawn_rate.per_second, 2);
  EXPECT_LE(quick.websocket->users / quick.websocket->spawn_rate.per_second, 2);
  EXPECT_LE(quick.ai_pipeline->users / quick.ai_pipeline->spawn_rate.per_second, 2);
}

TEST(PhoneAgent, CallsTheWholeApi) {
  const System system = load("quick").system;
  EXPECT_EQ(system.health_path, "/api/v1/health");
  ASSERT_TRUE(system.api.has_value());
  EXPECT_EQ(system.api->think_time.first(), 500ms);
  EXPECT_EQ(system.api->think_time.second(), 1500ms);
  std::vector<std::string> names;
  for (const HttpTask& task : system.api->tasks) {
    names.push_back(task.name);
    EXPECT_GT(task.weight, 0U) << task.name;
  }
  EXPECT_THAT(names, ElementsAre("health_check", "list_calls", "create_and_end_call", "call_details",
                                 "list_agents", "metrics_summary"));
  const HttpTask& call = system.api->tasks[2];
  ASSERT_EQ(call.steps.size(), 3U);
  EXPECT_EQ(call.steps[0].request.method, "POST");
  EXPECT_EQ(call.steps[0].request.body, R"({"from":"+15550100","to":"+15550199","agent":"front-desk"})");
  EXPECT_EQ(call.steps[0].request.content_type, "application/json");
  EXPECT_THAT(call.steps[0].request.check.status, ElementsAre(StatusRange(201, 201)));
  ASSERT_EQ(call.steps[0].request.extract.size(), 1U);
  EXPECT_EQ(call.steps[0].request.extract[0].variable, "call_id");
  EXPECT_EQ(call.steps[1].request.path, "/api/v1/calls/{{call_id}}");
  EXPECT_EQ(call.steps[2].request.path, "/api/v1/calls/{{call_id}}/end");
}

TEST(PhoneAgent, HoldsConversationsOnBothChannels) {
  const System system = load("quick").system;
  ASSERT_TRUE(system.websocket && system.ai_pipeline);
  const WebSocketSystem& socket = *system.websocket;
  EXPECT_EQ(socket.path, "/api/v1/events");
  EXPECT_EQ(socket.connect_timeout, 5s);
  EXPECT_EQ(socket.ping_interval, 5s);
  EXPECT_EQ(socket.exchange_interval, 1s);
  EXPECT_EQ(socket.hold, 20s);
  EXPECT_EQ(socket.reconnect.first, 1s);
  ASSERT_EQ(socket.exchange.size(), 4U);
  EXPECT_EQ(socket.exchange[0].text, R"({"type":"subscribe","channel":"calls"})");
  EXPECT_EQ(socket.exchange[3].kind, ExchangeStep::Kind::expect);
  const VoiceSystem& voice = *system.ai_pipeline;
  EXPECT_EQ(voice.path, "/api/v1/voice");
  EXPECT_EQ(voice.dialect, "binary");
  EXPECT_THAT(voice.encodings, ElementsAre(audio::Encoding::pcm16, audio::Encoding::opus));
  EXPECT_EQ(voice.sample_rate, 16'000U);
  EXPECT_EQ(voice.frame_ms, 20U);
  EXPECT_EQ(voice.fixtures, "manifest.yaml");
  EXPECT_TRUE(voice.clips.empty());
  EXPECT_EQ(voice.turns, 3U);
  EXPECT_EQ(voice.setup_timeout, 5s);
  EXPECT_EQ(voice.answer_timeout, 15s);
}

TEST(PhoneAgent, HoldsTheObjectivesOfTheTable) {
  using Op = Bound::Op;
  struct Expected {
    const char *metric, *aggregation;
    Op target_op;
    double target;
    Op warning_op;
    double warning;
  };
  const Expected expected[] = {
      {"api.response_time", "p95", Op::less, 0.2, Op::less_equal, 0.5},
      {"api.success_rate", "", Op::greater, 0.99, Op::greater_equal, 0.95},
      {"websocket.success_rate", "", Op::greater, 0.95, Op::greater_equal, 0.80},
      {"ai_pipeline.success_rate", "", Op::greater, 0.98, Op::greater_equal, 0.95},
      {"ai_pipeline.rtf", "p95", Op::less, 0.8, Op::less_equal, 1.0},
      {"ai_pipeline.voice_to_voice", "p95", Op::less, 1.5, Op::less_equal, 3.0},
      {"target.memory_growth", "", Op::less, 50e6, Op::less_equal, 100e6},
  };
  const System system = load("standard").system;
  ASSERT_EQ(system.objectives.size(), std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    const Objective& objective = system.objectives[i];
    SCOPED_TRACE(objective.name);
    EXPECT_EQ(objective.metric, expected[i].metric);
    EXPECT_EQ(objective.aggregation, expected[i].aggregation);
    ASSERT_EQ(objective.levels.size(), 2u);
    EXPECT_EQ(objective.levels[0].name, "target");
    EXPECT_EQ(objective.levels[0].bound.op, expected[i].target_op);
    EXPECT_DOUBLE_EQ(objective.levels[0].bound.value, expected[i].target);
    EXPECT_EQ(objective.levels[1].name, "warning");
    EXPECT_EQ(objective.levels[1].bound.op, expected[i].warning_op);
    EXPECT_DOUBLE_EQ(objective.levels[1].bound.value, expected[i].warning);
    EXPECT_GT(objective.line, 0);
  }
  EXPECT_EQ(system.objectives[0].levels[0].bound.text, "< 200ms");
}

struct SystemRow {
  const char* name;
  Duration duration;
  std::uint32_t users;
  double spawn_rate;
};

/// What the teams of the other systems run.
TEST(ShippedSystems, HoldTheLoadsOfTheirTables) {
  for (const SystemRow& row :
       {SystemRow{"ngx_sales_agent/baseline", 2min, 10, 2},
        SystemRow{"ngx_sales_agent/standard", 5min, 50, 5},
        SystemRow{"ngx_sales_agent/target", 10min, 100, 5},
        SystemRow{"ngx_sales_agent/stress", 5min, 200, 10},
        SystemRow{"learning_voice_agent/smoke", 1min, 10, 2},
        SystemRow{"learning_voice_agent/load", 10min, 100, 10},
        SystemRow{"learning_voice_agent/stress", 15min, 1000, 50},
        SystemRow{"learning_voice_agent/spike", 5min, 500, 500},
        SystemRow{"learning_voice_agent/endurance", 1h, 200, 10}, SystemRow{"agentiq/load", 5min, 100, 10},
        SystemRow{"agentiq/staging", 3min, 50, 5}, SystemRow{"ai_calling_platform/smoke", 30s, 1, 10},
        SystemRow{"ai_calling_platform/average", 5min, 10, 2},
        SystemRow{"ai_calling_platform/stress", 10min, 50, 5},
        SystemRow{"ai_calling_platform/soak", 1h, 20, 2},
        SystemRow{"ai_calling_platform/bulk_import", 2min, 10, 10}}) {
    SCOPED_TRACE(row.name);
    const Profile profile = load(row.name);
    ASSERT_TRUE(profile.api);
    EXPECT_EQ(profile.system.name, std::string(row.name).substr(0, std::string(row.name).find('/')));
    EXPECT_EQ(profile.duration, row.duration);
    EXPECT_EQ(profile.api->users, row.users);
    EXPECT_EQ(profile.api->spawn_rate.per_second, row.spawn_rate);
  }
}

TEST(ShippedSystems, HoldTheWeightsOfTheirTables) {
  const auto weights = [](const std::string& name) {
    std::map<std::string, std::uint32_t> out;
    const Profile profile = load(name);
    for (const HttpTask& task : profile.system.api->tasks) out[task.name] = task.weight;
    return out;
  };
  EXPECT_EQ(weights("ngx_sales_agent/quick"),
            (std::map<std::string, std::uint32_t>{{"start_conversation", 10},
                                                  {"send_message", 20},
                                                  {"get_state", 5},
                                                  {"get_recommendations", 3},
                                                  {"calculate_roi", 2},
                                                  {"end_conversation", 1}}));
  const auto agentiq = weights("agentiq/quick");
  EXPECT_EQ(agentiq.at("list_interactions") + agentiq.at("list_chats"), 60U);
  EXPECT_EQ(agentiq.at("interaction_detail") + agentiq.at("chat_detail"), 20U);
  EXPECT_EQ(agentiq.at("quality_metrics") + agentiq.at("ops_alerts"), 15U);
  EXPECT_EQ(agentiq.at("draft") + agentiq.at("sync"), 5U);
}

/// Name and bound of each objective's best level.
std::map<std::string, std::string> targets(const std::string& name) {
  std::map<std::string, std::string> out;
  const Profile profile = load(name);
  for (const Objective& objective : profile.system.objectives)
    out[objective.name] = objective.levels.front().bound.text;
  return out;
}

TEST(ShippedSystems, HoldTheExpectationsOfTheirTables) {
  using Targets = std::map<std::string, std::string>;
  EXPECT_EQ(targets("ngx_sales_agent/baseline").at("p95 response time"), "< 200ms");
  EXPECT_EQ(targets("ngx_sales_agent/standard").at("p95 response time"), "< 500ms");
  EXPECT_EQ(targets("ngx_sales_agent/target").at("p95 response time"), "< 1s");
  EXPECT_EQ(targets("ngx_sales_agent/target").at("Requests per second"), "> 50/s");
  EXPECT_EQ(targets("ngx_sales_agent/target").at("Error rate"), "< 1%");
  EXPECT_EQ(targets("learning_voice_agent/stress"), (Targets{{"p95 response time", "< 2s"},
                                                             {"Error rate", "< 0.1%"},
                                                             {"Time to the first token p95", "< 1s"},
                                                             {"Requests per second", "> 500/s"},
                                                             {"p95 is stable", "<= 1.5"}}));
  EXPECT_EQ(
      targets("agentiq/load"),
      (Targets{{"p95 response time", "< 500ms"}, {"Error rate", "< 1%"}, {"Requests per second", "> 50/s"}}));
  const Targets health = targets("ai_calling_platform/health");
  EXPECT_EQ(health.at("p95 response time"), "< 50ms");
  EXPECT_EQ(health.at("Error rate"), "< 0.1%");
  EXPECT_EQ(health.at("Requests per second"), "> 1000/s");
  EXPECT_EQ(targets("ai_calling_platform/bulk_import").at("1000 rows worked off"), "< 60s");
  EXPECT_EQ(targets("ai_calling_platform/dashboard").at("p95 response time"), "< 500ms");
  EXPECT_EQ(targets("ai_calling_platform/scheduling").at("p95 response time"), "< 200ms");
  EXPECT_EQ(targets("ai_calling_platform/full").at("Error rate"), "< 2%");
}

TEST(ShippedSystems, EveryFileLoads) {
  for (const CatalogEntry& entry : list_profiles({folder})) {
    SCOPED_TRACE(entry.name);
    EXPECT_FALSE(entry.description.empty());
    const RunListResult list = load_run_list(entry.name, {folder});
    for (const Diagnostic& d : list.diagnostics) ADD_FAILURE() << d.to_string();
    if (!list.list) load(entry.name);
  }
}

TEST(ShippedSystems, CredentialsThatAreMissingAreNamedAll) {
  LoadRequest request;
  request.profile = "agentiq/quick";
  request.folders = {folder};
  std::vector<std::string> named;
  for (const Diagnostic& d : load_profile(request).diagnostics) named.push_back(d.message);
  EXPECT_THAT(named, ElementsAre("the environment variable LOAD_TEST_EMAIL is not set",
                                 "the environment variable LOAD_TEST_PASSWORD is not set"));
}

TEST(ShippedProfiles, AreListed) {
  std::vector<std::string> names;
  for (const CatalogEntry& entry : list_profiles({folder})) names.push_back(entry.name);
  EXPECT_THAT(names, testing::IsSupersetOf({"quick", "soak", "standard", "stress"}));
  names.clear();
  for (const CatalogEntry& entry : list_systems({folder})) names.push_back(entry.name);
  EXPECT_THAT(names, testing::Contains("phone_agent"));
}

}  // namespace
}  // namespace soundcheck::profile
