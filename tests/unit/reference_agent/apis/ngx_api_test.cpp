#include "tools/reference_agent/apis/ngx_api.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reference_agent/apis/api_test.hpp"

namespace soundcheck::reference_agent {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

constexpr std::string_view start_path = "/ngx/api/conversations";
constexpr std::string_view customer = R"({"customer":{"name":"Ada","company":"Engines"}})";

class NgxApiTest : public ApiTest {
 protected:
  /// Starts a conversation and returns its path.
  std::string start() {
    const auto started = expect(201, "POST", start_path, customer);
    return fmt::format("{}/{}", start_path, std::string_view(started.at("conversation_id").as_string()));
  }
  json::value say(const std::string& path, std::string_view message) {
    return expect(200, "POST", path + "/messages", json::serialize(json::object{{"message", message}}));
  }
};

TEST_F(NgxApiTest, AConversationMovesThroughItsStates) {
  const auto started = expect(201, "POST", start_path, customer);
  EXPECT_EQ(started.at("state").as_string(), "greeting");
  EXPECT_EQ(started.at("conversation_id").as_string(), "n-000001");
  EXPECT_EQ(started.at("message").as_string(), "Hello Ada, this is Nora of NGX. What brings you to us?");
  std::string states;
  for (int turn = 1; turn <= 40; ++turn) {
    const auto answer = say("/ngx/api/conversations/n-000001", "What does it cost?");
    EXPECT_EQ(answer.at("turn").as_int64(), turn);
    EXPECT_EQ(answer.at("intent").as_string(), "pricing");
    states += answer.at("state").as_string()[0];
  }
  EXPECT_EQ(states, "ddppp" + std::string(34, 'c') + "e");
  EXPECT_EQ(error_code(409, "POST", "/ngx/api/conversations/n-000001/messages", R"({"message":"Hello?"})"),
            "conversation_ended");
  EXPECT_EQ(control.counters.ngx.messages, 40U);
  EXPECT_EQ(control.counters.ngx.after_end, 1U);
}

TEST_F(NgxApiTest, AConversationRemembersWhatWasSaid) {
  const auto path = start();
  say(path, "Hi \"there\"");
  time = 12s;
  say(path, "Can we connect our CRM?");
  const auto conversation = expect(200, "GET", path);
  EXPECT_EQ(conversation.at("state").as_string(), "discovery");
  EXPECT_EQ(conversation.at("customer").as_string(), "Ada");
  EXPECT_EQ(conversation.at("started_at").as_string(), "1970-01-01T00:00:10.000Z");
  ASSERT_EQ(conversation.at("turns").as_array().size(), 2U);
  EXPECT_EQ(conversation.at("turns").at(0).at("message").as_string(), "Hi \"there\"");
  EXPECT_EQ(conversation.at("turns").at(0).at("intent").as_string(), "other");
  EXPECT_EQ(conversation.at("turns").at(1).at("intent").as_string(), "integration");
  EXPECT_EQ(conversation.at("turns").at(1).at("at").as_string(), "1970-01-01T00:00:12.000Z");
}

TEST_F(NgxApiTest, RecommendsWhatWasSpokenOf) {
  const auto path = start();
  const auto at_first = expect(200, "GET", path + "/recommendations");
  EXPECT_EQ(at_first.at("recommendations").as_array().size(), 5U);
  for (int i = 0; i < 4; ++i) say(path, "Does it connect to our CRM?");
  say(path, "I would like a trial");
  const auto list = expect(200, "GET", path + "/recommendations").at("recommendations");
  EXPECT_EQ(list.at(0).at("product").as_string(), "CRM Connector");
  EXPECT_EQ(list.at(0).at("reason").as_string(), "integration came up 4 times");
  EXPECT_DOUBLE_EQ(list.at(0).at("score").as_double(), 0.556);
  for (std::size_t i = 1; i < 5; ++i) {
    EXPECT_LE(list.at(i).at("score").as_double(), list.at(i - 1).at("score").as_double());
  }
}

TEST_F(NgxApiTest, ComputesTheReturnOnInvestment) {
  const auto roi =
      expect(200, "POST", "/ngx/api/roi", R"({"agents":10,"calls_per_day":400,"minutes_per_call":5})");
  // 400 x 5 x 22 x 60% minutes, 38 cents saved on each; 7,000 dollars to begin with
  EXPECT_DOUBLE_EQ(roi.at("monthly_savings").as_double(), 10032);
  EXPECT_DOUBLE_EQ(roi.at("payback_months").as_double(), 0.7);
  EXPECT_DOUBLE_EQ(roi.at("roi_percent").as_double(), 1619.77);
  EXPECT_EQ(
      expect(400, "POST", "/ngx/api/roi", R"({"agents":0.5,"calls_per_day":0})")
          .at("error")
          .at("message")
          .as_string(),
      "\"agents\" must be a whole number from 1 to 100000; \"calls_per_day\" must be a number from 1 to "
      "10000000; "
      "\"minutes_per_call\" must be a number from 0.1 to 600");
}

TEST_F(NgxApiTest, EndsOnce) {
  const auto path = start();
  say(path, "Hello");
  time = 12500ms;
  EXPECT_EQ(ask("POST", path + "/end").body, R"({"status":"ended","duration_seconds":2.5E0,"turns":1})");
  EXPECT_EQ(error_code(409, "POST", path + "/end"), "conversation_ended");
  EXPECT_EQ(expect(200, "GET", path).at("state").as_string(), "ended");
  EXPECT_EQ(control.counters.ngx.ended, 1U);
}

TEST_F(NgxApiTest, TellsMadeUpIdsFromThoseThatHaveGone) {
  const auto first = start();
  for (int i = 0; i < 10; ++i) start();  // the agent of this test keeps ten
  EXPECT_EQ(error_code(404, "GET", first), "unknown_id");
  EXPECT_EQ(error_code(404, "POST", "/ngx/api/conversations/n-000099/messages", R"({"message":"x"})"),
            "unknown_id");
  EXPECT_EQ(error_code(404, "GET", "/ngx/api/conversations/7"), "unknown_id");
  EXPECT_EQ(expect(200, "GET", "/ngx/api/conversations/n-000002").at("state").as_string(), "greeting");
  EXPECT_EQ(control.counters.ngx.started, 11U);
  EXPECT_EQ(control.counters.ngx.forgotten_ids, 1U);
  EXPECT_EQ(control.counters.ngx.unknown_ids, 2U);
}

TEST_F(NgxApiTest, LosesTheShareItWasTold) {
  set_faults(R"({"lost_conversations":"50%"})");
  int lost = 0;
  for (int i = 0; i < 100; ++i) lost += ask("GET", start()).status == 404 ? 1 : 0;
  EXPECT_EQ(lost, 50);
}

TEST_F(NgxApiTest, RefusesBrokenRequests) {
  const auto path = start();
  for (const char* body : {"", "{", "[]", R"({"customer":"Ada"})", R"({"customer":{"name":7}})"})
    EXPECT_EQ(ask("POST", start_path, body).status, 400) << body;
  for (const char* body : {"", "{}", R"({"message":""})", R"({"message":1})"})
    EXPECT_EQ(ask("POST", path + "/messages", body).status, 400) << body;
  EXPECT_EQ(ask("DELETE", path).status, 405);
  EXPECT_EQ(ask("GET", "/ngx/api/conversation").status, 404);
  EXPECT_EQ(ask("GET", "/ngx/health").status, 200);
}

}  // namespace
}  // namespace soundcheck::reference_agent
