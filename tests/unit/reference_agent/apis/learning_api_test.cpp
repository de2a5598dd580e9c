#include "tools/reference_agent/apis/learning_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reference_agent/apis/api_test.hpp"
#include "tools/reference_agent/apis/tutor.hpp"

namespace soundcheck::reference_agent {
namespace {

namespace json = boost::json;

class LearningApiTest : public ApiTest {
 protected:
  std::string start() {
    const auto started =
        expect(201, "POST", "/learning/api/sessions", R"({"learner":"Ada","topic":"business_calls"})");
    return "/learning/api/sessions/" + std::string(started.at("session_id").as_string());
  }
};

TEST_F(LearningApiTest, ListsTopicsThatCanBeLearnt) {
  const auto list = expect(200, "GET", "/learning/api/topics").at("topics");
  EXPECT_EQ(list.as_array().size(), 5U);
  for (const auto& topic : list.as_array()) {
    const json::object body{{"learner", "Ada"}, {"topic", topic.at("id")}};
    EXPECT_EQ(ask("POST", "/learning/api/sessions", json::serialize(body)).status, 201);
    EXPECT_FALSE(topic.at("title").as_string().empty());
  }
}

TEST_F(LearningApiTest, ProgressFollowsFromWhatWasSaid) {
  const auto path = start();
  EXPECT_EQ(ask("GET", path + "/progress").body,
            R"({"session_id":"s-000001","topic":"business_calls","turns":0,"score":0E0,"mastered":[]})");
  const auto first =
      expect(200, "POST", path + "/turns", R"({"text":"The DEADLINE is on the agenda of our meeting."})");
  EXPECT_EQ(first.at("score").as_double(), 100);
  EXPECT_EQ(
      first.at("reply").as_string(),
      "Well done, you used agenda, deadline, meeting. Can you say something with the word \"invoice\"?");
  const auto second = expect(200, "POST", path + "/turns", R"({"text":"What?"})");
  EXPECT_EQ(second.at("score").as_double(), 5);
  EXPECT_THAT(std::string(second.at("reply").as_string()), testing::StartsWith("Thank you"));
  const auto progress = expect(200, "GET", path + "/progress");
  EXPECT_EQ(progress.at("turns").as_int64(), 2);
  EXPECT_EQ(progress.at("score").as_double(), 52.5);
  EXPECT_EQ(json::serialize(progress.at("mastered")), R"(["agenda","deadline","meeting"])");
  EXPECT_EQ(control.counters.learning.messages, 2U);
}

TEST_F(LearningApiTest, AnAnswerComesInTokensIfAskedFor) {
  const auto path = start();
  accept = "text/event-stream";
  const auto streamed = ask("POST", path + "/turns", R"({"text":"an \"invoice\""})");
  ASSERT_GT(streamed.events.size(), 5U);
  EXPECT_EQ(streamed.events.back(), "[DONE]");
  std::string together;
  for (std::size_t i = 0; i + 1 < streamed.events.size(); ++i)
    together += json::parse(streamed.events[i]).at("token").as_string();
  EXPECT_EQ(together, "Well done, you used invoice. Can you say something with the word \"agenda\"?");
  accept = "application/json";
  const auto plain = ask("POST", path + "/turns", R"({"text":"an invoice"})");
  EXPECT_TRUE(plain.events.empty());
  EXPECT_EQ(plain.tokens, tutor::tokens(std::string(json::parse(plain.body).at("reply").as_string())).size());
}

TEST_F(LearningApiTest, AllWordsCanBeMastered) {
  const auto path = start();
  const auto answer = expect(200, "POST", path + "/turns",
                             R"({"text":"agenda deadline invoice meeting colleague schedule"})");
  EXPECT_THAT(std::string(answer.at("reply").as_string()),
              testing::EndsWith("You know all the words of this topic. What shall we talk about next?"));
}

TEST_F(LearningApiTest, ADeletedSessionHasGone) {
  const auto path = start();
  EXPECT_EQ(ask("DELETE", path).status, 204);
  EXPECT_EQ(error_code(404, "DELETE", path), "unknown_id");
  EXPECT_EQ(error_code(404, "POST", path + "/turns", R"({"text":"x"})"), "unknown_id");
  EXPECT_EQ(error_code(404, "GET", "/learning/api/sessions/s-000002/progress"), "unknown_id");
  EXPECT_EQ(control.counters.learning.ended, 1U);
  EXPECT_EQ(control.counters.learning.forgotten_ids, 2U);
  EXPECT_EQ(control.counters.learning.unknown_ids, 1U);
  EXPECT_NE(start(), path) << "an id is given out once";
}

TEST_F(LearningApiTest, KeepsTheNewestSessions) {
  const auto first = start();
  for (int i = 0; i < 9; ++i) start();
  EXPECT_EQ(ask("GET", first + "/progress").status, 200);
  start();
  EXPECT_EQ(ask("GET", first + "/progress").status, 404);
}

TEST_F(LearningApiTest, RefusesBrokenRequests) {
  const auto path = start();
  EXPECT_EQ(error_code(400, "POST", "/learning/api/sessions", R"({"learner":"Ada","topic":"magic"})"),
            "unknown_topic");
  EXPECT_EQ(error_code(400, "POST", "/learning/api/sessions", R"({"learner":""})"), "invalid_field");
  EXPECT_EQ(error_code(400, "POST", path + "/turns", "{}"), "invalid_field");
  EXPECT_EQ(error_code(400, "POST", path + "/turns", "hello"), "invalid_json");
  EXPECT_EQ(error_code(405, "GET", path + "/turns"), "method_not_allowed");
  EXPECT_EQ(ask("GET", "/learning/health").status, 200);
}

}  // namespace
}  // namespace soundcheck::reference_agent
