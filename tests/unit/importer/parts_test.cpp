// Addresses and names.
#include <gmock/gmock.h>

#include "runner/importer/draft.hpp"
#include "runner/importer/url.hpp"

namespace soundcheck::importer {
namespace {

TEST(Url, IsTakenApart) {
  const auto url = parse_url("https://ann:p%40w@API.example.com:8443/a/b?x=1&y=2#z");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->origin, "https://api.example.com:8443");
  EXPECT_EQ(url->user, "ann:p@w");
  EXPECT_EQ(url->path, "/a/b");
  EXPECT_EQ(url->query, "x=1&y=2");
  EXPECT_EQ(parse_url("http://[::1]:80?q")->path, "/");
  EXPECT_EQ(parse_url("http://[::1]:80?q")->origin, "http://[::1]:80");
  EXPECT_FALSE(parse_url("h/a"));
  EXPECT_TRUE(parse_url("h/a", "http"));
  for (const char* wrong :
       {"", "ftp://h/", "file:///x", "http://", "http://a b/", "http://a\nb/", "data:text/plain,x"})
    EXPECT_FALSE(parse_url(wrong)) << wrong;
}

TEST(Url, ValuesSurviveEncoding) {
  const std::string all = [] {
    std::string text;
    for (int c = 1; c < 256; ++c) text += static_cast<char>(c);
    return text;
  }();
  EXPECT_EQ(decode_value(encode_value(all)), all);
  EXPECT_EQ(decode_value("a+b%2Bc%zz%4"), "a b+c%zz%4");
  EXPECT_EQ(encode_path("/a b/%20/{id}?\xc3\xa9"), "/a%20b/%20/{id}?%C3%A9");
}

TEST(Url, IsShownWithoutWhatMayBeASecret) {
  EXPECT_EQ(shown_address("https://ann:pw@h:1/a@b?token=t#x"), "https://h:1/a@b");
  EXPECT_EQ(shown_address("h/a#access_token=t"), "h/a");
  EXPECT_EQ(shown_address(""), "");
}

TEST(Url, MayHaveAHostThatIsNotKnown) {
  EXPECT_EQ(end_of_target("https://{{host}}:1/a"), 18U);
  EXPECT_EQ(end_of_target("{{host}}?a=http://x"), 8U);
  EXPECT_EQ(end_of_target("h"), 1U);
  const auto url = parse_without_host("{{protocol}}://ann:pw@{{host}}:{{port}}/a?b={{c}}#d");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->origin, "");
  EXPECT_EQ(url->user, "ann:pw");
  EXPECT_EQ(url->path, "/a");
  EXPECT_EQ(url->query, "b={{c}}");
}

TEST(Draft, ForeignTextMeansNothingOfOurs) {
  EXPECT_EQ(literal("a ${b} $${c} {{d}} $e {f}"), "a $${b} $$${c} { {d}} $e {f}");
}

TEST(Draft, Names) {
  EXPECT_EQ(snake_case("Create a Call"), "create_a_call");
  EXPECT_EQ(snake_case("/api/v1/getCallById/"), "api_v1_get_call_by_id");
  EXPECT_EQ(snake_case("X-API-Key"), "x_api_key");
  EXPECT_EQ(snake_case("\xc3\xa9t\xc3\xa9"), "t");
  EXPECT_EQ(snake_case("--"), "");
}

TEST(Draft, WhatAllRequestsSendIsWrittenOnce) {
  Draft draft;
  const auto step = [](Pairs headers) {
    Step out;
    out.method = "GET";
    out.path = "/";
    out.headers = std::move(headers);
    return out;
  };
  Task task;
  task.steps = {step({{"A", "1"}, {"B", "1"}}), step({{"B", "2"}, {"A", "1"}})};
  draft.tasks = {task, task};
  tidy(draft);
  EXPECT_EQ(draft.headers, (Pairs{{"A", "1"}}));
  EXPECT_EQ(draft.tasks[1].steps[1].headers, (Pairs{{"B", "2"}}));
  EXPECT_EQ(draft.tasks[0].name, "task");
  EXPECT_EQ(draft.tasks[1].name, "task_2");
}

}  // namespace
}  // namespace soundcheck::importer
