#include "protocols/http/request.hpp"

#include <gtest/gtest.h>

#include "tests/support/names.hpp"

namespace soundcheck::http {
namespace {

RequestSpec spec(std::string method, std::string path, std::string body = {}) {
  RequestSpec out;
  out.method = std::move(method);
  out.path = std::move(path);
  out.authority = "h:8080";
  out.body = std::move(body);
  return out;
}

Request compiled(RequestSpec spec) { return Request(std::move(spec), &support::names()); }

std::string rendered(const Request& request, const core::Variables& variables = {}) {
  std::string buffer;
  return std::string(request.render(variables, buffer));
}

TEST(Request, AConstantOneIsRenderedOnce) {
  RequestSpec get = spec("GET", "/health");
  get.headers = {{"Accept", "application/json"}};
  const Request request = compiled(get);
  EXPECT_TRUE(request.constant());
  EXPECT_EQ(request.label(), "GET /health");
  EXPECT_EQ(rendered(request),
            "GET /health HTTP/1.1\r\nHost: h:8080\r\nUser-Agent: soundcheck/0.1\r\nAccept: "
            "application/json\r\n\r\n");
  std::string buffer;
  EXPECT_EQ(request.render({}, buffer).data(), request.render({}, buffer).data());
  EXPECT_TRUE(buffer.empty());
}

TEST(Request, ABodyHasItsLengthAndType) {
  RequestSpec post = spec("POST", "/calls", R"({"a":1})");
  post.content_type = "application/json";
  EXPECT_EQ(rendered(compiled(post)),
            "POST /calls HTTP/1.1\r\nHost: h:8080\r\nUser-Agent: soundcheck/0.1\r\nContent-Type: "
            "application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
}

TEST(Request, LengthZeroIsSaidOnlyWhereABodyIsUsual) {
  EXPECT_NE(rendered(compiled(spec("POST", "/"))).find("Content-Length: 0\r\n"), std::string::npos);
  EXPECT_NE(rendered(compiled(spec("PUT", "/"))).find("Content-Length: 0\r\n"), std::string::npos);
  for (const char* method : {"GET", "HEAD", "DELETE"})
    EXPECT_EQ(rendered(compiled(spec(method, "/"))).find("Content-Length"), std::string::npos) << method;
}

TEST(Request, VariablesGoIntoPathHeadersAndBody) {
  RequestSpec post = spec("POST", "/calls/{{id}}/end", R"({"by":"{{user}}"})");
  post.headers = {{"X-User", "{{user}}"}};
  const Request request = compiled(post);
  EXPECT_FALSE(request.constant());
  EXPECT_EQ(request.label(), "POST /calls/{{id}}/end");
  const core::Variables variables = support::variables({{"id", "c-1"}, {"user", "Ada"}});
  EXPECT_EQ(rendered(request, variables),
            "POST /calls/c-1/end HTTP/1.1\r\nHost: h:8080\r\nUser-Agent: soundcheck/0.1\r\nX-User: "
            "Ada\r\nContent-Length: 12\r\n\r\n{\"by\":\"Ada\"}");
}

TEST(Request, AVariableInThePathAloneKeepsTheConstantBody) {
  const core::Variables variables = support::variables({{"id", "1"}});
  EXPECT_EQ(
      rendered(compiled(spec("POST", "/{{id}}", "body")), variables),
      "POST /1 HTTP/1.1\r\nHost: h:8080\r\nUser-Agent: soundcheck/0.1\r\nContent-Length: 4\r\n\r\nbody");
}

TEST(Request, AValueCannotEndALineOrSplitThePath) {
  RequestSpec get = spec("GET", "/calls/{{id}}");
  get.headers = {{"X-Id", "{{id}}"}};
  core::Variables variables;
  support::set(variables, "id", std::string("a\r\nX-Evil: 1\r\n\r\nGET /x HTTP/1.1\x7f\0", 33) + "b");
  const std::string text = rendered(compiled(get), variables);
  EXPECT_EQ(text.find("\r\nX-Evil"), std::string::npos);
  EXPECT_EQ(text.find("\r\n\r\n"), text.size() - 4);
  EXPECT_EQ(text.substr(0, text.find("\r\n")),
            "GET /calls/a%0D%0AX-Evil:%201%0D%0A%0D%0AGET%20/x%20HTTP/1.1%7F%00b HTTP/1.1");
}

TEST(Request, ABodyTakesValuesAsTheyAre) {
  const core::Variables variables = support::variables({{"text", "a b\r\n"}});
  const std::string text = rendered(compiled(spec("POST", "/", "{{text}}")), variables);
  EXPECT_TRUE(text.ends_with("Content-Length: 5\r\n\r\na b\r\n"));
}

TEST(Request, KnowsWhatMayBeSentAgain) {
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
    EXPECT_TRUE(compiled(spec(method, "/")).idempotent()) << method;
  for (const char* method : {"POST", "PATCH"})
    EXPECT_FALSE(compiled(spec(method, "/")).idempotent()) << method;
  EXPECT_TRUE(compiled(spec("HEAD", "/")).head());
  EXPECT_FALSE(compiled(spec("GET", "/")).head());
}

}  // namespace
}  // namespace soundcheck::http
