// Answers that come token by token, as a step asks for them and judges them.
#include "protocols/http/token_stream.hpp"

#include <fmt/format.h>

#include "tests/unit/http/http_session_fixture.hpp"

namespace soundcheck::http {
namespace {

using testing::HasSubstr;

/// Chunks of an event stream, each after the one before.
struct Chunk {
  core::Duration after;
  std::string text;
};

class TokenStreamTest : public HttpSessionTest {
 protected:
  TokenStreamTest() {
    RequestStep ask = request("POST", "/turns", "{}");
    ask.stream.emplace();
    one_task({std::move(ask)});
  }

  static std::string head(std::string_view type) {
    return "HTTP/1.1 200 OK\r\nContent-Type: " + std::string(type) + "\r\nTransfer-Encoding: chunked\r\n\r\n";
  }
  static std::string chunk(std::string_view text) { return fmt::format("{:x}\r\n{}\r\n", text.size(), text); }

  void say(const std::vector<Chunk>& chunks, std::string_view type = "text/event-stream") {
    support::Script& script = network.on_dial().expect_request().reply(head(type), 10ms);
    for (const Chunk& one : chunks) script.reply(chunk(one.text), one.after);
    script.reply("0\r\n\r\n");
  }
  std::vector<std::int64_t> values(Metric metric) const { return probe.values(id, metric); }
};

TEST_F(TokenStreamTest, RecordsWhenTheTokensCame) {
  say({{90ms, "data: Hello\n\n"},
       {20ms, "data: my\n\ndata: dear\n\n"},
       {80ms, "data: friend\n\n"},
       {500ms, ": bye\n\n"}});
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(Counter::tokens), 4);
  EXPECT_THAT(values(Metric::first_token_time), ElementsAre(100'000));
  EXPECT_THAT(values(Metric::token_gap), ElementsAre(20'000, 0, 80'000));
  EXPECT_THAT(values(Metric::tokens_per_second), ElementsAre(30'000'000)) << "3 tokens in 0.1 s";
  EXPECT_THAT(values(Metric::first_byte_time), ElementsAre(10'000));
  EXPECT_THAT(values(Metric::service_time), ElementsAre(700'000)) << "to the end of the stream";
}

TEST_F(TokenStreamTest, FindsTokensInJsonUntilTheLastEvent) {
  step().stream->token = "/choices/0/delta/content";
  step().stream->until = "[DONE]";
  step().body.contains = support::text("Hello, you");
  step().extract = {
      {support::names().slot("who"), "who", std::get<PatternSource>(PatternSource::compile("y.u"))}};
  say({{40ms, "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n"},
       {50ms, "data: {\"choices\":[{\"delta\":{\"content\":\"Hello,\"}}]}\n\n"},
       {0ms,
        "data: {\"choices\":[{\"delta\":{\"content\":null}}]}\n\ndata: "
        "{\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\n"},
       {100ms, "data: {\"choices\":[{\"delta\":{\"content\":\" you\"}}]}\n\n"},
       {0ms, "data: [DO"},
       {30ms, "NE]\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"late\"}}]}\n\n"},
       {700ms, ": still here\n\n"}});
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(Counter::tokens), 2);
  EXPECT_THAT(values(Metric::first_token_time), ElementsAre(100'000));
  EXPECT_THAT(values(Metric::token_gap), ElementsAre(100'000));
  EXPECT_THAT(values(Metric::tokens_per_second), ElementsAre(10'000'000));
  EXPECT_THAT(values(Metric::service_time), ElementsAre(230'000)) << "to the event that ends it";
}

TEST_F(TokenStreamTest, KeepsTheConnection) {
  step().stream->until = "[DONE]";
  support::Script& script = network.on_dial();
  for (int i = 0; i < 3; ++i) {
    script.expect_request()
        .reply(head("text/event-stream; charset=utf-8"))
        .reply(chunk("data: a\n\n"), 10ms)
        .reply(chunk("data: [DONE]\n\n"), 10ms)
        .reply("0\r\n\r\n", 10ms);
  }
  run_times(3);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(Counter::succeeded), 3);
  EXPECT_EQ(count(Counter::connections), 1);
  EXPECT_THAT(values(Metric::tokens_per_second), IsEmpty()) << "one token has no speed";
}

TEST_F(TokenStreamTest, SaysWhatIsWrongWithAStream) {
  step().stream->until = "[DONE]";
  say({{0ms, "data: a\n\n"}});
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: POST /turns: the stream ended without [DONE]"));
}

TEST_F(TokenStreamTest, AStreamWithoutATokenIsNoAnswer) {
  say({{0ms, ": nothing\n\n"}});
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: POST /turns: the stream has no event with a token"));
}

TEST_F(TokenStreamTest, ATokenThatIsNowhere) {
  step().stream->token = "/token";
  say({{0ms, "data: {\"text\":\"a\"}\n\ndata: none\n\n"}});
  run_times(1);
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("check: POST /turns: no event of the stream has a token at /token"));
}

TEST_F(TokenStreamTest, AnotherKindOfAnswerIsNoStream) {
  say({{0ms, "{\"reply\":\"a\"}"}}, "application/json");
  run_times(1);
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("check: POST /turns: the answer is application/json, expected text/event-stream"));
}

TEST_F(TokenStreamTest, AnErrorIsJudgedByItsStatus) {
  network.on_dial().expect_request().reply(answer("503 Service Unavailable", "", "busy"));
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: POST /turns: status 503, expected 200"));
  EXPECT_EQ(count(Counter::tokens), 0);
}

TEST_F(TokenStreamTest, AnEventWithoutEndIsTooLarge) {
  say({{0ms, "data: " + std::string(EventStream::longest_event + 1, 'x')}});
  check_script = false;
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("too_large: POST /turns: an event is longer than 1024 KiB"));
}

TEST_F(TokenStreamTest, WhatCameBeforeTheDeadlineCounts) {
  support::Script& script = network.on_dial().expect_request().reply(head("text/event-stream"));
  for (int i = 0; i < 4; ++i) script.reply(chunk("data: a\n\n"), 2s);
  check_script = false;
  run_times(1);
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre(HasSubstr("timeout of 5s passed while receiving the answer")));
  EXPECT_EQ(count(Counter::tokens), 2);
  EXPECT_THAT(values(Metric::first_token_time), ElementsAre(2'000'000));
}

}  // namespace
}  // namespace soundcheck::http
