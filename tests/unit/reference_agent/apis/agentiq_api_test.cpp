#include "tools/reference_agent/apis/agentiq_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/reference_agent/apis/api_test.hpp"

namespace soundcheck::reference_agent {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
namespace json = boost::json;

class AgentiqApiTest : public ApiTest {
 protected:
  static Options roomy() {
    Options options;
    options.max_rows = 1000;
    return options;
  }
  AgentiqApiTest() : ApiTest(roomy()) {}

  static std::string credentials(std::string_view email) {
    return json::serialize(json::object{{"email", email}, {"password", "secret"}, {"name", "Ada"}});
  }
  /// Registers, logs in, and asks as this account from then on.
  json::value log_in(std::string_view email = "ada@example.com") {
    ask("POST", "/agentiq/api/auth/register", credentials(email));
    auto tokens = expect(200, "POST", "/agentiq/api/auth/login", credentials(email));
    authorization = "Bearer " + std::string(tokens.at("access_token").as_string());
    return tokens;
  }
  void seed(int interactions, int chats) {
    expect(201, "POST", "/agentiq/api/demo/seed",
           json::serialize(json::object{{"interactions", interactions}, {"chats", chats}}));
  }
};

TEST_F(AgentiqApiTest, RegistersOnceAndLogsIn) {
  EXPECT_EQ(expect(201, "POST", "/agentiq/api/auth/register", credentials("ada@example.com"))
                .at("account_id")
                .as_string(),
            "a-000001");
  EXPECT_EQ(error_code(409, "POST", "/agentiq/api/auth/register", credentials("ada@example.com")),
            "email_taken");
  const auto tokens = expect(200, "POST", "/agentiq/api/auth/login", credentials("ada@example.com"));
  EXPECT_EQ(tokens.at("expires_in").as_double(), 900);
  EXPECT_EQ(error_code(401, "POST", "/agentiq/api/auth/login", credentials("bob@example.com")),
            "invalid_credentials");
  EXPECT_EQ(
      error_code(401, "POST", "/agentiq/api/auth/login", R"({"email":"ada@example.com","password":"guess"})"),
      "invalid_credentials");
  EXPECT_EQ(control.counters.logins, 1U);
}

TEST_F(AgentiqApiTest, EveryPathOfAnAccountNeedsItsToken) {
  int paths = 0;
  for (const auto& route : AgentiqApi::routes()) {
    const auto& [method, pattern] = route.name;
    if (pattern == "/agentiq/health" || pattern.starts_with("/agentiq/api/auth/")) continue;
    const auto refused = ask(method, pattern);
    EXPECT_EQ(refused.status, 401) << pattern;
    EXPECT_EQ(refused.headers, "WWW-Authenticate: Bearer realm=\"agentiq\"\r\n");
    ++paths;
  }
  EXPECT_EQ(paths, 10);
  EXPECT_EQ(control.counters.tokens.missing, 10U);
  authorization = "Bearer x.y.z";
  EXPECT_EQ(error_code(401, "GET", "/agentiq/api/chats"), "token_wrong");
  EXPECT_EQ(control.counters.tokens.wrong, 1U);
  EXPECT_EQ(ask("GET", "/agentiq/health").status, 200);
}

TEST_F(AgentiqApiTest, TokensExpireAndAreRefreshed) {
  set_faults(R"({"token_lifetime":"2s"})");
  const auto tokens = log_in();
  EXPECT_EQ(tokens.at("expires_in").as_double(), 2);
  time += 1999ms;
  EXPECT_EQ(ask("GET", "/agentiq/api/chats").status, 200);
  time += 1ms;
  const auto refused = ask("GET", "/agentiq/api/chats");
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.body, HasSubstr("token_expired"));
  EXPECT_THAT(refused.headers, HasSubstr("error_description=\"the token has expired\""));
  EXPECT_EQ(control.counters.tokens.expired, 1U);
  EXPECT_EQ(control.counters.tokens.accepted, 1U);

  const auto refresh = json::serialize(json::object{{"refresh_token", tokens.at("refresh_token")}});
  const auto fresh = expect(200, "POST", "/agentiq/api/auth/refresh", refresh);
  authorization = "Bearer " + std::string(fresh.at("access_token").as_string());
  EXPECT_EQ(ask("GET", "/agentiq/api/chats").status, 200);
  EXPECT_EQ(control.counters.refreshes, 1U);
  time += 48s;
  EXPECT_EQ(error_code(401, "POST", "/agentiq/api/auth/refresh", refresh), "token_expired");
  const auto as_refresh = json::serialize(json::object{{"refresh_token", fresh.at("access_token")}});
  EXPECT_EQ(error_code(401, "POST", "/agentiq/api/auth/refresh", as_refresh), "token_wrong")
      << "an access token refreshes nothing";
}

TEST_F(AgentiqApiTest, AnEmptyAccountHasNothingToView) {
  log_in();
  EXPECT_EQ(ask("GET", "/agentiq/api/interactions").body, R"({"items":[],"total":0})");
  EXPECT_EQ(ask("GET", "/agentiq/api/chats?limit=5&offset=0").body, R"({"items":[],"total":0})");
  EXPECT_EQ(expect(200, "GET", "/agentiq/api/analytics/quality-metrics").at("interactions").as_int64(), 0);
  EXPECT_EQ(ask("GET", "/agentiq/api/analytics/ops-alerts").body, R"({"total":0,"alerts":[]})");
}

TEST_F(AgentiqApiTest, PagesThroughAListWithoutGapOrRepeat) {
  log_in();
  seed(50, 7);
  std::set<std::string> ids;
  for (int offset = 0; offset < 60; offset += 20) {
    const auto page =
        expect(200, "GET", "/agentiq/api/interactions?limit=20&offset=" + std::to_string(offset));
    EXPECT_EQ(page.at("total").as_int64(), 50);
    EXPECT_EQ(page.at("items").as_array().size(), offset < 40 ? 20U : 10U);
    for (const auto& item : page.at("items").as_array()) {
      ids.emplace(item.at("id").as_string());
      EXPECT_EQ(expect(200, "GET", "/agentiq/api/interactions/" + std::string(item.at("id").as_string())),
                item);
    }
  }
  EXPECT_EQ(ids.size(), 50U);
  const auto chats = expect(200, "GET", "/agentiq/api/chats");
  EXPECT_EQ(chats.at("total").as_int64(), 7);
  const auto& newest = chats.at("items").at(0);
  EXPECT_EQ(newest.at("id").as_string(), "h-000007");
  EXPECT_EQ(expect(200, "GET", "/agentiq/api/chats/h-000007"), newest);
  std::int64_t by_status = 0;
  for (const char* status : {"open", "pending", "resolved"})
    by_status +=
        expect(200, "GET", std::string("/agentiq/api/interactions?status=") + status).at("total").as_int64();
  EXPECT_EQ(by_status, 50);
  EXPECT_EQ(error_code(400, "GET", "/agentiq/api/chats?status=open&limit=101"), "invalid_query");
}

TEST_F(AgentiqApiTest, AccountsDoNotSeeEachOther) {
  log_in("ada@example.com");
  seed(3, 3);
  log_in("bob@example.com");
  EXPECT_EQ(expect(200, "GET", "/agentiq/api/interactions").at("total").as_int64(), 0);
  EXPECT_EQ(error_code(404, "GET", "/agentiq/api/interactions/i-000001"), "unknown_id");
  EXPECT_EQ(error_code(404, "POST", "/agentiq/api/ai/drafts", R"({"interaction_id":"i-000001"})"),
            "unknown_id");
}

TEST_F(AgentiqApiTest, AnalyticsFollowFromTheLists) {
  log_in();
  seed(100, 100);
  const auto items = expect(200, "GET", "/agentiq/api/interactions?limit=100").at("items");
  double quality = 0;
  double handled = 0;
  int rated = 0;
  int low = 0;
  for (const auto& item : items.as_array()) {
    handled += item.at("handle_seconds").to_number<double>();
    if (item.at("quality").is_null()) continue;
    ++rated;
    quality += item.at("quality").to_number<double>();
    low += item.at("quality").as_int64() < 60 ? 1 : 0;
  }
  const auto metrics = expect(200, "GET", "/agentiq/api/analytics/quality-metrics");
  EXPECT_NEAR(metrics.at("average_quality").as_double(), quality / rated, 0.051);
  EXPECT_NEAR(metrics.at("resolved_percent").as_double(), rated, 0.051);
  EXPECT_NEAR(metrics.at("average_handle_seconds").as_double(), handled / 100, 0.051);
  EXPECT_EQ(metrics.at("by_channel").as_array().size(), 3U);
  int long_waits = 0;
  const auto chats = expect(200, "GET", "/agentiq/api/chats?limit=100").at("items");
  for (const auto& chat : chats.as_array()) long_waits += chat.at("waiting_seconds").as_int64() > 120 ? 1 : 0;
  const auto alerts = expect(200, "GET", "/agentiq/api/analytics/ops-alerts");
  EXPECT_EQ(alerts.at("total").to_number<int>(), std::min(low, 20) + std::min(long_waits, 20));
}

TEST_F(AgentiqApiTest, DraftsAndSyncs) {
  log_in();
  seed(1, 0);
  const auto customer = expect(200, "GET", "/agentiq/api/interactions/i-000001").at("customer").as_string();
  const auto draft =
      expect(201, "POST", "/agentiq/api/ai/drafts", R"({"interaction_id":"i-000001","tone":"formal"})");
  EXPECT_EQ(draft.at("draft_id").as_string(), "d-000001");
  EXPECT_THAT(std::string(draft.at("text").as_string()),
              testing::StartsWith("Dear " + std::string(customer)));
  EXPECT_EQ(ask("POST", "/agentiq/api/sync").body, R"({"sync_id":"y-000001","status":"queued"})");
  EXPECT_EQ(expect(200, "GET", "/agentiq/api/sync/y-000001").at("status").as_string(), "queued");
  time += 500ms;
  EXPECT_EQ(ask("GET", "/agentiq/api/sync/y-000001").body,
            R"({"sync_id":"y-000001","status":"done","interactions":1})");
}

TEST_F(AgentiqApiTest, KeepsTheNewestThousandOfAnAccount) {
  log_in();
  for (int i = 0; i < 3; ++i) seed(600, 600);
  EXPECT_EQ(expect(200, "GET", "/agentiq/api/interactions").at("total").as_int64(), 1000);
  EXPECT_EQ(expect(200, "GET", "/agentiq/api/chats").at("total").as_int64(), 1000);
  EXPECT_EQ(ask("GET", "/agentiq/api/interactions/i-000800").status, 404);
  EXPECT_EQ(ask("GET", "/agentiq/api/interactions/i-000801").status, 200);
}

TEST_F(AgentiqApiTest, RefusesBrokenRequests) {
  EXPECT_EQ(error_code(400, "POST", "/agentiq/api/auth/register", R"({"email":"ada","password":"x"})"),
            "invalid_field");
  EXPECT_EQ(error_code(400, "POST", "/agentiq/api/auth/login", "{}"), "invalid_field");
  EXPECT_EQ(error_code(400, "POST", "/agentiq/api/auth/refresh", ""), "invalid_json");
  log_in();
  EXPECT_EQ(error_code(400, "POST", "/agentiq/api/demo/seed", R"({"interactions":1001,"chats":-1})"),
            "invalid_field");
  EXPECT_EQ(error_code(400, "POST", "/agentiq/api/ai/drafts", "{}"), "invalid_field");
  EXPECT_EQ(error_code(404, "GET", "/agentiq/api/chats/7"), "unknown_id");
}

}  // namespace
}  // namespace soundcheck::reference_agent
