#include "runner/app/target.hpp"

#include <gmock/gmock.h>

#include "tests/unit/app/temporary_folder.hpp"

namespace soundcheck::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

net::TargetUrl url(const std::string& text) { return std::get<net::TargetUrl>(net::parse_target_url(text)); }

Route good_route(const profile::ConnectionSystem& connection, const std::string& target) {
  auto route = plan_route(connection, url(target));
  if (const auto* problem = std::get_if<std::string>(&route)) ADD_FAILURE() << *problem;
  return std::holds_alternative<Route>(route) ? std::get<Route>(route) : Route{};
}

Target reached(const std::string& text, const Route& route) {
  auto target = external_target(url(text), route);
  if (const auto* problem = std::get_if<std::string>(&target)) ADD_FAILURE() << *problem;
  return std::move(std::get<Target>(target));
}

TEST(Route, TlsIsForTlsTargetsOnly) {
  EXPECT_NE(good_route({}, "https://127.0.0.1").tls, nullptr);
  EXPECT_NE(good_route({}, "wss://127.0.0.1").tls, nullptr);
  EXPECT_EQ(good_route({}, "http://127.0.0.1").tls, nullptr);
  EXPECT_NE(reached("https://127.0.0.1", good_route({}, "https://127.0.0.1")).endpoint.tls, nullptr);
}

TEST(Route, AllMistakesAtOnceWithoutSecrets) {
  const TemporaryFolder folder;
  profile::ConnectionSystem connection;
  connection.tls.ca = folder.write("ca.pem", "no certificate");
  connection.proxy = "http://ada:secret@proxy.test/path";
  connection.source_addresses = {"127.0.0.2", "192.0.2.1"};
  const auto route = plan_route(connection, url("https://127.0.0.1"));
  ASSERT_TRUE(std::holds_alternative<std::string>(route));
  const std::string& said = std::get<std::string>(route);
  EXPECT_THAT(said, HasSubstr("tls.ca: " + connection.tls.ca + " is no file of PEM certificates"));
  EXPECT_THAT(said, HasSubstr("\nproxy: a proxy has no path"));
  EXPECT_THAT(said, HasSubstr("\nsource_addresses: 192.0.2.1 is no address of this machine"));
  EXPECT_THAT(said, Not(HasSubstr("127.0.0.2")));
  EXPECT_THAT(said, Not(HasSubstr("secret")));
}

TEST(Route, BehindAProxyTheTargetsNameIsNotResolvedHere) {
  profile::ConnectionSystem connection;
  connection.proxy = "http://127.0.0.1:3128";
  const Target target =
      reached("http://no-such-name.invalid", good_route(connection, "http://no-such-name.invalid"));
  EXPECT_THAT(target.endpoint.addresses, IsEmpty());
  ASSERT_NE(target.endpoint.proxy, nullptr);
  EXPECT_EQ(target.endpoint.dialled().at(0).text, "127.0.0.1:3128");
  EXPECT_THAT(find_process(target, std::nullopt).no_data, StartsWith("the target is behind a proxy"));
  EXPECT_EQ(find_process(target, 17).pid, 17);
}

TEST(Route, AProxyThatDoesNotResolveIsNamed) {
  profile::ConnectionSystem connection;
  connection.proxy = "http://no-such-name.invalid:3128";
  const auto target = external_target(url("http://127.0.0.1"), good_route(connection, "http://127.0.0.1"));
  ASSERT_TRUE(std::holds_alternative<std::string>(target));
  EXPECT_THAT(
      std::get<std::string>(target),
      StartsWith("the target http://127.0.0.1 cannot be reached: proxy http://no-such-name.invalid:3128: "));
  EXPECT_THAT(std::get<std::string>(target), HasSubstr("Check the host name in the system file's proxy"));
}

TEST(Sources, AreTheUsersOrAsManyAsNeeded) {
  profile::ConnectionSystem connection;
  const auto count = [&](std::uint64_t sockets) {
    const Route route = good_route(connection, "http://127.0.0.1");
    const auto sources = choose_sources(reached("http://127.0.0.1", route), route, sockets);
    return std::get<std::vector<net::Address>>(sources).size();
  };
  EXPECT_EQ(count(10), 0u);
  EXPECT_GT(count(200'000), 3u);
  connection.source_addresses = {"127.0.0.2", "127.0.0.3"};
  EXPECT_EQ(count(10), 2u);
}

/// What one reads at 2 a.m.: nobody listens on port 1.
TEST(CheckReachable, SaysWhatToDo) {
  const auto said = [](const std::string& text) {
    Target target = reached(text, good_route({}, text));
    return check_reachable(target, "/health").value_or("reachable");
  };
  EXPECT_EQ(said("http://127.0.0.1:1"),
            "the target http://127.0.0.1:1 cannot be tested: connecting to 127.0.0.1:1: Connection refused\n"
            "Check:\n"
            "  - is the target running? try: curl -i http://127.0.0.1:1/health\n"
            "  - is the address right? --target names it; without it the embedded reference agent is tested\n"
            "  - does it expect TLS? then name it with https://\n"
            "  - is the health path right? the system file's health_path is /health\n");
  EXPECT_THAT(said("wss://127.0.0.1:1"), HasSubstr("curl -i https://127.0.0.1:1/health\n"));
  EXPECT_THAT(said("wss://127.0.0.1:1"), Not(HasSubstr("does it expect TLS")));
}

}  // namespace
}  // namespace soundcheck::app
