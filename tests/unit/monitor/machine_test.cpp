#include "runner/monitor/machine.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/monitor/fake_proc.hpp"

namespace soundcheck::monitor {
namespace {

constexpr const char* netstat =
    "TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 5 17 18\n"
    "IpExt: InNoRoutes ListenOverflows\nIpExt: 1 99\n";

TEST(Machine, SharesBetweenTwoReadings) {
  FakeProc proc;
  proc.write("stat",
             "cpu  1000 0 500 8000 100 0 50 350 70 0\ncpu0 600 0 300 4000 50 0 50 0 0 0\n"
             "cpu1 400 0 200 4000 50 0 0 350 0 0\nintr 1 2 3\n");
  proc.write("net/softnet_stat", "000000ff 00000001 00000002 0\n00000001 00000000 00000000 0\n");
  proc.write("net/netstat", netstat);
  const auto before = read_machine(proc.files());
  ASSERT_TRUE(before);
  EXPECT_EQ(before->all.total, 10'000u) << "guest time is part of user";
  EXPECT_EQ(before->all.idle, 8'100u);
  EXPECT_EQ(before->all.stolen, 350u);
  EXPECT_EQ(before->packets, 256u);
  EXPECT_EQ(before->dropped_packets, 1u);
  EXPECT_EQ(before->refused_connections, 17u);

  // 200 ticks more: 100 on each core; cpu0 was busy, cpu1 half idle with 20 stolen.
  proc.write("stat",
             "cpu  1130 0 500 8050 100 0 50 370 0 0\ncpu0 700 0 300 4000 50 0 50 0 0 0\n"
             "cpu1 430 0 200 4050 50 0 0 370 0 0\n");
  proc.write("net/softnet_stat", "000001ff 00000004 0 0\n00000001 0 0 0\n");
  const auto after = read_machine(proc.files());
  ASSERT_TRUE(after);
  const MachineUse use = between(*before, *after);
  EXPECT_DOUBLE_EQ(use.stolen_share, 0.10);
  EXPECT_DOUBLE_EQ(use.busy_share, 0.65);
  EXPECT_DOUBLE_EQ(use.busiest_core_share, 1.0);
  EXPECT_EQ(use.packets, 256u);
  EXPECT_EQ(use.dropped_packets, 3u);
  EXPECT_EQ(use.refused_connections, 0u);
}

TEST(Machine, WithoutAFileThereIsNoReadingAndWithoutTheOthersZeros) {
  FakeProc proc;
  EXPECT_FALSE(read_machine(proc.files()));
  proc.write("stat", "nonsense\n");
  EXPECT_FALSE(read_machine(proc.files()));
  proc.write("stat", "cpu 1 2 3 4 5 6 7 8\n");
  const auto counts = read_machine(proc.files());
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->packets, 0u);
  EXPECT_TRUE(counts->cores.empty());
}

TEST(Machine, CountsThatGoBackAreNoUse) {
  MachineCounts before;
  before.all = {100, 90, 5};
  MachineCounts after;
  after.all = {100, 80, 4};
  const MachineUse use = between(before, after);
  EXPECT_EQ(use.busy_share, 0);
  EXPECT_EQ(use.stolen_share, 0);
}

TEST(Machine, TheThreadWithMostDescriptorsCounts) {
  FakeProc proc;
  proc.link("7/task/7/fd/0", "/dev/null");
  for (const char* fd : {"0", "1", "2"}) proc.link(std::string("7/task/8/fd/") + fd, "/dev/null");
  EXPECT_EQ(most_descriptors(7, proc.files()), 3u);
  EXPECT_EQ(most_descriptors(9, proc.files()), std::nullopt);
}

TEST(Machine, OurOwnDescriptorsAreSeen) {
  const auto before = most_descriptors(::getpid());
  ASSERT_TRUE(before);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_EQ(most_descriptors(::getpid()), *before + 2);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Machine, ThisOneCanBeRead) {
  const auto counts = read_machine();
  ASSERT_TRUE(counts);
  EXPECT_FALSE(counts->cores.empty());
  EXPECT_GT(counts->all.total, 0u);
}

}  // namespace
}  // namespace soundcheck::monitor
