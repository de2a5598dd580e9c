#include "protocols/http/redirect.hpp"

#include <gtest/gtest.h>

#include "protocols/core/random.hpp"

namespace soundcheck::http {
namespace {

const Origin here{false, "app.test", "8080"};

std::string resolved(std::string_view location, std::string_view path = "/a/b?q=1",
                     const Origin& from = here) {
  const auto out = resolve_location(from, path, location);
  return out ? out->origin.text() + " " + out->path : "nothing";
}

TEST(ResolveLocation, RelativeAndAbsolute) {
  EXPECT_EQ(resolved("/c"), "http://app.test:8080 /c");
  EXPECT_EQ(resolved("c"), "http://app.test:8080 /a/c");
  EXPECT_EQ(resolved("../c?x=2#part"), "http://app.test:8080 /c?x=2");
  EXPECT_EQ(resolved("?x=2"), "http://app.test:8080 /a/b?x=2");
  EXPECT_EQ(resolved("//other.test/x"), "http://other.test /x");
  EXPECT_EQ(resolved("http://APP.test:8080/x"), "http://app.test:8080 /x");
  EXPECT_EQ(resolved("http://app.test:80"), "http://app.test /");
  EXPECT_EQ(resolved("https://app.test:443/x"), "https://app.test /x");
  EXPECT_EQ(resolved("https://app.test:/x"), "https://app.test /x");
  EXPECT_EQ(resolved("http://[::1]:81/x"), "http://[::1]:81 /x");
  EXPECT_EQ(resolved("/x", "/", {true, "::1", "443"}), "https://[::1] /x");
}

TEST(ResolveLocation, WhatBrowsersForgive) {
  EXPECT_EQ(resolved("  /with space\t"), "http://app.test:8080 /with%20space");
  EXPECT_EQ(resolved("/\xc3\xbc|{}"), "http://app.test:8080 /%C3%BC%7C%7B%7D");
}

TEST(ResolveLocation, OnlyHttp) {
  for (const char* location :
       {"ftp://x/", "javascript:alert(1)", "http://", "http:///x", "mailto:a@b", "http://a b/"})
    EXPECT_EQ(resolved(location), "nothing") << location;
}

/// What a hostile Location resolves to can always be sent as one request line.
TEST(ResolveLocation, AnyBytesGiveAHarmlessPathOrNothing) {
  core::Random random(3);
  constexpr std::string_view letters = "ab/.:?#[]@%20 \r\n\t\x80\xff{}|\\\"<>http";
  for (int i = 0; i < 20'000; ++i) {
    std::string location;
    for (std::uint64_t n = random.below(20); n > 0; --n) location += letters[random.below(letters.size())];
    const auto out = resolve_location(here, "/a", location);
    if (!out) continue;
    ASSERT_TRUE(out->path.starts_with('/')) << location;
    for (const char c : out->path + out->origin.authority()) {
      ASSERT_GT(static_cast<unsigned char>(c), 0x20) << location;
      ASSERT_LT(static_cast<unsigned char>(c), 0x7f) << location;
    }
  }
}

TEST(ParseOrigin, NamesOfAllowedHosts) {
  EXPECT_EQ(parse_origin("login.test", false)->text(), "http://login.test");
  EXPECT_EQ(parse_origin("login.test", true)->text(), "https://login.test");
  EXPECT_EQ(parse_origin("Login.test:8443", true)->text(), "https://login.test:8443");
  EXPECT_EQ(parse_origin("https://login.test/", false)->text(), "https://login.test");
  for (const char* text : {"", "ftp://x", "http://x/path", "http://u:p@x", "a b"})
    EXPECT_FALSE(parse_origin(text, false).has_value()) << text;
}

RequestSpec post() {
  RequestSpec spec{"POST", "/a", "app.test:8080", {}, "body", "text/plain"};
  spec.headers = {
      {"Authorization", "Bearer x"}, {"Content-Language", "en"}, {"X-Id", "7"}, {"cookie", "a=b"}};
  spec.chunked = true;
  return spec;
}

TEST(Redirected, MethodsAreRewrittenAsTheStandardsSay) {
  const Location to{here, "/b"};
  struct Row {
    int status;
    const char* method;
    const char* becomes;
  };
  for (const Row& row : {Row{301, "POST", "GET"},
                         {302, "POST", "GET"},
                         {303, "POST", "GET"},
                         {307, "POST", "POST"},
                         {308, "POST", "POST"},
                         {301, "PUT", "PUT"},
                         {302, "DELETE", "DELETE"},
                         {303, "PUT", "GET"},
                         {303, "HEAD", "HEAD"},
                         {302, "HEAD", "HEAD"},
                         {302, "GET", "GET"}}) {
    RequestSpec sent = post();
    sent.method = row.method;
    const RequestSpec next = redirected(sent, row.status, here, to);
    EXPECT_EQ(next.method, row.becomes) << row.status << row.method;
    EXPECT_EQ(next.path, "/b");
    const bool kept = std::string(row.method) == row.becomes;
    EXPECT_EQ(next.body, kept ? "body" : "");
    EXPECT_EQ(next.chunked, kept);
    EXPECT_EQ(find_header(next.headers, "content-language") != nullptr, kept);
    EXPECT_NE(find_header(next.headers, "x-id"), nullptr);
    EXPECT_NE(find_header(next.headers, "authorization"), nullptr) << "it is the same origin";
  }
}

TEST(Redirected, SecretsStayAtTheirOrigin) {
  for (const Origin& other : {Origin{false, "other.test", "8080"}, Origin{false, "app.test", "81"},
                              Origin{true, "app.test", "8080"}}) {
    const RequestSpec next = redirected(post(), 307, here, {other, "/b"});
    EXPECT_EQ(next.authority, other.authority());
    EXPECT_EQ(find_header(next.headers, "Authorization"), nullptr);
    EXPECT_EQ(find_header(next.headers, "Cookie"), nullptr);
    EXPECT_NE(find_header(next.headers, "X-Id"), nullptr);
  }
}

}  // namespace
}  // namespace soundcheck::http
