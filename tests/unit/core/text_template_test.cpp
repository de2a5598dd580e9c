#include "protocols/core/text_template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace soundcheck::core {
namespace {

std::string render(std::string_view text, const Variables& variables) {
  std::string out;
  TextTemplate::compile(text).render(variables, out);
  return out;
}

TEST(TextTemplate, PutsVariablesIn) {
  Variables variables;
  variables.set("id", "7");
  variables.set("name", "Ada");
  EXPECT_EQ(render("/calls/{{id}}/end?by={{name}}", variables), "/calls/7/end?by=Ada");
  EXPECT_EQ(render("{{id}}{{id}}", variables), "77");
  EXPECT_EQ(render("{{ id }}", variables), "7");
  EXPECT_EQ(render("a{{unknown}}b", variables), "ab");
}

TEST(TextTemplate, LeavesEverythingElseAsItIs) {
  const Variables none;
  for (const std::string_view text : {"", "plain", "{{open", "close}}", "{ {a} }", "{\"a\":{\"b\":1}}"}) {
    EXPECT_EQ(render(text, none), text);
    EXPECT_TRUE(TextTemplate::compile(text).constant());
    EXPECT_EQ(TextTemplate::compile(text).text(), text);
  }
}

TEST(TextTemplate, AValueIsNotLookedAtAgain) {
  Variables variables;
  variables.set("a", "{{b}}");
  variables.set("b", "no");
  EXPECT_EQ(render("{{a}}", variables), "{{b}}");
}

TEST(TextTemplate, RenderingAppends) {
  std::string out = "before ";
  TextTemplate::compile("text").render({}, out);
  EXPECT_EQ(out, "before text");
}

TEST(TextTemplate, NamesItsVariables) {
  EXPECT_THAT(TextTemplate::compile("{{a}} and {{ b }}").variables(), testing::ElementsAre("a", "b"));
}

TEST(Variables, TheLastValueCounts) {
  Variables variables;
  EXPECT_FALSE(variables.has("a"));
  EXPECT_EQ(variables.get("a"), "");
  variables.set("a", "1");
  variables.set("a", "2");
  EXPECT_TRUE(variables.has("a"));
  EXPECT_EQ(variables.get("a"), "2");
}

}  // namespace
}  // namespace soundcheck::core
