#include "runner/importer/yaml_text.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "protocols/core/random.hpp"
#include "runner/profile/yaml.hpp"

namespace soundcheck::importer {
namespace {

boost::json::value read_back(const std::string& text) {
  profile::Mistakes mistakes;
  const auto value = profile::parse_yaml(text, "yaml", mistakes);
  for (const profile::Diagnostic& d : mistakes.take()) ADD_FAILURE() << d.to_string() << "\n" << text;
  return value ? profile::to_json(*value) : boost::json::value();
}

TEST(YamlText, PlainWhereItIsSafe) {
  EXPECT_EQ(yaml_text("GET /a/b?c=1&d=2"), "GET /a/b?c=1&d=2");
  EXPECT_EQ(yaml_text("a face"), "a face");
  EXPECT_EQ(yaml_text("a: b"), "\"a: b\"");
  EXPECT_EQ(yaml_text("{{id}}"), "\"{{id}}\"");
  EXPECT_EQ(yaml_text("200"), "\"200\"");
  EXPECT_EQ(yaml_text("true"), "\"true\"");
  EXPECT_EQ(yaml_text(""), "\"\"");
  EXPECT_EQ(yaml_text("- a"), "\"- a\"");
  EXPECT_EQ(yaml_text("a\n\"b\"\\"), "\"a\\n\\\"b\\\"\\\\\"");
}

TEST(YamlText, ShortMapsStandOnOneLine) {
  EXPECT_EQ(yaml_entry("body", boost::json::parse(R"({"a":1,"b":["x",{}]})"), 4),
            "    body: {a: 1, b: [x, {}]}\n");
  const boost::json::value longer = {{"key", std::string(120, 'x')},
                                     {"list", {1, {{"a", std::string(99, 'y')}}}}};
  EXPECT_EQ(yaml_entry("body", longer, 0), "body:\n  key: " + std::string(120, 'x') +
                                               "\n  list:\n    - 1\n    - a: " + std::string(99, 'y') + "\n");
}

boost::json::value random_value(core::Random& random, int depth) {
  constexpr std::string_view characters("ab1 :#-{}[],\"'\\\n\t\x01&*!|>%@`~$?.=<");
  const auto text = [&] {
    std::string out;
    for (std::uint64_t n = random.below(9); n > 0; --n) out += characters[random.below(characters.size())];
    return random.below(4) == 0 ? out + "\xc3\xa9" : out;
  };
  switch (random.below(depth > 4 ? 5 : 7)) {
    case 0:
      return nullptr;
    case 1:
      return random.below(2) == 0;
    case 2:
      return static_cast<std::int64_t>(random.below(1'000'000)) - 500'000;
    case 3:
      return static_cast<double>(random.below(1000)) / 8 + 0.0625;
    case 4:
      return boost::json::value(text());
    case 5: {
      boost::json::array list;
      for (std::uint64_t n = random.below(4); n > 0; --n) list.push_back(random_value(random, depth + 1));
      return list;
    }
    default: {
      boost::json::object map;
      for (std::uint64_t n = random.below(4); n > 0; --n) map[text()] = random_value(random, depth + 1);
      return map;
    }
  }
}

/// Whatever is written is read back the same.
TEST(YamlText, EveryValueSurvives) {
  core::Random random(42);
  for (int i = 0; i < 2000; ++i) {
    const boost::json::value value = random_value(random, 0);
    const std::string text = yaml_entry("value", value, 0);
    EXPECT_EQ(read_back(text).at("value"), value) << text;
  }
}

TEST(YamlText, WhatDoesNotFitIsSaid) {
  boost::json::value deep = 1;
  for (int i = 0; i < 30; ++i) deep = boost::json::object{{"a", deep}};
  EXPECT_FALSE(fits_yaml(deep));
  EXPECT_FALSE(fits_yaml(boost::json::object{{std::string(600, 'k'), 1}}));
  EXPECT_TRUE(fits_yaml(boost::json::parse(R"({"a":{"b":[1,2]}})")));
}

}  // namespace
}  // namespace soundcheck::importer
