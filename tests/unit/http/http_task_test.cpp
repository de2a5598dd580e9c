#include "protocols/http/http_task.hpp"

#include <gtest/gtest.h>

namespace soundcheck::http {
namespace {

Step step() {
  RequestSpec spec;
  spec.method = "GET";
  spec.path = "/a";
  return {Request(spec), {200}, {}, {}};
}

std::string judged(const Step& s, int status, const std::string& body, core::Variables& variables) {
  const auto failure = judge(s, status, body, variables);
  return failure ? std::string(to_string(failure->stage)) + ": " + failure->text : "";
}
std::string judged(const Step& s, int status, const std::string& body = {}) {
  core::Variables variables;
  return judged(s, status, body, variables);
}

TEST(Judge, Status) {
  Step s = step();
  EXPECT_EQ(judged(s, 200), "");
  EXPECT_EQ(judged(s, 404), "check: GET /a: status 404, expected 200");
  EXPECT_EQ(judged(s, 429), "rate_limited: GET /a: 429 Too Many Requests");
  s.status = {200, 201};
  EXPECT_EQ(judged(s, 201), "");
  EXPECT_EQ(judged(s, 500), "check: GET /a: status 500, expected 200 or 201");
  s.status = {429};
  EXPECT_EQ(judged(s, 429), "") << "a 429 that the system file expects is good";
}

TEST(Judge, Body) {
  Step s = step();
  EXPECT_FALSE(s.wants_body());
  s.body.json.emplace_back("/status", R"("healthy")");
  EXPECT_TRUE(s.wants_body());
  EXPECT_EQ(judged(s, 200, R"({"status":"healthy"})"), "");
  EXPECT_EQ(judged(s, 200, R"({"status":"down"})"),
            R"(check: GET /a: the body is not as expected: /status is "down", expected "healthy")");
  EXPECT_EQ(judged(s, 200, "<html>"), "check: GET /a: the body is not as expected: it is not JSON");
}

TEST(Judge, Extraction) {
  Step s = step();
  s.extract = {{"id", "/id"}, {"name", "/user/name"}};
  core::Variables variables;
  EXPECT_EQ(judged(s, 200, R"({"id":7,"user":{"name":"Ada"}})", variables), "");
  EXPECT_EQ(variables.get("id"), "7");
  EXPECT_EQ(variables.get("name"), "Ada");
  EXPECT_EQ(judged(s, 200, R"({"id":8})", variables),
            "check: GET /a: nothing at /user/name to extract as name");
  EXPECT_EQ(judged(s, 200, "no"), "check: GET /a: the body is not JSON");
}

}  // namespace
}  // namespace soundcheck::http
