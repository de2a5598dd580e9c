#include "runner/monitor/host_monitor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "runner/profile/monitor_system.hpp"
#include "tests/unit/monitor/fake_proc.hpp"

namespace soundcheck::monitor {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::IsEmpty;

class HostMonitorTest : public testing::Test {
 protected:
  HostMonitorTest() {
    for (const char* disk : {"sda", "dm-0", "loop0"}) sys_.write(std::string("block/") + disk + "/size", "1");
    sys_.write("class/net/eth0/device/vendor", "1");
    sys_.write("class/net/docker0/mtu", "1");
  }
  /// Everything that the kernel counts, `n` steps after the start.
  void counts(int n) {
    const auto text = [&](int each) { return std::to_string(1000 + each * n); };
    proc_.write("stat", "cpu  " + text(25) + " 0 0 " + text(75) + " 0 0 0 0\ncpu0 " + text(25) + " 0 0 " +
                            text(75) + " 0 0 0 0\n");
    proc_.write(
        "meminfo",
        "MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable: 250 kB\nSwapTotal: 100 kB\nSwapFree: 60 kB\n");
    // reads merged sectors ms writes merged sectors ms in-flight busy-ms
    const std::string disk = " 5 0 " + text(4) + " 0 7 0 " + text(2) + " 0 0 " + text(500) + " 0\n";
    proc_.write("diskstats", "8 0 sda" + disk + "8 1 sda1" + disk + "253 0 dm-0" + disk + "7 0 loop0" + disk);
    const std::string bytes = text(3000) + " 1 0 0 0 0 0 0 " + text(100) + " 1 0 0 0 0 0 0\n";
    proc_.write("net/dev", "Inter-|   Receive\n face |bytes\n    lo: " + bytes + "  eth0: " + bytes +
                               "docker0: " + bytes);
    proc_.write("pressure/cpu", "some avg10=1.00 avg60=1.00 avg300=1.00 total=" + text(100'000) + "\n");
    proc_.write("pressure/io", "some avg10=0.00 avg60=0.00 avg300=0.00 total=" + text(0) + "\nfull ...\n");
  }
  std::map<std::string, double> values(HostMonitor& monitor, core::TimePoint now) {
    const Reading reading = monitor.sample(now, now + 1s);
    troubles_.clear();
    for (const Trouble& trouble : reading.troubles) troubles_.push_back(trouble.text);
    profile::Monitor whole;
    whole.kind = profile::HostMonitor{};
    const auto names = profile::series_of(whole);
    EXPECT_EQ(names.size(), reading.values.size());
    std::map<std::string, double> values;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (reading.values[i]) values[names[i].name] = *reading.values[i];
    }
    return values;
  }

  FakeProc proc_, sys_;
  std::vector<std::string> troubles_;
};

TEST_F(HostMonitorTest, EachFigureFromItsFile) {
  HostMonitor monitor(proc_.files(), sys_.root());
  counts(0);
  auto seen = values(monitor, core::TimePoint{});
  EXPECT_EQ(seen.size(), 3u) << "memory; all else needs an earlier sample";
  EXPECT_DOUBLE_EQ(seen["memory_used"], 0.75);
  EXPECT_DOUBLE_EQ(seen["memory_available"], 250 * 1024);
  EXPECT_DOUBLE_EQ(seen["swap_used"], 40 * 1024);
  counts(1);
  seen = values(monitor, core::TimePoint{2s});
  EXPECT_DOUBLE_EQ(seen["cpu"], 0.25);
  EXPECT_DOUBLE_EQ(seen["busiest_core"], 0.25);
  EXPECT_DOUBLE_EQ(seen["disk_read"], 4 * 512 / 2.0) << "sda alone: the others are parts or made of it";
  EXPECT_DOUBLE_EQ(seen["disk_write"], 2 * 512 / 2.0);
  EXPECT_DOUBLE_EQ(seen["disk_busy"], 0.25);
  EXPECT_DOUBLE_EQ(seen["network_in"], 1500) << "eth0 alone: what a bridge carries went through it";
  EXPECT_DOUBLE_EQ(seen["network_out"], 50);
  EXPECT_DOUBLE_EQ(seen["pressure_cpu"], 0.05);
  EXPECT_DOUBLE_EQ(seen["pressure_io"], 0);
  EXPECT_THAT(troubles_, testing::ElementsAre("this kernel does not say how long work waits for memory "
                                              "(/proc/pressure/memory): boot it with psi=1"));
}

TEST_F(HostMonitorTest, SaysWhatCannotBeSeen) {
  HostMonitor monitor(proc_.files(), sys_.root());
  EXPECT_THAT(values(monitor, core::TimePoint{}), IsEmpty());
  EXPECT_THAT(troubles_, Contains("the CPU time of this machine cannot be read from /proc/stat"));
  EXPECT_THAT(troubles_, Contains("no disk of this machine can be seen here (in a container?)"));
  EXPECT_THAT(troubles_, Contains("no network interface but the loopback can be seen here"));
  EXPECT_THAT(troubles_, Contains("this machine does not say all of its memory and swap in /proc/meminfo"));
  std::set<std::size_t> explained;
  for (const Trouble& trouble : monitor.sample(core::TimePoint{1s}, core::TimePoint{2s}).troubles)
    explained.insert(trouble.series.begin(), trouble.series.end());
  EXPECT_EQ(explained.size(), 14u) << "every series has its reason";
}

TEST_F(HostMonitorTest, InAContainerTheInterfacesAreNoDevices) {
  counts(0);
  std::filesystem::remove_all(sys_.root() / "class/net/eth0");
  HostMonitor monitor(proc_.files(), sys_.root());
  values(monitor, core::TimePoint{});
  counts(1);
  EXPECT_DOUBLE_EQ(values(monitor, core::TimePoint{1s})["network_in"], 6000) << "all but the loopback";
}

TEST_F(HostMonitorTest, WhatComesAndGoesMakesNoJump) {
  sys_.write("block/sdb/size", "1");
  sys_.write("class/net/eth1/device/vendor", "1");
  const auto counts_of = [&](int n, bool second) {
    const std::string disk = " 5 0 " + std::to_string(1'000'000 + 4 * n) + " 0 7 0 2 0 0 0 0\n";
    const std::string bytes = ": " + std::to_string(9'000'000 + 100 * n) + " 1 0 0 0 0 0 0 0 1 0 0 0 0 0 0\n";
    proc_.write("diskstats", "8 0 sda" + disk + (second ? "8 16 sdb" + disk : ""));
    proc_.write("net/dev", "eth0" + bytes + (second ? "eth1" + bytes : ""));
  };
  HostMonitor monitor(proc_.files(), sys_.root());
  const auto rates = [&](int second) {
    auto seen = values(monitor, core::TimePoint(second * 1s));
    return std::pair(seen["network_in"], seen["disk_read"] / 512);
  };
  counts_of(0, true);
  rates(0);
  counts_of(1, true);
  EXPECT_EQ(rates(1), std::pair(200.0, 8.0));
  counts_of(2, false);
  EXPECT_EQ(rates(2), std::pair(100.0, 4.0)) << "the other one is gone";
  counts_of(9, true);
  EXPECT_EQ(rates(3), std::pair(700.0, 28.0)) << "it is back; nobody knows since when it counted that";
  counts_of(10, true);
  EXPECT_EQ(rates(4), std::pair(200.0, 8.0));
}

TEST_F(HostMonitorTest, ThisMachine) {
  HostMonitor monitor;
  const auto seen = values(monitor, core::TimePoint{});
  EXPECT_GT(seen.at("memory_available"), 0);
}

}  // namespace
}  // namespace soundcheck::monitor
