#include "protocols/core/json_path.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace soundcheck::core {
namespace {

/// What the path finds, as the text of a JSON array; or why it is none: "column 3: ...".
std::string found(std::string_view path, std::string_view text) {
  const auto document = JsonDocument::parse(text);
  if (!document) return "the document is not JSON";
  const auto parsed = JsonPath::parse(path);
  if (const auto* error = std::get_if<JsonPathError>(&parsed))
    return fmt::format("column {}: {}", error->column, error->text);
  return std::get<JsonPath>(parsed).find(*document).array();
}

std::string problem(std::string_view path) { return found(path, "{}"); }

// RFC 9535, figure 1.
constexpr std::string_view store = R"({"store":{"book":[
  {"category":"reference","author":"Nigel Rees","title":"Sayings of the Century","price":8.95},
  {"category":"fiction","author":"Evelyn Waugh","title":"Sword of Honour","price":12.99},
  {"category":"fiction","author":"Herman Melville","title":"Moby Dick","isbn":"0-553-21311-3","price":8.99},
  {"category":"fiction","author":"J. R. R. Tolkien","title":"The Lord of the Rings","isbn":"0-395-19395-8",
   "price":22.99}],
  "bicycle":{"color":"red","price":399}}})";

TEST(JsonPath, GivesWhatTheStandardsExamplesGive) {
  const std::string authors = R"(["Nigel Rees","Evelyn Waugh","Herman Melville","J. R. R. Tolkien"])";
  EXPECT_EQ(found("$.store.book[*].author", store), authors);
  EXPECT_EQ(found("$..author", store), authors);
  EXPECT_EQ(found("$.store..price", store), "[8.95E0,1.299E1,8.99E0,2.299E1,399]");
  EXPECT_EQ(found("$..book[2].author", store), R"(["Herman Melville"])");
  EXPECT_EQ(found("$..book[2].publisher", store), "[]");
  EXPECT_EQ(found("$..book[-1].title", store), R"(["The Lord of the Rings"])");
  EXPECT_EQ(found("$..book[0,1].title", store), R"(["Sayings of the Century","Sword of Honour"])");
  EXPECT_EQ(found("$..book[:2].title", store), R"(["Sayings of the Century","Sword of Honour"])");
  EXPECT_EQ(found("$..book[?@.isbn].title", store), R"(["Moby Dick","The Lord of the Rings"])");
  EXPECT_EQ(found("$..book[?@.price<10].title", store), R"(["Sayings of the Century","Moby Dick"])");
}

TEST(JsonPath, SelectsNamesOfEveryForm) {
  constexpr std::string_view text = R"({"o":{"j j":{"k.k":3}},"'":{"@":2},"ü":1,"a":[]})";
  EXPECT_EQ(found("$", "7"), "[7]");
  EXPECT_EQ(found("$.o['j j']['k.k']", text), "[3]");
  EXPECT_EQ(found(R"($.o["j j"]["k.k"])", text), "[3]");
  EXPECT_EQ(found(R"($["'"]["@"])", text), "[2]");
  EXPECT_EQ(found(R"($['\'']['@'])", text), "[2]");
  EXPECT_EQ(found("$.ü", text), "[1]");
  EXPECT_EQ(found(R"($['\u00fc'])", text), "[1]");
  EXPECT_EQ(found(R"($['\ud83d\ude00'])", "{\"\U0001F600\":1}"), "[1]");
  EXPECT_EQ(found("$ .o [ 'j j' ] \n['k.k']", text), "[3]");
  EXPECT_EQ(found("$.a.b", text), "[]");
  EXPECT_EQ(found("$[0]", text), "[]");
  EXPECT_EQ(found("$['ü','nothing','ü']", text), "[1,1]");
}

TEST(JsonPath, SelectsElementsAndSlices) {
  constexpr std::string_view text = R"(["a","b","c","d","e","f","g"])";
  EXPECT_EQ(found("$[1]", text), R"(["b"])");
  EXPECT_EQ(found("$[-2]", text), R"(["f"])");
  EXPECT_EQ(found("$[7]", text), "[]");
  EXPECT_EQ(found("$[-8]", text), "[]");
  EXPECT_EQ(found("$[1:3]", text), R"(["b","c"])");
  EXPECT_EQ(found("$[5:]", text), R"(["f","g"])");
  EXPECT_EQ(found("$[1:5:2]", text), R"(["b","d"])");
  EXPECT_EQ(found("$[5:1:-2]", text), R"(["f","d"])");
  EXPECT_EQ(found("$[::-1]", text), R"(["g","f","e","d","c","b","a"])");
  EXPECT_EQ(found("$[ : 2 : ]", text), R"(["a","b"])");
  EXPECT_EQ(found("$[-3:-1]", text), R"(["e","f"])");
  EXPECT_EQ(found("$[::0]", text), "[]");
  EXPECT_EQ(found("$[0:9007199254740991:9007199254740991]", text), R"(["a"])");
  EXPECT_EQ(found("$[0, -1, 0:2]", text), R"(["a","g","a","b"])");
  EXPECT_EQ(found("$[1:3]", R"({"1":1})"), "[]");
}

TEST(JsonPath, DescendsInTheOrderOfTheDocument) {
  constexpr std::string_view text = R"({"o":{"j":1,"k":2},"a":[5,3,[{"j":4},{"k":6}]]})";
  EXPECT_EQ(found("$..j", text), "[1,4]");
  EXPECT_EQ(found("$..[0]", text), R"([5,{"j":4}])");
  EXPECT_EQ(found("$.o..[*,*]", text), "[1,2,1,2]");
  EXPECT_EQ(found("$.a..[0,1]", text), R"([5,3,{"j":4},{"k":6}])");
  EXPECT_EQ(found("$..*", text),
            R"([{"j":1,"k":2},[5,3,[{"j":4},{"k":6}]],1,2,5,3,[{"j":4},{"k":6}],{"j":4},{"k":6},4,6])");
}

TEST(JsonPath, FiltersByComparison) {
  // RFC 9535, 2.3.5.3.
  constexpr std::string_view text =
      R"({"a":[3,5,1,2,4,6,{"b":"j"},{"b":"k"},{"b":{}},{"b":"kilo"}],"o":{"p":1,"q":2,"r":3,"s":5,"t":{"u":6}},"e":"f"})";
  EXPECT_EQ(found("$.a[?@.b == 'kilo']", text), R"([{"b":"kilo"}])");
  EXPECT_EQ(found("$.a[?(@.b == 'kilo')]", text), R"([{"b":"kilo"}])");
  EXPECT_EQ(found("$.a[?@>3.5]", text), "[5,4,6]");
  EXPECT_EQ(found("$.a[?@.b]", text), R"([{"b":"j"},{"b":"k"},{"b":{}},{"b":"kilo"}])");
  EXPECT_EQ(found("$[?@.*]", text).substr(0, 8), "[[3,5,1,");
  EXPECT_EQ(found("$[?@[?@.b]]", text).substr(0, 8), "[[3,5,1,");
  EXPECT_EQ(found("$.o[?@<3, ?@<3]", text), "[1,2,1,2]");
  EXPECT_EQ(found(R"($.a[?@<2 || @.b == "k"])", text), R"([1,{"b":"k"}])");
  EXPECT_EQ(found("$.o[?@>1 && @<4]", text), "[2,3]");
  EXPECT_EQ(found("$.o[?@.u || @.x]", text), R"([{"u":6}])");
  EXPECT_EQ(found("$.a[?@.b == $.x]", text), "[3,5,1,2,4,6]");
  EXPECT_EQ(found("$.a[?@ == @]", text).size(), text.find(R"(,"o")") - 5);
  EXPECT_EQ(found("$.a[?!@.b && !(@ == 3 || @ >= 4)]", text), "[1,2]");
}

TEST(JsonPath, ComparesByKindAndValue) {
  // RFC 9535, table 11: what is absent equals only what is absent, and is less than nothing.
  const auto holds = [](const std::string& condition) {
    return found(
               "$.x[?" + condition + "]",
               R"({"x":[1],"obj":{"x":"y","n":[1.0,{"z":2}]},"same":{"n":[1,{"z":2.0}],"x":"y"},"arr":[2,3]})") ==
           "[1]";
  };
  EXPECT_TRUE(holds("$.absent1 == $.absent2"));
  EXPECT_TRUE(holds("$.absent1 <= $.absent2"));
  EXPECT_FALSE(holds("$.absent == 'g'"));
  EXPECT_FALSE(holds("$.absent1 != $.absent2"));
  EXPECT_TRUE(holds("$.absent != 'g'"));
  EXPECT_TRUE(holds("1 <= 2"));
  EXPECT_FALSE(holds("1 > 2"));
  EXPECT_FALSE(holds("13 == '13'"));
  EXPECT_TRUE(holds("'a' <= 'b'"));
  EXPECT_FALSE(holds("'a' > 'b'"));
  EXPECT_TRUE(holds("$.obj == $.same"));
  EXPECT_FALSE(holds("$.obj == $.arr"));
  EXPECT_TRUE(holds("$.obj != $.arr"));
  EXPECT_FALSE(holds("$.obj <= $.arr"));
  EXPECT_FALSE(holds("$.obj < $.same"));
  EXPECT_TRUE(holds("$.obj <= $.same"));
  EXPECT_FALSE(holds("1 <= $.arr"));
  EXPECT_TRUE(holds("true == true"));
  EXPECT_FALSE(holds("true > true"));
  EXPECT_TRUE(holds("null == null"));
  EXPECT_FALSE(holds("null == false"));
  EXPECT_TRUE(holds("-0.5e1 == -5"));
}

TEST(JsonPath, SaysWhereItStoppedToUnderstand) {
  EXPECT_EQ(problem("items"), "column 1: a JSONPath begins with '$'");
  EXPECT_EQ(problem(""), "column 1: a JSONPath begins with '$'");
  EXPECT_EQ(problem("$items"), "column 2: expected '.', '..' or '[' here");
  EXPECT_EQ(problem("$."), "column 3: expected a name or '*' after '.'");
  EXPECT_EQ(problem("$.items."), "column 9: expected a name or '*' after '.'");
  EXPECT_EQ(problem("$.."), "column 4: expected a name, '*' or '[' after '..'");
  EXPECT_EQ(problem("$. a"), "column 3: expected a name or '*' after '.'");
  EXPECT_EQ(problem("$[items]"), "column 3: expected a quoted name, an index, a slice, '*' or '?'");
  EXPECT_EQ(problem("$[]"), "column 3: expected a quoted name, an index, a slice, '*' or '?'");
  EXPECT_EQ(problem("$['a'"), "column 6: expected ',' or ']' after a selector");
  EXPECT_EQ(problem("$['a]"), "column 3: there is no closing ' for this one");
  EXPECT_EQ(problem("$[01]"), "column 3: an integer has no leading zero and no '-0'");
  EXPECT_EQ(problem("$[-0]"), "column 4: an integer has no leading zero and no '-0'");
  EXPECT_EQ(problem("$[9007199254740992]"), "column 3: an integer is at most 9007199254740991");
  EXPECT_EQ(problem(R"($['\x'])"),
            R"(column 5: no such escape; these are: \b \f \n \r \t \/ \\ \uXXXX and the quote)");
  EXPECT_EQ(problem(R"($['\ud83d'])"), "column 6: half of a surrogate pair");
  EXPECT_EQ(problem("$[?@.a = 1]"), "column 8: a comparison is written '=='");
  EXPECT_EQ(problem("$[?1]"), "column 5: expected a comparison: == != < <= > >=");
  EXPECT_EQ(problem("$[?@.a == ]"),
            "column 11: expected '@', '$', a number, a quoted text, true, false or null");
  EXPECT_EQ(problem("$[?(@.a]"), "column 8: expected ')'");
  EXPECT_EQ(problem("$[?!@.a == 1]"), "column 4: '!' before a comparison needs parentheses: !(a == b)");
  EXPECT_EQ(problem("$[?@.* == 1]"),
            "column 4: only a path to one value can be compared: names and indexes, "
            "no '*', '..', slice or filter");
  EXPECT_EQ(problem("$[?length(@.a) > 1]"), "column 4: functions such as length() are not supported");
  EXPECT_EQ(problem("$[?@.a == 01]"), "column 11: this is no number in JSON's notation");
  EXPECT_EQ(problem("$[?" + std::string(40, '(')), "column 36: nested more than 32 deep");
}

TEST(JsonPath, TextsAreWhatAPointerWouldGive) {
  const auto document = JsonDocument::parse(R"({"items":["a",1.5,{"b":[true,null]}]})");
  const auto path = std::get<JsonPath>(JsonPath::parse("$.items[*]"));
  const JsonValues values = path.find(*document);
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values.text(0), "a");
  EXPECT_EQ(values.text(1), "1.5");
  EXPECT_EQ(values.text(2), R"({"b":[true,null]})");
}

TEST(JsonPath, StopsAtTheLimitAndIsNotCut) {
  const auto document = JsonDocument::parse(R"([1,2,3])");
  const JsonValues values = std::get<JsonPath>(JsonPath::parse("$[*]")).find(*document, 2);
  EXPECT_EQ(values.array(), "[1,2]");
  EXPECT_FALSE(values.cut());
}

TEST(JsonPath, GivesUpWhenThereIsNoEnd) {
  std::string deep;
  for (int i = 0; i < 50; ++i) deep += "[0,0,";
  deep += "0" + std::string(50, ']');
  const auto document = JsonDocument::parse(deep);
  ASSERT_TRUE(document);
  const JsonValues values = std::get<JsonPath>(JsonPath::parse("$..*..*..*..*..*..*..*")).find(*document);
  EXPECT_TRUE(values.cut());
  EXPECT_LE(values.size(), JsonPath::most_values + 1);
  EXPECT_TRUE(std::get<JsonPath>(JsonPath::parse("$..[?@..*..*..*..*..*..*..x]")).find(*document).cut());
}

}  // namespace
}  // namespace soundcheck::core
