#include "runner/importer/postman_script.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

namespace soundcheck::importer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(PostmanScript, StatusesInEveryForm) {
  EXPECT_THAT(read_postman_script({"pm.response.to.have.status(201);"}).status, ElementsAre(201));
  EXPECT_THAT(read_postman_script({"pm.test('x', () => pm.response.to.have.status(204));"}).status,
              ElementsAre(204));
  EXPECT_THAT(
      read_postman_script({"pm.test('x', function () {", "  pm.response.to.have.status(404)", "})"}).status,
      ElementsAre(404));
  EXPECT_THAT(read_postman_script({"pm.expect(pm.response.code).to.eql(200)"}).status, ElementsAre(200));
  EXPECT_THAT(read_postman_script({"pm.expect(pm.response.code).to.be.oneOf([202,201])"}).status,
              ElementsAre(201, 202));
  EXPECT_THAT(read_postman_script({"tests[\"ok\"] = responseCode.code === 200;"}).status, ElementsAre(200));
  EXPECT_TRUE(read_postman_script({"pm.response.to.be.ok"}).any_success);
}

TEST(PostmanScript, ValuesThatAreKept) {
  const ScriptFacts facts = read_postman_script({"let body = pm.response.json();",
                                                 "pm.environment.set('a', body.data.items[0][\"x/y\"]);",
                                                 "pm.collectionVariables.set(\"b\", pm.response.json().id)",
                                                 "postman.setGlobalVariable(\"c\", body.c);"});
  EXPECT_THAT(facts.extracts,
              ElementsAre(Pair("a", "/data/items/0/x~1y"), Pair("b", "/id"), Pair("c", "/c")));
  EXPECT_THAT(facts.lost, IsEmpty());
}

TEST(PostmanScript, ExpectedValues) {
  const ScriptFacts facts = read_postman_script(
      {"const r = pm.response.json();", "pm.expect(r.state).to.eql('open');", "pm.expect(r.n).to.equal(3)",
       "pm.expect(r.ok).to.be.equal(true)", "pm.expect(pm.response.responseTime).to.be.below(250);"});
  EXPECT_THAT(facts.expects,
              ElementsAre(Pair("/state", boost::json::value("open")), Pair("/n", boost::json::value(3)),
                          Pair("/ok", boost::json::value(true))));
  EXPECT_EQ(facts.below_ms, 250);
}

/// Texts in them may be passwords; names of variables are not.
TEST(PostmanScript, EverythingElseIsGivenBackWithoutItsTexts) {
  EXPECT_THAT(read_postman_script(
                  {"// a comment", "/* two", "lines */ var x = 1;", "pm.environment.set('t', Date.now());",
                   "pm.expect(other.a).to.eql(1);", "console.log('a; b // c');",
                   "pm.environment.set(\"password\", \"hunter2\");", "x = 'it\\'s; hunter2' + y;"})
                  .lost,
              ElementsAre("var x = 1", "pm.environment.set('t', Date.now())", "pm.expect(other.a).to.eql(1)",
                          "console.log('…')", "pm.environment.set(\"password\", \"…\")", "x = '…' + y"));
}

TEST(PostmanScript, TextsOfSeveralLinesAreHiddenAsAWhole) {
  EXPECT_THAT(read_postman_script(
                  {"const key = `-----BEGIN KEY-----", "hunter2", "`; go(key);", "// don`t", "stop()"})
                  .lost,
              ElementsAre("const key = `…`", "go(key)", "stop()"));
  EXPECT_THAT(read_postman_script({"// one text, two lines\npm.response.to.have.status(201);"}).status,
              ElementsAre(201));
}

}  // namespace
}  // namespace soundcheck::importer
