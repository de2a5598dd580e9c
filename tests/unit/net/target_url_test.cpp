#include "protocols/net/target_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace soundcheck::net {
namespace {

struct GoodUrl {
  const char* text;
  const char* host;
  const char* port;
  const char* prefix;
  bool tls = false;
};

class GoodUrls : public testing::TestWithParam<GoodUrl> {};

TEST_P(GoodUrls, Parse) {
  const auto parsed = parse_target_url(GetParam().text);
  const auto* url = std::get_if<TargetUrl>(&parsed);
  ASSERT_NE(url, nullptr) << std::get<std::string>(parsed);
  EXPECT_EQ(url->host, GetParam().host);
  EXPECT_EQ(url->port, GetParam().port);
  EXPECT_EQ(url->prefix, GetParam().prefix);
  EXPECT_EQ(url->text, GetParam().text);
  EXPECT_EQ(url->tls, GetParam().tls);
}

INSTANTIATE_TEST_SUITE_P(Table, GoodUrls,
                         testing::Values(GoodUrl{"http://127.0.0.1:8080", "127.0.0.1", "8080", ""},
                                         GoodUrl{"http://localhost", "localhost", "80", ""},
                                         GoodUrl{"HTTP://localhost/", "localhost", "80", ""},
                                         GoodUrl{"http://[::1]:9000/", "::1", "9000", ""},
                                         GoodUrl{"http://[2001:db8::1]", "2001:db8::1", "80", ""},
                                         GoodUrl{"http://h:65535/a/b///", "h", "65535", "/a/b"},
                                         GoodUrl{"http://h/a%20b", "h", "80", "/a%20b"},
                                         GoodUrl{"https://h/a", "h", "443", "/a", true},
                                         GoodUrl{"https://[::1]:8443", "::1", "8443", "", true},
                                         GoodUrl{"https://h:80", "h", "80", "", true},
                                         GoodUrl{"ws://h", "h", "80", ""},
                                         GoodUrl{"WSS://h/", "h", "443", "", true}));

struct BadUrl {
  const char* text;
  const char* message;
};

class BadUrls : public testing::TestWithParam<BadUrl> {};

TEST_P(BadUrls, SayWhatToWrite) {
  const auto parsed = parse_target_url(GetParam().text);
  const auto* message = std::get_if<std::string>(&parsed);
  ASSERT_NE(message, nullptr);
  EXPECT_EQ(*message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadUrls,
    testing::Values(
        BadUrl{"", "'' is not a URL; write it like http://127.0.0.1:8080"},
        BadUrl{"127.0.0.1:8080", "'127.0.0.1:8080' is not a URL; write it like http://127.0.0.1:8080"},
        BadUrl{"http://", "'http://' is not a URL; write it like http://127.0.0.1:8080"},
        BadUrl{"http://a b/", "'http://a b/' is not a URL; write it like http://127.0.0.1:8080"},
        BadUrl{"http://[::1/", "'http://[::1/' is not a URL; write it like http://127.0.0.1:8080"},
        BadUrl{"ftp://h/",
               "'ftp://h/': scheme 'ftp' cannot be used, only http:// and https:// (or ws:// and wss://)"},
        BadUrl{"http://h/?a=1",
               "'http://h/': a target has no query and no fragment; put them into the system's paths"},
        BadUrl{"http://h/#a",
               "'http://h/': a target has no query and no fragment; put them into the system's paths"},
        BadUrl{"http://h:0", "'http://h:0': the port must be from 1 to 65535"},
        BadUrl{"http://h:70000", "'http://h:70000': the port must be from 1 to 65535"},
        BadUrl{"http://h:99999", "'http://h:99999': the port must be from 1 to 65535"},
        BadUrl{"http://h:", "'http://h:': the port must be from 1 to 65535"},
        BadUrl{"http://ada:secret@h",
               "the target URL holds a user name or password; send them as a header from the environment"}));

TEST(TargetUrl, NoMessageRepeatsASecret) {
  for (const char* text : {"https://ada:secret@h", "http://ada:secret@h:0", "http://ada:sec ret@h",
                           "ada:secret@h", "http://ada:secret@[::1", "http://ada:secret@",
                           "http://h/?token=secret", "ftp://h/?token=secret#secret", "http://a@secret@h",
                           "http://ada:?secret@h", "http://ada:#secret@h"}) {
    const auto parsed = parse_target_url(text);
    ASSERT_TRUE(std::holds_alternative<std::string>(parsed)) << text;
    EXPECT_THAT(std::get<std::string>(parsed), testing::Not(testing::HasSubstr("secret"))) << text;
    EXPECT_THAT(std::get<std::string>(parsed), testing::Not(testing::HasSubstr("sec ret"))) << text;
  }
}

Endpoint resolved(std::string host, std::string port) {
  TargetUrl url;
  url.host = std::move(host);
  url.port = std::move(port);
  auto result = resolve(url);
  EXPECT_TRUE(std::holds_alternative<Endpoint>(result));
  return std::holds_alternative<Endpoint>(result) ? std::get<Endpoint>(result) : Endpoint{};
}

TEST(Resolve, AnAddress) {
  const Endpoint endpoint = resolved("127.0.0.1", "8080");
  EXPECT_EQ(endpoint.authority, "127.0.0.1:8080");
  ASSERT_EQ(endpoint.addresses.size(), 1u);
  EXPECT_EQ(endpoint.addresses[0].text, "127.0.0.1:8080");
}

TEST(Resolve, AnIpv6AddressKeepsItsBracketsInTheAuthority) {
  const Endpoint endpoint = resolved("::1", "80");
  EXPECT_EQ(endpoint.authority, "[::1]");
  ASSERT_EQ(endpoint.addresses.size(), 1u);
  EXPECT_EQ(endpoint.addresses[0].text, "[::1]:80");
  EXPECT_EQ(resolved("::1", "81").authority, "[::1]:81");
}

TEST(Resolve, TheDefaultPortOfTheSchemeIsLeftOutOfTheAuthority) {
  const auto authority = [](const char* url) {
    return unresolved(std::get<TargetUrl>(parse_target_url(url))).authority;
  };
  EXPECT_EQ(authority("https://h"), "h");
  EXPECT_EQ(authority("https://h:80"), "h:80");
  EXPECT_EQ(authority("http://h:443"), "h:443");
  EXPECT_EQ(authority("https://[::1]:443"), "[::1]");
}

TEST(Resolve, SaysHowLongItTook) {
  const Endpoint endpoint = resolved("127.0.0.1", "80");
  EXPECT_GT(endpoint.resolve_seconds, 0);
  EXPECT_LT(endpoint.resolve_seconds, 60);
}

TEST(Resolve, Localhost) {
  const Endpoint endpoint = resolved("localhost", "80");
  EXPECT_EQ(endpoint.authority, "localhost");
  EXPECT_EQ(endpoint.host, "localhost");
  ASSERT_FALSE(endpoint.addresses.empty());
  for (const Address& address : endpoint.addresses)
    EXPECT_THAT(address.text, testing::AnyOf("127.0.0.1:80", "[::1]:80"));
}

TEST(Resolve, AFailureNamesTheHost) {
  TargetUrl url;
  url.host = "no host has such a name";
  url.port = "80";
  const auto result = resolve(url);
  const auto* failure = std::get_if<core::Failure>(&result);
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->stage, core::Stage::resolve);
  EXPECT_THAT(failure->text, testing::StartsWith("resolving no host has such a name: "));
}

}  // namespace
}  // namespace soundcheck::net
