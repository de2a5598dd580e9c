#include "protocols/core/expression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/support/names.hpp"

namespace soundcheck::core {
namespace {

Expression compiled(std::string_view text) {
  return std::get<Expression>(Expression::compile(text, support::names()));
}

SyntaxError wrong(std::string_view text) {
  return std::get<SyntaxError>(Expression::compile(text, support::names()));
}

const Variables& user() {
  static const Variables variables = support::variables({{"total", "3"},
                                                         {"price", "2.5"},
                                                         {"status", "queued"},
                                                         {"nothing", ""},
                                                         {"id", "12345678901234567890"},
                                                         {"yes", "true"},
                                                         {"no", "false"},
                                                         {"zero", "0"}});
  return variables;
}

TEST(Expression, WhatHolds) {
  for (const char* text : {"{{total}} == 3",
                           "{{total}} == 3.0",
                           "{{total}} != 4",
                           "{{total}} > 2 and {{total}} < 4",
                           "{{total}} >= 3",
                           "{{total}} <= 3",
                           "{{status}} == queued",
                           "{{status}} == 'queued'",
                           "{{status}} == \"queued\"",
                           "{{status}} != done",
                           "empty {{nothing}}",
                           "not empty {{status}}",
                           "{{status}} contains eue",
                           "{{status}} contains 'ue'",
                           "{{status}} matches '^q[a-z]+d$'",
                           "{{price}} * 2 == 5",
                           "{{total}} % 2 == 1",
                           "1 + 2 * 3 == 7",
                           "(1 + 2) * 3 == 9",
                           "10 - 4 - 3 == 3",
                           "12 / 4 / 3 == 1",
                           "-{{total}} < 0",
                           "- -1 == 1",
                           "{{no}} or {{yes}}",
                           "not {{no}}",
                           "{{yes}}",
                           "not {{zero}}",
                           "{{status}}",
                           "{{no}} and {{no}} or {{yes}}",
                           "not ({{no}} or {{zero}})",
                           "{{total}}>2",
                           "{{status}} > alpha",
                           "{{id}} == '12345678901234567890'",
                           "{{id}} != '12345678901234567891'",
                           "empty {{nothing}} and 1 < 2"}) {
    const Truth truth = compiled(text).holds(user());
    EXPECT_TRUE(truth.holds) << text << " " << truth.problem;
  }
}

TEST(Expression, WhatDoesNotHold) {
  for (const char* text :
       {"{{total}} == 4", "{{status}} == Queued", "empty {{status}}", "{{nothing}}", "{{zero}}", "{{no}}",
        "{{yes}} and {{no}}", "{{status}} matches '^x'", "{{nothing}} == 0", "not {{yes}}"})
    EXPECT_FALSE(compiled(text).holds(user()).holds) << text;
}

TEST(Expression, WhatCannotBeJudged) {
  EXPECT_EQ(compiled("{{status}} + 1 > 0").holds(user()).problem,
            "a value to calculate with is not a number");
  EXPECT_EQ(compiled("{{nothing}} * 2 == 0").holds(user()).problem, "a value to calculate with is empty");
  EXPECT_EQ(compiled("1 / {{zero}} > 0").holds(user()).problem, "a division by zero");
  EXPECT_FALSE(compiled("1 / {{zero}} >= 0").holds(user()).holds);
}

TEST(Expression, MistakesHaveTheirColumn) {
  const auto is = [](std::string_view text, std::size_t column, std::string_view message) {
    const SyntaxError error = wrong(text);
    EXPECT_EQ(error.column, column) << text;
    EXPECT_EQ(error.message, message) << text;
  };
  is("{{total}} = 3", 11, "one = compares nothing");
  is("{{total}} ==", 13, "a value is missing here");
  is("", 1, "a value is missing here");
  is("({{total}} > 1", 15, "a closing parenthesis is missing");
  is("total > 1", 1, "\"total\" is neither a value nor an operator here");
  is("{{total}} > 1 {{total}}", 15, "this does not belong to the expression before it");
  is("{{total}} > 1 && 1 < 2", 15, "this does not belong to the expression before it");
  is("{{total", 1, "this {{ is not closed");
  is("1 < {{to-tal}}", 5, "this {{ does not name a variable");
  is("{{status}} == in-progress", 15, "a text with such signs needs quotes");
  is("{{status}} == 'open", 15, "the closing ' is missing");
  is("{{status}} matches q.*", 20, "a regular expression in quotes is expected here");
  is("{{status}} == 3x", 15, "this is not a number");
  is("{{total}} > $", 13, "'$' does not belong here");
  EXPECT_THAT(wrong("{{status}} matches '('").message,
              testing::StartsWith("this is not a regular expression: "));
  EXPECT_EQ(wrong(std::string(200, '(')).message, "the expression is nested too deeply");
}

TEST(Expression, ExplainsItsVariablesButNoSecret) {
  support::set(const_cast<Variables&>(user()), "api_token", "s3cret");
  EXPECT_EQ(compiled("{{total}} > 5 and {{status}} == done and {{total}} < 9").explain(user()),
            "total is 3, status is queued");
  EXPECT_EQ(compiled("empty {{nothing}}").explain(user()), "nothing is empty");
  EXPECT_EQ(compiled("{{api_token}} == x").explain(user()), "api_token is (hidden)");
}

TEST(Expression, NamesItsVariables) {
  EXPECT_THAT(compiled("{{a}} > {{b}} + {{a}}").variables(), testing::ElementsAre("a", "b", "a"));
  EXPECT_TRUE(Expression().holds({}).holds) << "without a text it always holds";
}

TEST(NumberOf, OnlyWhatADoubleHolds) {
  EXPECT_EQ(number_of("12"), 12.0);
  EXPECT_EQ(number_of("-0.5"), -0.5);
  EXPECT_EQ(number_of("1e3"), 1000.0);
  for (const char* text : {"", "-", "inf", "nan", "1x", " 1", "0x10", "12345678901234567890", "1e999"})
    EXPECT_EQ(number_of(text), std::nullopt) << text;
}

/// Sums and products of random small numbers, with random parentheses, against the same calculated beside.
TEST(Expression, CalculatesLikeC) {
  std::mt19937 random(7);
  const auto number = [&] { return static_cast<int>(random() % 9) + 1; };
  for (int i = 0; i < 500; ++i) {
    const int a = number(), b = number(), c = number(), d = number();
    const auto text = [&](const char* pattern) {
      std::string out(pattern);
      for (auto [name, value] : {std::pair{'A', a}, {'B', b}, {'C', c}, {'D', d}}) {
        for (std::size_t at = out.find(name); at != std::string::npos; at = out.find(name))
          out.replace(at, 1, std::to_string(value));
      }
      return out;
    };
    const auto holds = [&](const char* pattern, int value) {
      const std::string whole = text(pattern) + " == " + std::to_string(value);
      EXPECT_TRUE(compiled(whole).holds({}).holds) << whole;
    };
    holds("A + B * C - D", a + b * c - d);
    holds("(A + B) * (C - D)", (a + b) * (c - d));
    holds("A * B % C + D", a * b % c + d);
    holds("A - (B - (C - D))", a - (b - (c - d)));
    EXPECT_EQ(compiled(text("A < B or C < D and A < D")).holds({}).holds, a < b || (c < d && a < d));
    EXPECT_EQ(compiled(text("not A < B and C >= D")).holds({}).holds, !(a < b) && c >= d);
  }
}

/// Whatever is written, it is an expression or a mistake with a place in it.
TEST(Expression, AnyTextIsSurvived) {
  std::mt19937 random(11);
  const std::vector<std::string> parts{"{{a}}",    "(",       ")", "and",  "or", "not", "==", "<",
                                       "1",        "'x'",     "+", "-",    "*",  "/",   "%",  "empty",
                                       "contains", "matches", " ", "word", "{{", "'"};
  for (int i = 0; i < 5'000; ++i) {
    std::string text;
    for (std::size_t n = random() % 12; n > 0; --n) text += parts[random() % parts.size()];
    const auto result = Expression::compile(text, support::names());
    if (const auto* error = std::get_if<SyntaxError>(&result)) {
      EXPECT_GE(error->column, 1U) << text;
      EXPECT_LE(error->column, text.size() + 1) << text;
    } else {
      std::get<Expression>(result).holds(user());
    }
  }
}

}  // namespace
}  // namespace soundcheck::core
