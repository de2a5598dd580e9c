#include "runner/importer/openapi_document.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

namespace soundcheck::importer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

boost::json::value json(std::string_view text) { return boost::json::parse(text); }

std::string example(std::string_view schema, std::string_view root = "{}") {
  const boost::json::value document = json(root);
  return boost::json::serialize(OpenApiDocument(document).example(json(schema)));
}

TEST(SchemaExample, Scalars) {
  EXPECT_EQ(example(R"({"type":"integer"})"), "1");
  EXPECT_EQ(example(R"({"type":"integer","minimum":5})"), "5");
  EXPECT_EQ(example(R"({"type":"integer","maximum":-3})"), "-3");
  EXPECT_EQ(example(R"({"type":"integer","minimum":5,"exclusiveMinimum":true})"), "6");
  EXPECT_EQ(example(R"({"type":"integer","multipleOf":7})"), "7");
  EXPECT_EQ(example(R"({"type":"number","exclusiveMinimum":2})"), "2.5E0");
  EXPECT_EQ(example(R"({"type":"boolean"})"), "true");
  EXPECT_EQ(example(R"({"type":"string"})"), "\"text\"");
  EXPECT_EQ(example(R"({"type":"string","minLength":6})"), "\"textxx\"");
  EXPECT_EQ(example(R"({"type":"string","maxLength":2})"), "\"te\"");
  EXPECT_EQ(example(R"({"type":["null","string"],"format":"date"})"), "\"2026-01-31\"");
  EXPECT_EQ(example(R"({"enum":[null,"a"]})"), "\"a\"");
  EXPECT_EQ(example(R"({"const":4})"), "4");
  EXPECT_EQ(example(R"({"type":"string","default":"d"})"), "\"d\"");
  EXPECT_EQ(example(R"({"type":"string","default":"d","example":"e"})"), "\"e\"");
  EXPECT_EQ(example(R"({"type":"string","examples":["f"]})"), "\"f\"");
  EXPECT_EQ(example("{}"), "{}");
}

TEST(SchemaExample, ListsAndMaps) {
  EXPECT_EQ(example(R"({"type":"array","items":{"type":"integer"},"minItems":2})"), "[1,1]");
  EXPECT_EQ(
      example(
          R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"readOnly":true,"type":"string"}}})"),
      R"({"a":1})");
  EXPECT_EQ(example(R"({"required":["a"],"properties":{"a":{"type":"integer"},"b":{"type":"string"}}})"),
            R"({"a":1})");
  EXPECT_EQ(example(R"({"additionalProperties":{"type":"integer"}})"), R"({"key":1})");
}

TEST(SchemaExample, Combinations) {
  EXPECT_EQ(
      example(R"({"allOf":[{"properties":{"a":{"type":"integer"}}},{"properties":{"b":{"type":"boolean"}}}],
                        "properties":{"c":{"const":1}}})"),
      R"({"a":1,"b":true,"c":1})");
  EXPECT_EQ(example(R"({"oneOf":[{"type":"null"},{"type":"integer"}]})"), "1");
  EXPECT_EQ(example(R"({"anyOf":[{"type":"string"}]})"), "\"text\"");
  EXPECT_EQ(example(R"({"allOf":[{"type":"string"}]})"), "\"text\"");
}

TEST(SchemaExample, CirclesAreCut) {
  constexpr std::string_view root =
      R"({"d":{"n":{"type":"object","properties":{"v":{"type":"integer"},"next":{"$ref":"#/d/n"}}},
               "m":{"type":"object","required":["next"],"properties":{"next":{"$ref":"#/d/m"}}},
               "a":{"$ref":"#/d/b"},"b":{"$ref":"#/d/a"}}})";
  EXPECT_EQ(example(R"({"$ref":"#/d/n"})", root), R"({"v":1})");
  EXPECT_EQ(example(R"({"$ref":"#/d/m"})", root), R"({"next":null})");
  EXPECT_EQ(example(R"({"$ref":"#/d/a"})", root), "null");
}

TEST(SchemaExample, ReferencesThatLeadNowhereAreSaid) {
  const boost::json::value root = json("{}");
  OpenApiDocument document(root);
  EXPECT_TRUE(document.example(json(R"({"$ref":"#/missing"})")).is_null());
  EXPECT_TRUE(document.example(json(R"({"$ref":"other.yaml#/x"})")).is_null());
  EXPECT_THAT(document.lost(),
              ElementsAre(HasSubstr("#/missing refers to: it is not in the document"),
                          HasSubstr("other.yaml#/x refers to: put everything into one document")));
}

}  // namespace
}  // namespace soundcheck::importer
