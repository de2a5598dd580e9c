// Streamed answers and streamed uploads over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/unit/reference_agent/client.hpp"

namespace soundcheck::reference_agent {
namespace {

using testing::HasSubstr;

constexpr std::string_view session = R"({"learner":"Ada","topic":"travel"})";
constexpr std::string_view sentence = R"({"text":"My ticket"})";
constexpr std::string_view turns_path = "/learning/api/sessions/s-000001/turns";

class StreamingTest : public testing::Test {
 protected:
  static Options quick() {
    Options o;
    o.no_speech = true;
    o.control = true;
    set_fault(o.faults, "first_token", "2ms");
    set_fault(o.faults, "token_interval", "1ms");
    return o;
  }
  static std::string request(std::string_view version, std::string_view headers = {}) {
    return fmt::format(
        "POST {} HTTP/{}\r\nHost: a\r\nAccept: text/event-stream\r\n{}Content-Length: {}\r\n\r\n{}",
        turns_path, version, headers, sentence.size(), sentence);
  }

  RunningAgent agent{quick()};
  HttpClient http{agent.port()};
};

TEST_F(StreamingTest, TokensComeAsServerSentEvents) {
  ASSERT_EQ(http.ask("POST", "/learning/api/sessions", session).status, 201);
  ASSERT_TRUE(http.send(request("1.1")));
  const auto answer = http.read_answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.head, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(answer.head, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(answer.body,
              testing::StartsWith("data: {\"token\":\"Well\"}\n\ndata: {\"token\":\" done,\"}\n\n"));
  EXPECT_THAT(answer.body, testing::EndsWith("}\n\ndata: [DONE]\n\n"));
  EXPECT_EQ(http.ask("GET", "/learning/health").status, 200) << "on the same connection";
  EXPECT_EQ(http.ask("GET", "/control")
                .json()
                .at("routes")
                .at("POST /learning/api/sessions/{id}/turns")
                .at("by_status")
                .at("200")
                .to_number<int>(),
            1);
}

TEST_F(StreamingTest, AnOldClientGetsThemUntilTheEndOfTheConnection) {
  http.ask("POST", "/learning/api/sessions", session);
  ASSERT_TRUE(http.send(request("1.0")));
  const auto answer = http.read_answer();
  EXPECT_THAT(answer.head, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer.body, testing::EndsWith("data: [DONE]\n\n"));
  EXPECT_TRUE(http.is_closed());
}

TEST_F(StreamingTest, TheConnectionClosesAfterTheStreamIfAsked) {
  http.ask("POST", "/learning/api/sessions", session);
  ASSERT_TRUE(http.send(request("1.1", "Connection: close\r\n")));
  EXPECT_THAT(http.read_answer().body, testing::EndsWith("data: [DONE]\n\n"));
  EXPECT_TRUE(http.is_closed());
}

TEST_F(StreamingTest, APlainAnswerTakesAsLongAsItsStream) {
  http.ask("POST", "/learning/api/sessions", session);
  EXPECT_THAT(http.ask("POST", turns_path, sentence).json().at("reply").as_string().c_str(),
              testing::StartsWith("Well done"));
}

TEST_F(StreamingTest, OutlivesClientsThatLeaveTheStream) {
  http.ask("POST", "/learning/api/sessions", session);
  for (int i = 0; i < 20; ++i) {
    HttpClient leaver(agent.port());
    ASSERT_TRUE(leaver.send(request("1.1")));
  }
  ASSERT_TRUE(http.send(request("1.1") + request("1.1")));
  EXPECT_THAT(http.read_answer().body, testing::EndsWith("data: [DONE]\n\n"));
  EXPECT_THAT(http.read_answer().body, testing::EndsWith("data: [DONE]\n\n")) << "pipelined";
}

}  // namespace
}  // namespace soundcheck::reference_agent
