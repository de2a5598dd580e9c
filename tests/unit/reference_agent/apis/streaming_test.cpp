// Streamed answers and streamed uploads over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/unit/reference_agent/client.hpp"
#include "tools/reference_agent/apis/digest.hpp"

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

/// An upload of a file of contacts of so many bytes.
class UploadTest : public StreamingTest {
 protected:
  static constexpr std::string_view ending = "\r\n--B--\r\n";
  static std::string beginning() {
    return "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.csv\"\r\n\r\n";
  }
  static std::string contacts(std::size_t bytes) {
    std::string csv = "name,phone\n";
    while (csv.size() < bytes) csv += "Ada Adams,+15550100123\n";
    return csv;
  }
  static std::string head(std::string_view length, std::string_view key = "soundcheck") {
    return fmt::format(
        "POST /calling/api/contacts/import HTTP/1.1\r\nHost: a\r\nX-API-Key: {}\r\n"
        "Content-Type: multipart/form-data; boundary=B\r\n{}\r\n\r\n",
        key, length);
  }
  static std::string sha256_of(std::string_view bytes) {
    Sha256 sha;
    sha.add(bytes);
    return sha.finish();
  }
};

TEST_F(UploadTest, AFileLargerThanAnyBodyIsTakenByteForByte) {
  const std::string csv = contacts(3 * 1024 * 1024);
  const std::string body = beginning() + csv + std::string(ending);
  ASSERT_TRUE(http.send(head(fmt::format("Content-Length: {}", body.size())) + body));
  const auto answer = http.read_answer();
  ASSERT_EQ(answer.status, 202) << answer.body;
  EXPECT_EQ(answer.json().at("sha256").as_string(), sha256_of(csv));
  const auto uploads = http.ask("GET", "/control").json().at("uploads");
  ASSERT_EQ(uploads.as_array().size(), 1U);
  EXPECT_EQ(uploads.at(0).at("sha256").as_string(), sha256_of(csv));
  EXPECT_EQ(uploads.at(0).at("bytes").to_number<std::size_t>(), csv.size());
}

TEST_F(UploadTest, AFileMayComeInChunks) {
  const std::string csv = contacts(5000);
  const std::string body = beginning() + csv + std::string(ending);
  std::string chunks;
  for (std::size_t at = 0; at < body.size(); at += 777) {
    const auto chunk = std::string_view(body).substr(at, 777);
    chunks += fmt::format("{:x}\r\n{}\r\n", chunk.size(), chunk);
  }
  ASSERT_TRUE(http.send(head("Transfer-Encoding: chunked") + chunks + "0\r\n\r\n"));
  const auto answer = http.read_answer();
  ASSERT_EQ(answer.status, 202) << answer.body;
  EXPECT_EQ(answer.json().at("sha256").as_string(), sha256_of(csv));
}

TEST_F(UploadTest, WithoutTheKeyALargeFileIsRefusedAsAKeyNotAsASize) {
  const std::string body = beginning() + contacts(2 * 1024 * 1024) + std::string(ending);
  ASSERT_TRUE(http.send(head(fmt::format("Content-Length: {}", body.size()), "guess") + body));
  EXPECT_EQ(http.read_answer().status, 401);
  EXPECT_EQ(http.ask("GET", "/control").json().at("uploads_total").to_number<int>(), 0);
}

TEST_F(UploadTest, OutlivesClientsThatLeaveInTheMiddle) {
  for (int i = 0; i < 20; ++i) {
    HttpClient leaver(agent.port());
    ASSERT_TRUE(leaver.send(head("Content-Length: 100000") + beginning() + contacts(50'000)));
  }
  const std::string body = beginning() + contacts(100) + std::string(ending);
  ASSERT_TRUE(http.send(head(fmt::format("Content-Length: {}", body.size())) + body));
  EXPECT_EQ(http.read_answer().status, 202);
  const auto accepted = http.ask("GET", "/control").json().at("uploads_total");
  EXPECT_EQ(accepted.to_number<int>(), 1) << "what was not finished does not count";
}

}  // namespace
}  // namespace soundcheck::reference_agent
