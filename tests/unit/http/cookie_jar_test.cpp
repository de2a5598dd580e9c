#include "protocols/http/cookie_jar.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "protocols/core/random.hpp"

namespace soundcheck::http {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view date = "Sun, 06 Nov 1994 08:49:37 GMT";

class CookieJarTest : public testing::Test {
 protected:
  void store(std::string_view cookie, std::string_view host = "app.test", std::string_view path = "/a/b") {
    jar.store(cookie, {host, path, false}, date, now);
  }
  std::string sent(std::string_view path = "/", std::string_view host = "app.test", bool secure = false) {
    std::string out = "left over";
    jar.write(out, {host, path, secure}, now);
    return out;
  }

  CookieJar jar;
  core::TimePoint now{1000s};
};

TEST_F(CookieJarTest, SendsBackWhatItWasGiven) {
  EXPECT_EQ(sent(), "");
  store("sid = 31d4 ; Path=/; HttpOnly; SameSite=Lax");
  store("lang=en; path=/");
  EXPECT_EQ(sent(), "sid=31d4; lang=en");
  store("sid=new; Path=/");
  EXPECT_EQ(sent(), "sid=new; lang=en");
  store("empty=; Path=/");
  EXPECT_EQ(sent(), "sid=new; lang=en; empty=");
  jar.clear();
  EXPECT_EQ(sent(), "");
}

TEST_F(CookieJarTest, PathsMatchWholeSegmentsAndLongerOnesGoFirst) {
  store("root=1; Path=/");
  store("deep=1; Path=/a/b");
  store("default=1");  // that of /a/b is /a
  EXPECT_EQ(sent("/"), "root=1");
  EXPECT_EQ(sent("/a"), "default=1; root=1");
  EXPECT_EQ(sent("/a?x=/b"), "default=1; root=1");
  EXPECT_EQ(sent("/a/b/c"), "deep=1; default=1; root=1");
  EXPECT_EQ(sent("/a/bc"), "default=1; root=1");
  EXPECT_EQ(sent("/ab"), "root=1");
}

TEST_F(CookieJarTest, OnlyItsHostAndTheDomainThatItNames) {
  store("mine=1; Path=/");
  store("shared=1; Path=/; Domain=.App.test", "www.app.test");
  store("foreign=1; Path=/; Domain=other.test");
  store("suffix=1; Path=/; Domain=test");
  store("narrower=1; Path=/; Domain=www.app.test");
  store("part=1; Path=/; Domain=pp.test");
  EXPECT_EQ(sent("/", "app.test"), "mine=1; shared=1");
  EXPECT_EQ(sent("/", "www.app.test"), "shared=1");
  EXPECT_EQ(sent("/", "evilapp.test"), "");
  EXPECT_EQ(jar.size(), 2u);
}

TEST_F(CookieJarTest, AnAddressIsNoDomain) {
  store("a=1; Path=/; Domain=10.0.0.1", "10.0.0.1");
  store("b=1; Path=/; Domain=0.0.1", "10.0.0.1");
  EXPECT_EQ(sent("/", "10.0.0.1"), "a=1");
  EXPECT_EQ(sent("/", "1.10.0.0.1"), "");
}

TEST_F(CookieJarTest, SecureOnesGoOverTlsOnly) {
  store("s=1; Path=/; Secure");
  EXPECT_EQ(sent("/"), "");
  EXPECT_EQ(sent("/", "app.test", true), "s=1");
}

TEST_F(CookieJarTest, AgeAndExpiryEndThem) {
  store("age=1; Path=/; Max-Age=10");
  store("date=1; Path=/; Expires=Sun, 06 Nov 1994 08:49:57 GMT");
  store("both=1; Path=/; Max-Age=30; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
  store("odd=1; Path=/; Max-Age=soon");
  EXPECT_EQ(sent(), "age=1; date=1; both=1; odd=1");
  now += 10s;
  EXPECT_EQ(sent(), "date=1; both=1; odd=1");
  now += 10s;
  EXPECT_EQ(sent(), "both=1; odd=1");
  store("both=; Path=/; Max-Age=0");
  EXPECT_EQ(sent(), "odd=1");
  store("odd=x; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(sent(), "");
  store("huge=1; Path=/; Max-Age=99999999999999999999");
  now += 24h * 399;
  EXPECT_EQ(sent(), "huge=1");
}

TEST_F(CookieJarTest, WithoutADateOnlyTheFarPastIsTold) {
  jar.store("a=1; Path=/", {"app.test", "/", false}, "", now);
  jar.store("b=1; Path=/; Expires=Sun, 06 Nov 2044 08:49:37 GMT", {"app.test", "/", false}, "", now);
  jar.store("a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", {"app.test", "/", false}, "", now);
  EXPECT_EQ(sent(), "b=1");
}

TEST_F(CookieJarTest, NonsenseIsIgnored) {
  for (const char* cookie : {"", ";", "=x", "novalue", "a\x01=b", "a=b\x7f"}) store(cookie);
  store("long=" + std::string(CookieJar::longest_cookie, 'x'));
  EXPECT_TRUE(jar.empty());
}

TEST_F(CookieJarTest, IsBoundedAndForgetsTheOldest) {
  for (std::size_t i = 0; i < CookieJar::most_cookies + 5; ++i) store(fmt::format("c{}=1; Path=/", i));
  EXPECT_EQ(jar.size(), CookieJar::most_cookies);
  EXPECT_EQ(sent().substr(0, 5), "c5=1;");
}

TEST_F(CookieJarTest, TheVersionGrowsOnlyWithChanges) {
  store("a=1; Path=/");
  const auto version = jar.version();
  store("a=1; Path=/");
  EXPECT_EQ(jar.version(), version);
  store("a=2; Path=/");
  EXPECT_GT(jar.version(), version);
}

TEST(CookieDates, InTheirForms) {
  for (const char* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994", "6 november 1994 8:49:37"})
    EXPECT_EQ(parse_http_date(text), 784'111'777) << text;
  EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
  for (const char* text : {"", "now", "06 Nov 1994", "31 Feb 1994 01:02:03", "6 Nov 1994 25:00:00",
                           "6 Nov 1500 08:49:37", "6 Nov 1994 08:49"})
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
}

/// Whatever comes, the jar stays bounded and the header stays one line.
TEST(CookieProperties, AnyBytesLeaveAHarmlessHeader) {
  core::Random random(7);
  CookieJar jar;
  constexpr std::string_view letters = "ab=; ,\t\r\n\0\x7f/.%PathDomainMax-Age=0 1Expires";
  for (int i = 0; i < 5'000; ++i) {
    std::string cookie;
    for (std::uint64_t n = random.below(40); n > 0; --n) cookie += letters[random.below(letters.size())];
    jar.store(cookie, {"app.test", "/", false}, date, core::TimePoint{});
    std::string out;
    jar.write(out, {"app.test", "/", true}, core::TimePoint{});
    ASSERT_EQ(out.find_first_of(std::string_view("\r\n\0", 3)), std::string::npos);
    ASSERT_LE(jar.size(), CookieJar::most_cookies);
  }
}

}  // namespace
}  // namespace soundcheck::http
