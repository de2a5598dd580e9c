#include "protocols/websocket/upgrade.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/websocket_wire.hpp"

namespace soundcheck::websocket {
namespace {

using Progress = Upgrade::Progress;

class UpgradeTest : public testing::Test {
 protected:
  UpgradeRequest request{"/events", "h:8080", {{"X-Key", support::text("7{{never_set}}")}}};
  core::Variables variables;
  core::Random random{1};

  std::string refusal(const std::string& answer) {
    Upgrade upgrade(request, variables, random);
    std::span<const char> bytes(answer);
    EXPECT_EQ(upgrade.feed(bytes), Progress::refused) << answer;
    return std::string(to_string(upgrade.failure().stage)) + ": " + upgrade.failure().text;
  }
};

TEST(AcceptFor, TheRfcsExample) {
  EXPECT_EQ(accept_for("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_F(UpgradeTest, TheRequest) {
  const Upgrade upgrade(request, variables, random);
  EXPECT_THAT(upgrade.request_text(),
              testing::MatchesRegex("GET /events HTTP/1.1\r\nHost: h:8080\r\nUser-Agent: soundcheck/0.1\r\n"
                                    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
                                    "[A-Za-z0-9+/]+==\r\nSec-WebSocket-Version: 13\r\nX-Key: 7\r\n\r\n"));
  const Upgrade other(request, variables, random);
  EXPECT_NE(other.request_text(), upgrade.request_text()) << "every connection draws a key of its own";
}

TEST_F(UpgradeTest, AcceptedAtEverySplit) {
  const std::string frames = support::server_frame(1, "already here");
  const std::size_t size = support::accepting_answer("Sec-WebSocket-Key: x\r\n").size() + frames.size();
  for (std::size_t at = 0; at <= size; ++at) {
    Upgrade upgrade(request, variables, random);
    const std::string answer = support::accepting_answer(upgrade.request_text()) + frames;
    ASSERT_EQ(answer.size(), size);
    std::span<const char> first = std::span<const char>(answer).first(at);
    std::span<const char> second = std::span<const char>(answer).subspan(at);
    Progress progress = upgrade.feed(first);
    std::string rest(first.begin(), first.end());
    if (progress == Progress::need_more) {
      ASSERT_TRUE(first.empty());
      progress = upgrade.feed(second);
      ASSERT_EQ(progress, Progress::accepted) << at;
    }
    ASSERT_EQ(progress, Progress::accepted) << at;
    rest.append(second.begin(), second.end());
    ASSERT_EQ(rest, frames) << "at " << at;
  }
}

TEST_F(UpgradeTest, HeaderNamesAndTokensInAnyCase) {
  Upgrade upgrade(request, variables, random);
  std::string answer = support::accepting_answer(upgrade.request_text());
  answer.replace(answer.find("Upgrade: websocket"), 18, "UPGRADE: WebSocket");
  answer.replace(answer.find("Connection: Upgrade"), 19, "connection: x, upgrade");
  std::span<const char> bytes(answer);
  EXPECT_EQ(upgrade.feed(bytes), Progress::accepted);
}

TEST_F(UpgradeTest, Refusals) {
  EXPECT_EQ(refusal("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\noops"),
            "upgrade: upgrade of /events: status 404 Not Found, expected 101");
  EXPECT_EQ(refusal("HTTP/1.1 200 OK\r\n\r\n"), "upgrade: upgrade of /events: status 200 OK, expected 101");
  EXPECT_EQ(refusal("HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\n\r\n"),
            "rate_limited: upgrade of /events: 429 Too Many Requests");
  EXPECT_EQ(
      refusal(support::accepting_answer("Sec-WebSocket-Key: another\r\n")),
      "upgrade: upgrade of /events: the answer's Sec-WebSocket-Accept is wrong: it does not fit our key");
  EXPECT_EQ(refusal("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
            "upgrade: upgrade of /events: the answer has no header 'Upgrade: websocket'");
  EXPECT_EQ(refusal("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"),
            "upgrade: upgrade of /events: the answer has no header 'Connection: Upgrade'");
  EXPECT_EQ(refusal("HTTP/1.1 503 Over\tloaded\r\n\r\n"),
            "upgrade: upgrade of /events: status 503 Over?loaded, expected 101");
  EXPECT_THAT(refusal("SSH-2.0-x\r\n\r\n"),
              testing::StartsWith("upgrade: upgrade of /events: the answer is not HTTP ("));
  EXPECT_EQ(refusal("HTTP/1.1 101 X\r\nA: " + std::string(100'000, 'x')),
            "too_large: upgrade of /events: the answer's headers are longer than 64 KiB");
}

}  // namespace
}  // namespace soundcheck::websocket
