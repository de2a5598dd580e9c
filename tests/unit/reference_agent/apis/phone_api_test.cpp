#include "tools/reference_agent/apis/phone_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/unit/reference_agent/apis/api_test.hpp"

namespace soundcheck::reference_agent {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::MatchesRegex;

class PhoneApiTest : public ApiTest {
 protected:
  static constexpr const char* new_call = R"({"from":"+15550100","to":"+15550199","agent":"front-desk"})";
  ApiReply create() { return ask("POST", "/api/v1/calls", new_call); }
};

TEST_F(PhoneApiTest, Health) {
  create();
  const auto reply = ask("GET", "/api/v1/health");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(
      reply.body,
      MatchesRegex(
          R"(\{"status":"healthy","version":"[0-9.]+","uptime_seconds":1.500,"calls_in_progress":1\})"));
}

TEST_F(PhoneApiTest, Agents) {
  const auto reply = ask("GET", "/api/v1/agents");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr(R"({"id":"front-desk","language":"en-US","voice":"kal"})"));
  const auto document = boost::json::parse(reply.body);
  for (const auto& agent : document.at("agents").as_array()) {
    EXPECT_TRUE(is_agent(std::string_view(agent.at("id").as_string())));
  }
}

TEST_F(PhoneApiTest, TheLifeOfACall) {
  const auto created = create();
  EXPECT_EQ(created.status, 201);
  EXPECT_THAT(created.body,
              HasSubstr(R"("id":"c-000001","status":"in_progress","from":"+15550100","to":"+15550199",)"
                        R"("agent":"front-desk","started_at":")"));
  EXPECT_EQ(ask("GET", "/api/v1/calls/c-000001").body, created.body);
  calls.add_turn("c-000001", {"caller", "check my \"balance\""});
  EXPECT_EQ(ask("GET", "/api/v1/calls/c-000001/transcript").body,
            R"({"id":"c-000001","turns":[{"speaker":"caller","text":"check my \"balance\""}]})");
  time = 12s;
  const auto ended = ask("POST", "/api/v1/calls/c-000001/end");
  EXPECT_EQ(ended.status, 200);
  EXPECT_THAT(ended.body, HasSubstr(R"("status":"ended")"));
  EXPECT_THAT(ended.body, HasSubstr(R"("duration_seconds":2.000)"));
  EXPECT_EQ(ask("POST", "/api/v1/calls/c-000001/end").status, 409);
  EXPECT_EQ(ask("GET", "/api/v1/metrics/summary").body,
            R"({"calls_total":1,"calls_in_progress":0,"calls_ended":1,"mean_duration_seconds":2.000})");
}

TEST_F(PhoneApiTest, ListsCalls) {
  EXPECT_EQ(ask("GET", "/api/v1/calls").body, R"({"calls":[],"total":0})");
  for (int i = 0; i < 3; ++i) create();
  ask("POST", "/api/v1/calls/c-000003/end");
  const auto page = boost::json::parse(ask("GET", "/api/v1/calls?status=in_progress&limit=1").body);
  EXPECT_EQ(page.at("total").as_int64(), 2);
  ASSERT_EQ(page.at("calls").as_array().size(), 1U);
  EXPECT_EQ(page.at("calls").at(0).at("id").as_string(), "c-000002");
  EXPECT_EQ(ask("GET", "/api/v1/calls?status=ended").status, 200);
  for (const char* query :
       {"status=lost", "status", "limit=0", "limit=1001", "limit=x", "limit=-1", "limit="}) {
    EXPECT_EQ(ask("GET", std::string("/api/v1/calls?") + query).status, 400) << query;
  }
}

TEST_F(PhoneApiTest, RefusesBrokenBodies) {
  for (const char* body :
       {"", "{", "[]", "null", "\"x\"", "{}", R"({"from":1,"to":"+2","agent":"front-desk"})",
        R"({"from":"","to":"+2","agent":"front-desk"})", R"({"from":"+1","to":"+2","agent":"nobody"})",
        "\xff\xfe"}) {
    EXPECT_EQ(ask("POST", "/api/v1/calls", body).status, 400) << body;
  }
  EXPECT_EQ(ask("POST", "/api/v1/calls", std::string(100'000, '[')).status, 400);
  EXPECT_EQ(ask("POST", "/api/v1/calls", R"({"from":"+1"})").body,
            R"({"error":{"code":"invalid_field","message":"\"to\" must be a string of 1 to 200 characters; )"
            R"(\"agent\" must be a string of 1 to 200 characters"}})");
  EXPECT_EQ(calls.total(), 0);
}

TEST_F(PhoneApiTest, RefusesMoreCallsThanItCanHold) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(create().status, 201);
  EXPECT_EQ(error_code(503, "POST", "/api/v1/calls", new_call), "too_many_calls");
}

TEST_F(PhoneApiTest, ForgetsTheOldestEndedCalls) {
  for (int i = 0; i < 10; ++i) create();  // the agent of this test keeps ten
  for (const char* id : {"c-000003", "c-000007"})
    EXPECT_EQ(ask("POST", std::string("/api/v1/calls/") + id + "/end").status, 200);
  EXPECT_EQ(create().status, 201);
  EXPECT_EQ(error_code(404, "GET", "/api/v1/calls/c-000003"), "unknown_call");
  EXPECT_EQ(error_code(404, "GET", "/api/v1/calls/c-000003/transcript"), "unknown_call");
  EXPECT_EQ(error_code(404, "POST", "/api/v1/calls/c-000003/end"), "unknown_call");
  EXPECT_EQ(expect(200, "GET", "/api/v1/calls").at("total").as_int64(), 10);
  EXPECT_EQ(expect(200, "GET", "/api/v1/calls?status=ended").at("total").as_int64(), 1);
  EXPECT_EQ(expect(200, "GET", "/api/v1/metrics/summary").at("calls_ended").as_int64(), 2);
}

TEST_F(PhoneApiTest, SaysWhenTheDatabaseCannotWrite) {
  create();
  database.execute("PRAGMA query_only=1");
  EXPECT_EQ(error_code(503, "POST", "/api/v1/calls", new_call), "storage_failed");
  EXPECT_EQ(error_code(503, "POST", "/api/v1/calls/c-000001/end"), "storage_failed");
  EXPECT_EQ(ask("GET", "/api/v1/calls/c-000001").status, 200) << "reading goes on";
  database.execute("PRAGMA query_only=0");
  EXPECT_EQ(ask("POST", "/api/v1/calls/c-000001/end").status, 200);
}

TEST_F(PhoneApiTest, UnknownPathsAre404) {
  create();
  for (const char* target : {"/", "", "*", "/api/v1", "/api/v1/", "/api/v2/health", "/api/v1/healthy",
                             "/api/v1/calls/", "/api/v1/calls/c-000009", "/api/v1/calls/c-000001/",
                             "/api/v1/calls/c-000001/x", "/api/v1/calls/c-000009/transcript", "/control"}) {
    EXPECT_EQ(ask("GET", target).status, 404) << target;
  }
  EXPECT_EQ(ask("POST", "/api/v1/calls/c-000009/end").status, 404);
}

TEST_F(PhoneApiTest, WrongMethodsAre405AndNameTheRightOnes) {
  for (const auto& [target, allow] : {std::pair{"/api/v1/health", "GET"},
                                      {"/api/v1/agents", "GET"},
                                      {"/api/v1/calls", "GET, POST"},
                                      {"/api/v1/calls/c-000001", "GET"},
                                      {"/api/v1/calls/c-000001/transcript", "GET"},
                                      {"/api/v1/calls/c-000001/end", "POST"},
                                      {"/api/v1/metrics/summary", "GET"}}) {
    const auto reply = ask("DELETE", target);
    EXPECT_EQ(reply.status, 405) << target;
    EXPECT_EQ(reply.allow, allow);
  }
}

TEST_F(PhoneApiTest, WebSocketPathsAskForAnUpgrade) {
  EXPECT_EQ(ask("GET", "/api/v1/events").status, 426);
  EXPECT_EQ(ask("GET", "/api/v1/voice").status, 426);
}

}  // namespace
}  // namespace soundcheck::reference_agent
