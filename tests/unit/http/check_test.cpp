#include "protocols/http/check.hpp"

#include <gtest/gtest.h>

#include "tests/support/names.hpp"

namespace soundcheck::http {
namespace {

using namespace std::chrono_literals;
using support::names;

RequestStep step() {
  RequestSpec spec;
  spec.method = "GET";
  spec.path = "/a";
  return {Request(spec), {200}, {}, {}};
}

Response answer(int status, std::string body = {}) {
  Response response;
  response.status = status;
  response.body_size = body.size();
  response.body = std::move(body);
  return response;
}

std::string judged(const RequestStep& s, const Response& response, core::Variables& variables,
                   core::Duration time = 1ms) {
  const auto failure = judge(s, response, response.body, time, CookieJar{}, variables);
  return failure ? std::string(to_string(failure->stage)) + ": " + failure->text : "";
}
std::string judged(const RequestStep& s, const Response& response, core::Duration time = 1ms) {
  core::Variables variables;
  return judged(s, response, variables, time);
}
std::string judged(const RequestStep& s, int status, const std::string& body = {}) {
  return judged(s, answer(status, body));
}

core::Expression expression(std::string_view text) {
  return std::get<core::Expression>(core::Expression::compile(text, names()));
}

TEST(Judge, Status) {
  RequestStep s = step();
  EXPECT_EQ(judged(s, 200), "");
  EXPECT_EQ(judged(s, 404), "check: GET /a: status 404, expected 200");
  EXPECT_EQ(judged(s, 429), "rate_limited: GET /a: 429 Too Many Requests");
  s.status = {200, 201};
  EXPECT_EQ(judged(s, 201), "");
  EXPECT_EQ(judged(s, 500), "check: GET /a: status 500, expected 200 or 201");
  s.status = {429};
  EXPECT_EQ(judged(s, 429), "") << "a 429 that the system file expects is good";
}

TEST(Judge, ClassesOfStatuses) {
  RequestStep s = step();
  s.status = {404};
  s.status.add(200, 299);
  EXPECT_EQ(judged(s, 299), "");
  EXPECT_EQ(judged(s, 404), "");
  EXPECT_EQ(judged(s, 300), "check: GET /a: status 300, expected 404 or 2xx");
}

TEST(Judge, Body) {
  RequestStep s = step();
  EXPECT_FALSE(s.wants_body());
  s.body.json.emplace_back("/status", R"("healthy")");
  EXPECT_TRUE(s.wants_body());
  EXPECT_EQ(judged(s, 200, R"({"status":"healthy"})"), "");
  EXPECT_EQ(judged(s, 200, R"({"status":"down"})"),
            R"(check: GET /a: the body is not as expected: /status is "down", expected "healthy")");
  EXPECT_EQ(judged(s, 200, "<html>"), "check: GET /a: the body is not as expected: it is not JSON");
}

TEST(Judge, Headers) {
  RequestStep s = step();
  s.headers.push_back({"Content-Type", support::text("application/json")});
  Response response = answer(200);
  EXPECT_EQ(judged(s, response), "check: GET /a: the answer has no header Content-Type");
  response.fields = {{"content-type", "application/json; charset=utf-8"}};
  EXPECT_EQ(judged(s, response), "");
  response.fields = {{"content-type", "text/html"}};
  EXPECT_EQ(judged(s, response),
            "check: GET /a: the header Content-Type is 'text/html', expected 'application/json'");
  s.headers[0].contains = support::text("{{wanted}}");
  core::Variables variables = support::variables({{"wanted", "json"}});
  EXPECT_EQ(judged(s, response, variables),
            "check: GET /a: the header Content-Type is another value, expected the value of its variable");
}

TEST(Judge, SizeAndTime) {
  RequestStep s = step();
  s.size = Bound{Bound::Op::less, 1'000, "< 1KB"};
  EXPECT_EQ(judged(s, 200, std::string(999, 'x')), "");
  EXPECT_EQ(judged(s, 200, std::string(2'345, 'x')), "check: GET /a: the body has 2.3KB, expected < 1KB");
  s.size.reset();
  s.time = Bound{Bound::Op::less_equal, core::Duration(500ms).count(), "<= 500ms"};
  EXPECT_EQ(judged(s, answer(200), 500ms), "");
  EXPECT_EQ(judged(s, answer(200), 734ms), "check: GET /a: it took 730ms, expected <= 500ms");
  EXPECT_EQ(judged(s, answer(200), 2345ms), "check: GET /a: it took 2.3s, expected <= 500ms");
}

TEST(Bound, EachOperator) {
  using Op = Bound::Op;
  for (const auto& [op, below, at, above] :
       {std::tuple{Op::less, true, false, false}, std::tuple{Op::less_equal, true, true, false},
        std::tuple{Op::greater, false, false, true}, std::tuple{Op::greater_equal, false, true, true}}) {
    const Bound bound{op, 5, ""};
    EXPECT_EQ(bound.holds(4), below);
    EXPECT_EQ(bound.holds(5), at);
    EXPECT_EQ(bound.holds(6), above);
  }
}

TEST(Judge, Extraction) {
  RequestStep s = step();
  s.extract = {{names().slot("id"), "id", PointerSource{"/id"}},
               {names().slot("name"), "name", PointerSource{"/user/name"}}};
  core::Variables variables;
  EXPECT_EQ(judged(s, answer(200, R"({"id":7,"user":{"name":"Ada"}})"), variables), "");
  EXPECT_EQ(support::get(variables, "id"), "7");
  EXPECT_EQ(support::get(variables, "name"), "Ada");
  EXPECT_EQ(judged(s, answer(200, R"({"id":8})"), variables),
            "check: GET /a: nothing at /user/name to extract as name");
  EXPECT_EQ(judged(s, 200, "no"), "check: GET /a: the body is not JSON");
}

TEST(Judge, AConditionSeesWhatWasExtracted) {
  RequestStep s = step();
  s.extract = {{names().slot("total"), "total", PointerSource{"/total"}}};
  s.that = expression("{{total}} > 0");
  EXPECT_EQ(judged(s, 200, R"({"total":2})"), "");
  EXPECT_EQ(judged(s, 200, R"({"total":0})"), "check: GET /a: expected {{total}} > 0, but total is 0");
  s.that = expression("{{total}} - 1 > 0");
  EXPECT_EQ(judged(s, 200, R"({"total":"many"})"),
            "check: GET /a: {{total}} - 1 > 0 cannot be judged: a value to calculate with is not a number");
}

}  // namespace
}  // namespace soundcheck::http
