#include "protocols/core/json.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/names.hpp"

namespace soundcheck::core {
namespace {

std::optional<std::string> judged(const std::string& pointer, std::optional<std::string> expected,
                                  std::string_view text, const Variables& variables = {}) {
  const auto document = JsonDocument::parse(text);
  if (!document) return "not JSON";
  return JsonMatch(pointer, std::move(expected), &support::names()).mismatch(*document, variables);
}

TEST(JsonDocument, FindsByPointer) {
  const auto document = JsonDocument::parse(R"({"a":{"b":[10,"x",null]},"c/d":1.5,"":true})");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->find("/a/b/0"), "10");
  EXPECT_EQ(document->find("/a/b/1"), "x");
  EXPECT_EQ(document->find("/a/b/2"), "null");
  EXPECT_EQ(document->find("/a"), R"({"b":[10,"x",null]})");
  EXPECT_EQ(document->find("/c~1d"), "1.5");
  EXPECT_EQ(document->find("/a/b/7"), std::nullopt);
  EXPECT_EQ(document->find("no pointer"), std::nullopt);
  EXPECT_EQ(document->number("/a/b/0"), 10.0);
  EXPECT_EQ(document->number("/c~1d"), 1.5);
  EXPECT_EQ(document->number("/a/b/1"), std::nullopt);
}

TEST(JsonDocument, RefusesWhatIsNotOneValue) {
  for (const std::string_view text : {"", "{", "{} {}", "nul", "{'a':1}", "[1,]"})
    EXPECT_FALSE(JsonDocument::parse(text)) << text;
}

TEST(JsonDocument, RefusesDeepNesting) {
  EXPECT_TRUE(JsonDocument::parse(std::string(60, '[') + std::string(60, ']')));
  EXPECT_FALSE(JsonDocument::parse(std::string(5'000, '[') + std::string(5'000, ']')));
}

TEST(JsonMatch, Exists) {
  EXPECT_EQ(judged("/a", std::nullopt, R"({"a":null})"), std::nullopt);
  EXPECT_EQ(judged("/b", std::nullopt, R"({"a":null})"), "/b is missing");
}

TEST(JsonMatch, EqualsAsJson) {
  EXPECT_EQ(judged("/s", R"("healthy")", R"({"s":"healthy"})"), std::nullopt);
  EXPECT_EQ(judged("/n", "3", R"({"n":3})"), std::nullopt);
  EXPECT_EQ(judged("", R"({"a":1,"b":2})", R"({"b":2,"a":1})"), std::nullopt);
  EXPECT_EQ(judged("/s", R"("healthy")", R"({"s":"down"})"), R"(/s is "down", expected "healthy")");
  EXPECT_EQ(judged("/s", R"("1")", R"({"s":1})"), R"(/s is 1, expected "1")");
  EXPECT_EQ(judged("/s", "1", R"({})"), "/s is missing, expected 1");
}

TEST(JsonMatch, NumbersAreEqualByValue) {
  EXPECT_EQ(judged("/n", "3", R"({"n":3.0})"), std::nullopt);
  EXPECT_EQ(judged("/n", "0.5", R"({"n":5e-1})"), std::nullopt);
  EXPECT_EQ(judged("/n", "3", R"({"n":4.0})"), "/n is 4E0, expected 3");
}

TEST(JsonMatch, ALongValueIsCutInTheMessage) {
  const std::string long_text(500, 'x');
  const auto message = judged("/s", R"("y")", R"({"s":")" + long_text + R"("})");
  EXPECT_EQ(message, "/s is \"" + std::string(59, 'x') + "..., expected \"y\"");
}

TEST(JsonMatch, TakesVariablesAndHidesTheirValues) {
  Variables variables = support::variables({{"id", "c-1"}});
  EXPECT_EQ(judged("/id", R"("{{id}}")", R"({"id":"c-1"})", variables), std::nullopt);
  EXPECT_EQ(judged("/id", R"("{{id}}")", R"({"id":"c-2"})", variables),
            "/id is another value, expected the value of its variable");
  support::set(variables, "id", R"(a"b)");
  EXPECT_EQ(judged("/id", R"("{{id}}")", R"({"id":"c-2"})", variables),
            "/id is another value, expected the value of its variable");
}

TEST(JsonMatch, ExpectedMustBeJson) { EXPECT_THROW(JsonMatch("/a", "healthy"), std::invalid_argument); }

TEST(ContentMatch, TextAndJson) {
  ContentMatch match;
  EXPECT_TRUE(match.empty());
  match.contains = support::text("lo w");
  LazyJson plain("hello world");
  EXPECT_EQ(match.mismatch(plain, {}), std::nullopt);
  LazyJson other("goodbye");
  EXPECT_EQ(match.mismatch(other, {}), "it does not contain 'lo w'");

  match.contains = support::text("{{word}}");
  const Variables variables = support::variables({{"word", "hello"}});
  EXPECT_EQ(match.mismatch(plain, variables), std::nullopt);
  EXPECT_EQ(match.mismatch(other, variables), "it does not contain 'the value of a variable'");

  match.contains.reset();
  match.json.emplace_back("/a", "1");
  match.json.emplace_back("/b", std::nullopt);
  LazyJson good(R"({"a":1,"b":2})");
  EXPECT_EQ(match.mismatch(good, {}), std::nullopt);
  LazyJson half(R"({"a":1})");
  EXPECT_EQ(match.mismatch(half, {}), "/b is missing");
  EXPECT_EQ(match.mismatch(other, {}), "it is not JSON");
}

TEST(LazyJson, ParsesOnce) {
  LazyJson content(R"({"a":1})");
  const JsonDocument* first = content.document();
  EXPECT_NE(first, nullptr);
  EXPECT_EQ(content.document(), first);
  LazyJson broken("{");
  EXPECT_EQ(broken.document(), nullptr);
  EXPECT_EQ(broken.document(), nullptr);
}

}  // namespace
}  // namespace soundcheck::core
