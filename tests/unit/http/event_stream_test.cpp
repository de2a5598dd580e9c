#include "protocols/http/event_stream.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <vector>

namespace soundcheck::http {
namespace {

/// The events of a stream that comes in pieces of `size` bytes: "type|data|id".
std::vector<std::string> events_of(std::string_view text, std::size_t size = 1'000'000) {
  std::vector<std::string> out;
  EventStream stream(
      [&](const ServerEvent& e) { out.push_back(fmt::format("{}|{}|{}", e.type, e.data, e.id)); });
  for (; !text.empty(); text.remove_prefix(std::min(size, text.size())))
    EXPECT_TRUE(stream.feed(text.substr(0, size)));
  return out;
}

using Events = std::vector<std::string>;

TEST(EventStream, GivesWhatTheStandardsExamplesGive) {
  EXPECT_EQ(events_of("data: YHOO\ndata: +2\ndata: 10\n\n"), Events{"message|YHOO\n+2\n10|"});
  EXPECT_EQ(
      events_of(
          ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"),
      (Events{"message|first event|1", "message|second event|", "message| third event|"}));
  EXPECT_EQ(events_of("data\n\ndata\ndata\n\ndata:"), (Events{"message||", "message|\n|"}));
  EXPECT_EQ(events_of("data:test\n\ndata: test\n\n"), (Events{"message|test|", "message|test|"}));
}

TEST(EventStream, KnowsAllLineEndsAndWhatIsNotAnEvent) {
  const Events one{"message|a\nb|", "add|c|7"};
  for (const std::string_view end : {"\n", "\r", "\r\n"}) {
    const std::string text = fmt::format(
        "\xef\xbb\xbf"
        "data: a{0}data: b{0}{0}: comment{0}event: add{0}id: 7{0}data: c{0}{0}",
        end);
    EXPECT_EQ(events_of(text), one);
  }
  EXPECT_EQ(events_of("event: lonely\n\nid: 3\n\ndata: x\n\n"), Events{"message|x|3"});
  EXPECT_EQ(events_of("Data: x\nunknown: y\n\ndata: z"), Events{}) << "the last event has no end";
  EXPECT_EQ(events_of(std::string_view("id: a\0b\ndata: x\n\n", 17)), Events{"message|x|"});
}

TEST(EventStream, IsTheSameHoweverItIsSplit) {
  const std::string text =
      "\xef\xbb\xbf"
      "data: {\"a\":1}\r\n\r\n:keep\r\rdata: b\rdata: c\n\r\nid: 1\ndata: [DONE]\n\n";
  const Events whole = events_of(text);
  ASSERT_EQ(whole.size(), 3U);
  for (std::size_t size = 1; size < text.size(); ++size) EXPECT_EQ(events_of(text, size), whole) << size;
}

TEST(EventStream, KeepsTheRetryTime) {
  EventStream stream([](const ServerEvent&) {});
  EXPECT_TRUE(stream.feed("retry: 2500\n"));
  EXPECT_EQ(stream.retry(), 2500U);
  EXPECT_TRUE(stream.feed("retry: soon\nretry: -1\nretry\n"));
  EXPECT_EQ(stream.retry(), 2500U);
}

TEST(EventStream, RefusesWhatNeverEnds) {
  const std::string some(EventStream::longest_event / 4, 'x');
  int events = 0;
  EventStream one_line([&](const ServerEvent&) { ++events; });
  EXPECT_TRUE(one_line.feed("data: "));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(one_line.feed(some));
  EXPECT_FALSE(one_line.feed(some));
  EXPECT_FALSE(one_line.feed("\n\n"));

  EventStream many_lines([&](const ServerEvent&) { ++events; });
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(many_lines.feed("data: " + some + "\n"));
  EXPECT_FALSE(many_lines.feed("data: " + some + "\ndata: x\n\n"));
  EXPECT_EQ(events, 0);
}

}  // namespace
}  // namespace soundcheck::http
