#include "protocols/core/text_template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/virtual_timeline.hpp"

namespace soundcheck::core {
namespace {

using support::text;
using support::variables;
using testing::ElementsAre;
using testing::MatchesRegex;

TEST(TextTemplate, PutsVariablesIn) {
  const Variables user = variables({{"id", "7"}, {"name", "Ada"}});
  EXPECT_EQ(text("/calls/{{id}}/end?by={{name}}").render(user), "/calls/7/end?by=Ada");
  EXPECT_EQ(text("{{id}}{{id}}").render(user), "77");
  EXPECT_EQ(text("{{ id }}").render(user), "7");
  EXPECT_EQ(text("a{{never_set}}b").render(user), "ab");
}

TEST(TextTemplate, LeavesEverythingElseAsItIs) {
  for (const std::string_view plain :
       {"", "plain", "{{open", "close}}", "{ {a} }", "{\"a\":{\"b\":1}}", "{{a b}}"}) {
    EXPECT_EQ(text(plain).render({}), plain);
    EXPECT_TRUE(text(plain).constant());
    EXPECT_EQ(text(plain).text(), plain);
  }
  EXPECT_TRUE(TextTemplate::literal("{{id}}").constant());
}

TEST(TextTemplate, AValueIsNotLookedAtAgain) {
  EXPECT_EQ(text("{{a}}").render(variables({{"a", "{{b}}"}, {"b", "no"}})), "{{b}}");
}

TEST(TextTemplate, RenderingAppends) {
  std::string out = "before ";
  text("text").render({}, out);
  EXPECT_EQ(out, "before text");
}

TEST(TextTemplate, ValuesCannotBreakJson) {
  const auto body = TextTemplate::compile(R"({"name":"{{name}}"})", support::names(), Escape::json);
  EXPECT_EQ(body.render(variables({{"name", "Ada"}})), R"({"name":"Ada"})");
  EXPECT_EQ(body.render(variables({{"name", "a\"b\\c\n"}})), R"({"name":"a\"b\\c\u000a"})");
}

TEST(TextTemplate, CheckNamesTheVariables) {
  const auto names = TextTemplate::check("{{a}} and {{ b }} of {{contacts.phone}}, {{uuid}}");
  EXPECT_THAT(std::get<0>(names), ElementsAre("a", "b", "contacts.phone"));
}

TEST(TextTemplate, CheckSaysWhatIsWrongAndWhere) {
  const auto wrong = [](std::string_view source) { return std::get<1>(TextTemplate::check(source)); };
  EXPECT_EQ(wrong("/a/{{id").column, 4U);
  EXPECT_EQ(wrong("/a/{{id").message, "this {{ is not closed");
  EXPECT_EQ(wrong("{{id}} {{call-id}}").column, 8U);
  EXPECT_EQ(wrong("{{id}} {{call-id}}").message, "this {{ does not name a variable");
  EXPECT_EQ(wrong("{{random_it(1, 2)}}").unknown, "random_it");
}

TEST(TextTemplate, RenderingTwiceDrawsTheSameUntilItIsDrawnAnew) {
  const support::VirtualTimeline timeline;
  Variables user(1, 7, timeline);
  const auto drawn = text("{{uuid}} {{uuid}} {{random_int(1, 1000000)}}");
  const std::string first = drawn.render(user);
  EXPECT_EQ(drawn.render(user), first);
  EXPECT_NE(first.substr(0, 36), first.substr(37, 36)) << "each place draws its own";
  user.draw_anew();
  EXPECT_NE(drawn.render(user), first);
  EXPECT_NE(drawn.render(Variables(1, 8, timeline)), first) << "each user draws its own";
  EXPECT_NE(drawn.render(Variables(2, 7, timeline)), first) << "and each seed";
  EXPECT_EQ(drawn.render(Variables(1, 7, timeline)), first);
}

TEST(TextTemplate, GeneratorsMakeWhatTheySay) {
  const support::VirtualTimeline timeline;  // stands at 1000 s
  Variables user(1, 7, timeline);
  user.next_iteration();
  const auto made = [&](std::string_view source) { return text(source).render(user); };
  EXPECT_THAT(made("{{uuid}}"), MatchesRegex("[0-9a-f]+-[0-9a-f]+-4[0-9a-f]+-[89ab][0-9a-f]+-[0-9a-f]+"));
  EXPECT_EQ(made("{{user_id}}/{{iteration}}"), "7/1");
  EXPECT_EQ(made("{{timestamp}}"), "1000000");
  EXPECT_EQ(made("{{random_int(5, 5)}} {{random_int(-3, -3)}}"), "5 -3");
  EXPECT_THAT(made("{{random_name()}}"), MatchesRegex("[A-Z][a-z]+ [A-Z][a-z]+"));
  EXPECT_THAT(made("{{random_phone()}}"), MatchesRegex("\\+1[0-9]{3}55501[0-9]{2}"));
  EXPECT_THAT(made("{{random_email()}}"), testing::EndsWith("@example.com"));
  EXPECT_THAT(made("{{random_sentence()}}"), testing::HasSubstr(" "));
  EXPECT_THAT(made("{{random_choice(red, 'a, b')}}"), testing::AnyOf("red", "a, b"));
  EXPECT_EQ(made("{{now_iso()}}"), "1970-01-01T00:16:40Z");
  EXPECT_EQ(made("{{now_iso(+2h)}} {{now_iso(-40s)}} {{now_iso(1d)}}"),
            "1970-01-01T02:16:40Z 1970-01-01T00:16:00Z 1970-01-02T00:16:40Z");
}

TEST(TextTemplate, EveryGeneratorsExampleCompiles) {
  for (const Generator::Info& info : Generator::all())
    EXPECT_TRUE(std::holds_alternative<Generator>(Generator::parse(info.example, 0))) << info.name;
}

TEST(TextTemplate, GeneratorsRefuseWrongArguments) {
  const auto wrong = [](std::string_view call) {
    return std::get<SyntaxError>(Generator::parse(call, 0)).message;
  };
  EXPECT_EQ(wrong("random_int"), "random_int takes two whole numbers");
  EXPECT_EQ(wrong("random_int(1)"), "random_int takes two whole numbers");
  EXPECT_EQ(wrong("random_int(a, b)"), "random_int takes two whole numbers");
  EXPECT_EQ(wrong("random_int(2, 1)"), "random_int takes the smaller number first");
  EXPECT_EQ(wrong("random_int(1, 2"), "the closing parenthesis is missing");
  EXPECT_EQ(wrong("random_choice()"), "random_choice takes at least one text");
  EXPECT_EQ(wrong("now_iso(2)"), "now_iso takes one offset in s, m, h or d, or nothing");
  EXPECT_EQ(wrong("now_iso(99999999999d)"), "now_iso takes one offset in s, m, h or d, or nothing");
  EXPECT_EQ(wrong("uuid(4)"), "uuid takes nothing");
}

TEST(Variables, TheLastValueCounts) {
  VariableTable names;
  const Slot a = names.slot("a");
  EXPECT_EQ(names.slot("b"), a + 1);
  EXPECT_EQ(names.slot("a"), a);
  EXPECT_EQ(names.find("c"), std::nullopt);
  Variables user;
  EXPECT_EQ(user.get(a), "");
  user.set(a, "1");
  user.set(a, "2");
  EXPECT_EQ(user.get(a), "2");
  user.clear(a);
  EXPECT_EQ(user.get(a), "");
}

}  // namespace
}  // namespace soundcheck::core
