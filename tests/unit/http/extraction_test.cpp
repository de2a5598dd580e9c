#include "protocols/http/extraction.hpp"

#include <gtest/gtest.h>

#include <set>

#include "protocols/core/json.hpp"
#include "tests/support/names.hpp"
#include "tests/support/virtual_timeline.hpp"

namespace soundcheck::http {
namespace {

using Pick = Extraction::Pick;

PatternSource regex(const std::string& text, int group = 0) {
  auto source = std::get<PatternSource>(PatternSource::compile(text));
  source.group = group;
  return source;
}
core::JsonPath path(std::string_view text) { return std::get<core::JsonPath>(core::JsonPath::parse(text)); }

class ExtractionTest : public testing::Test {
 protected:
  /// The value of the variable, or what was wrong.
  std::string kept(decltype(Extraction::source) source, Pick pick = Pick::first,
                   std::optional<std::string> otherwise = std::nullopt) {
    const Extraction extraction{support::names().slot("x"), "x", std::move(source), pick, 0,
                                std::move(otherwise)};
    core::LazyJson content(body);
    auto wrong = extract({extraction}, content, response, jar, variables);
    return wrong ? *wrong : std::string(support::get(variables, "x"));
  }

  std::string body =
      R"({"items":[{"id":1,"s":"open"},{"id":22,"s":"closed"},{"id":333,"s":"open"}],"id":"c-1"})";
  Response response;
  CookieJar jar;
  support::VirtualTimeline timeline;
  core::Variables variables{1, 7, timeline};
};

TEST_F(ExtractionTest, ByPointer) {
  EXPECT_EQ(kept(PointerSource{"/id"}), "c-1");
  EXPECT_EQ(kept(PointerSource{"/items/1/id"}), "22");
  EXPECT_EQ(kept(PointerSource{"/items/1/id"}, Pick::all), R"(["22"])");
  EXPECT_EQ(kept(PointerSource{"/nothing"}), "nothing at /nothing to extract as x");
  EXPECT_EQ(kept(PointerSource{"/nothing"}, Pick::first, "none"), "none");
  EXPECT_EQ(kept(PointerSource{"/nothing"}, Pick::count), "0");
  body = "<html>";
  EXPECT_EQ(kept(PointerSource{"/id"}), "the body is not JSON");
  EXPECT_EQ(kept(PointerSource{"/id"}, Pick::first, ""), "");
}

TEST_F(ExtractionTest, ByPathWithAChoice) {
  const core::JsonPath open = path("$.items[?(@.s=='open')].id");
  EXPECT_EQ(kept(open), "1");
  EXPECT_EQ(kept(open, Pick::last), "333");
  EXPECT_EQ(kept(open, Pick::count), "2");
  EXPECT_EQ(kept(open, Pick::all), "[1,333]");
  EXPECT_EQ(kept(path("$.none[*]")), "nothing at $.none[*] to extract as x");
  EXPECT_EQ(kept(path("$.none[*]"), Pick::count), "0");
  EXPECT_EQ(kept(path("$.none[*]"), Pick::all), "[]");
  EXPECT_EQ(kept(path("$.none[*]"), Pick::random, "7"), "7");
}

TEST_F(ExtractionTest, RandomIsSeededAndReachesAll) {
  std::multiset<std::string> seen;
  for (int i = 0; i < 300; ++i) {
    variables.draw_anew();
    const std::string once = kept(path("$.items[*].id"), Pick::random);
    EXPECT_EQ(kept(path("$.items[*].id"), Pick::random), once) << "the same draw, the same value";
    seen.insert(once);
  }
  for (const char* value : {"1", "22", "333"})
    EXPECT_NEAR(static_cast<double>(seen.count(value)), 100, 40) << value;
}

TEST_F(ExtractionTest, ByRegularExpression) {
  body = "id=17; id=4; name=Ada";
  EXPECT_EQ(kept(regex(R"(id=(\d+))", 1)), "17");
  EXPECT_EQ(kept(regex(R"(id=(\d+))")), "id=17");
  EXPECT_EQ(kept(regex(R"(id=(\d+))", 1), Pick::last), "4");
  EXPECT_EQ(kept(regex(R"(id=(\d+))", 1), Pick::count), "2");
  EXPECT_EQ(kept(regex(R"(id=(\d+))", 1), Pick::all), R"(["17","4"])");
  EXPECT_EQ(kept(regex("(x)?name", 1)), "") << "a group that took no part";
  EXPECT_EQ(kept(regex("a*"), Pick::count), std::to_string(body.size() + 1)) << "matches of nothing end, too";
  EXPECT_EQ(kept(regex("nobody")), "nothing matches 'nobody' to extract as x");
  body = "say \"hi\"\n";
  EXPECT_EQ(kept(regex("\".*\"\\n"), Pick::all), R"(["\"hi\"\n"])");
}

TEST_F(ExtractionTest, ByHeader) {
  response.fields = {{"X-Token", "a"}, {"x-token", "b"}};
  EXPECT_EQ(kept(HeaderSource{"X-TOKEN"}), "a");
  EXPECT_EQ(kept(HeaderSource{"X-TOKEN"}, Pick::last), "b");
  EXPECT_EQ(kept(HeaderSource{"X-Other"}), "the answer has no header X-Other to extract as x");
}

TEST_F(ExtractionTest, ByCookieOfTheAnswerOrKeptBefore) {
  const CookieScope scope{"h", "/", false};
  jar.store("sid=old; Path=/", scope, "", timeline.now());
  EXPECT_EQ(kept(CookieSource{"sid"}), "old");
  response.set_cookies = {"a=1", "sid = new ; HttpOnly", "sid"};
  EXPECT_EQ(kept(CookieSource{"sid"}), "new");
  EXPECT_EQ(kept(CookieSource{"SID"}), "there is no cookie SID to extract as x")
      << "cookies' names have a case";
}

TEST_F(ExtractionTest, OnlyWhatLooksIntoTheBodyWantsIt) {
  const auto wants = [](decltype(Extraction::source) source) {
    return Extraction{0, "x", std::move(source)}.wants_body();
  };
  EXPECT_TRUE(wants(PointerSource{"/a"}));
  EXPECT_TRUE(wants(path("$.a")));
  EXPECT_TRUE(wants(regex("a")));
  EXPECT_FALSE(wants(HeaderSource{"a"}));
  EXPECT_FALSE(wants(CookieSource{"a"}));
}

TEST_F(ExtractionTest, RefusesWhatIsNoExpression) {
  EXPECT_EQ(std::get<std::string>(PatternSource::compile("a(b")),
            "this is not a regular expression: missing ): a(b");
  EXPECT_EQ(std::get<std::string>(PatternSource::compile("(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)")),
            "there are more than 15 groups");
}

}  // namespace
}  // namespace soundcheck::http
