#include "protocols/net/sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <random>
#include <set>

namespace soundcheck::net {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

using Sources = std::vector<Address>;

Endpoint towards(const std::vector<std::string>& addresses) {
  Endpoint endpoint;
  for (const std::string& text : addresses) endpoint.addresses.push_back(*numeric_address(text));
  return endpoint;
}

Sources sources_of(const std::variant<Sources, std::string>& planned) {
  if (const auto* problem = std::get_if<std::string>(&planned)) ADD_FAILURE() << *problem;
  return std::holds_alternative<Sources>(planned) ? std::get<Sources>(planned) : Sources{};
}
std::string problem_of(const std::variant<Sources, std::string>& planned) {
  return std::holds_alternative<std::string>(planned) ? std::get<std::string>(planned) : "none";
}

constexpr PortRange usual{};

TEST(PortRange, IsReadFromTheKernelsTexts) {
  EXPECT_EQ(usual.count(), 28'232u);
  EXPECT_EQ(parse_port_range("32768\t60999\n", "").count(), 28'232u);
  EXPECT_EQ(parse_port_range("1024 65535", "").count(), 64'512u);
  EXPECT_EQ(parse_port_range("1000 1009", "1003,1005-1006,8080,900-1000").count(), 6u);
  EXPECT_EQ(parse_port_range("1000 1009", "1-65535").count(), 0u);
  EXPECT_EQ(parse_port_range("", "").count(), usual.count());
  EXPECT_EQ(parse_port_range("garbage", "garbage").count(), usual.count());
  EXPECT_EQ(parse_port_range("9 3", "").count(), usual.count());
}

TEST(PortRange, OfThisMachine) { EXPECT_GT(read_port_range().count(), 0u); }

TEST(PlanSources, FewSocketsAreLeftToTheKernel) {
  EXPECT_THAT(sources_of(plan_sources(towards({"127.0.0.1"}), 14'000, {}, usual)), IsEmpty());
  EXPECT_THAT(sources_of(plan_sources(towards({"192.0.2.1"}), 28'232, {}, usual)), IsEmpty());
  EXPECT_THAT(sources_of(plan_sources(towards({"::1"}), 28'232, {}, usual)), IsEmpty());
  EXPECT_THAT(sources_of(plan_sources(towards({"127.0.0.1"}), 0, {}, usual)), IsEmpty());
}

TEST(PlanSources, ALoopbackTargetGetsAsManyAddressesAsItNeeds) {
  const Sources sources = sources_of(plan_sources(towards({"127.0.0.1"}), 50'000, {}, usual));
  ASSERT_EQ(sources.size(), 4u);
  EXPECT_EQ(sources[0].text, "127.0.0.1");
  EXPECT_EQ(sources[3].text, "127.0.0.4");
  EXPECT_EQ(sources[3].family, AF_INET);
}

TEST(PlanSources, SoDoesLocalhostWithBothKindsOfAddresses) {
  EXPECT_EQ(sources_of(plan_sources(towards({"::1", "127.0.0.1"}), 50'000, {}, usual)).size(), 2u);
  EXPECT_THAT(problem_of(plan_sources(towards({"::1", "127.0.0.1"}), 100'000, {}, usual)),
              HasSubstr("need 2 source addresses"));
}

TEST(PlanSources, AnotherTargetNeedsAddressesOfTheUser) {
  EXPECT_EQ(
      problem_of(plan_sources(towards({"192.0.2.1"}), 50'000, {}, usual)),
      "50000 connections to 192.0.2.1 need 2 source addresses, because one has 28232 ports. Name addresses "
      "of "
      "this machine in the system file (source_addresses: [192.0.2.10, 192.0.2.11]; ip address add gives it "
      "more), or widen net.ipv4.ip_local_port_range");
  // Connections take the target's addresses in turn.
  EXPECT_THAT(sources_of(plan_sources(towards({"192.0.2.1", "192.0.2.2"}), 50'000, {}, usual)), IsEmpty());
}

TEST(PlanSources, TheUsersAddressesAreAllUsedIfTheyAreEnough) {
  const Sources mine{*numeric_address("192.0.2.10"), *numeric_address("192.0.2.11")};
  EXPECT_EQ(sources_of(plan_sources(towards({"192.0.2.1"}), 10, mine, usual)).size(), 2u);
  EXPECT_EQ(sources_of(plan_sources(towards({"192.0.2.1"}), 56'464, mine, usual)).size(), 2u);
  EXPECT_EQ(
      problem_of(plan_sources(towards({"192.0.2.1"}), 56'465, mine, usual)),
      "56465 connections to 192.0.2.1 need 3 source addresses, because one has 28232 ports; source_addresses "
      "names 2. Add addresses of this machine there, or widen net.ipv4.ip_local_port_range");
  EXPECT_THAT(problem_of(plan_sources(towards({"192.0.2.1", "2001:db8::1"}), 10, mine, usual)),
              HasSubstr("none of them can reach 2001:db8::1: it needs an IPv6 address"));
}

TEST(PlanSources, WithAProxyItsAddressCounts) {
  Endpoint endpoint = towards({"192.0.2.1"});
  Proxy proxy;
  proxy.addresses.push_back(*numeric_address("127.0.0.1"));
  endpoint.proxy = std::make_shared<const Proxy>(proxy);
  EXPECT_EQ(sources_of(plan_sources(endpoint, 50'000, {}, usual)).size(), 4u);
}

TEST(PlanSources, WhatIsPlannedIsAlwaysEnough) {
  std::mt19937 random(7);
  for (int i = 0; i < 1'000; ++i) {
    PortRange range;
    range.first = 1'024 + random() % 60'000;
    range.last = range.first + 9 + random() % (65'526 - range.first);
    const std::uint64_t sockets = 1 + random() % 200'000;
    const auto planned = plan_sources(towards({"127.0.0.1"}), sockets, {}, range);
    const auto* sources = std::get_if<Sources>(&planned);
    const std::uint64_t needed = (sockets + range.count() - 1) / range.count();
    if (sources == nullptr) {
      EXPECT_GT(needed, 100u) << std::get<std::string>(planned);
      continue;
    }
    std::set<std::string> different;
    for (const Address& source : *sources) different.insert(source.text);
    EXPECT_EQ(different.size(), sources->size());
    EXPECT_GE(std::max<std::size_t>(sources->size(), 1), needed);
  }
}

TEST(PlanSources, OwnAddressesAreKnown) {
  EXPECT_TRUE(is_own_address(*numeric_address("127.0.0.7")));
  EXPECT_FALSE(is_own_address(*numeric_address("192.0.2.1")));
}

TEST(NumericAddress, TakesAddressesOnly) {
  EXPECT_EQ(numeric_address("127.0.0.1")->family, AF_INET);
  EXPECT_EQ(numeric_address("2001:db8::1")->family, AF_INET6);
  for (const char* bad : {"", "localhost", "127.0.0", "127.0.0.1:80", "[::1]"})
    EXPECT_FALSE(numeric_address(bad)) << bad;
  EXPECT_TRUE(is_loopback(*numeric_address("127.9.9.9")));
  EXPECT_TRUE(is_loopback(*numeric_address("::1")));
  EXPECT_FALSE(is_loopback(*numeric_address("128.0.0.1")));
  EXPECT_FALSE(is_loopback({}));
}

}  // namespace
}  // namespace soundcheck::net
