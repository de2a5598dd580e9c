#include "runner/monitor/process_monitor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>
#include <utility>

#include "runner/monitor/process_table.hpp"
#include "tests/unit/monitor/fake_proc.hpp"

namespace soundcheck::monitor {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const core::TimePoint start{};

class ProcessMonitorTest : public testing::Test {
 protected:
  /// A process with everything that can be seen: `pages` of 4 KiB, 3 descriptors, one a socket.
  void process(int pid, int parent, const std::string& name, std::uint64_t ticks = 10,
               std::uint64_t pages = 100, std::uint64_t read = 0) {
    const std::string folder = std::to_string(pid) + "/";
    proc_.write(folder + "stat", std::to_string(pid) + " (" + name + ") S " + std::to_string(parent) +
                                     " 1 1 0 -1 4194304 100 0 0 0 " + std::to_string(ticks) +
                                     " 0 0 0 20 0 2 0 5000 1000000 200 1\n");
    proc_.write(folder + "statm", "9000 " + std::to_string(pages) + " 50 1 0 80 0\n");
    proc_.write(folder + "smaps_rollup", "Rss: 400 kB\nPss: 300 kB\nAnonymous: 200 kB\n");
    proc_.write(folder + "io", "rchar: 1\nread_bytes: " + std::to_string(read) + "\nwrite_bytes: 0\n");
    proc_.write(folder + "cmdline", "/usr/bin/" + name);
    std::error_code exists;
    if (std::filesystem::exists(proc_.root() / folder / "fd", exists)) return;
    proc_.link(folder + "fd/0", "/dev/null");
    proc_.link(folder + "fd/1", "pipe:[7]");
    proc_.link(folder + "fd/2", "socket:[" + std::to_string(pid) + "]");
  }
  std::map<std::string, double> values(ProcessMonitor& monitor, const profile::ProcessMonitor& settings,
                                       core::TimePoint now) {
    const Reading reading = monitor.sample(now, now + 1s);
    troubles_.clear();
    for (const Trouble& trouble : reading.troubles) troubles_.push_back(trouble.text);
    profile::Monitor whole;
    whole.kind = settings;
    const auto names = profile::series_of(whole);
    EXPECT_EQ(names.size(), reading.values.size());
    std::map<std::string, double> values;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (reading.values[i]) values[names[i].name] = *reading.values[i];
    }
    return values;
  }

  FakeProc proc_;
  const std::function<core::TimePoint()> clock_ = [] { return start; };
  std::vector<std::string> troubles_;
};

TEST_F(ProcessMonitorTest, AddsUpATree) {
  process(10, 1, "agent", 100, 100);
  process(11, 10, "worker", 50, 200);
  process(12, 11, "helper", 0, 300);
  process(20, 1, "other");
  profile::ProcessMonitor settings;
  settings.pid = 10;
  ProcessMonitor monitor(settings, clock_, proc_.files());
  auto seen = values(monitor, settings, start);
  EXPECT_THAT(troubles_, IsEmpty());
  EXPECT_EQ(seen["rss"], 600 * 4096);
  EXPECT_EQ(seen["pss"], 3 * 300 * 1024);
  EXPECT_EQ(seen["anonymous"], 3 * 200 * 1024);
  EXPECT_EQ(seen["descriptors"], 9);
  EXPECT_EQ(seen["sockets"], 3);
  EXPECT_EQ(seen["threads"], 6);
  EXPECT_EQ(seen["processes"], 3);
  EXPECT_EQ(seen.count("cpu"), 0u) << "needs an earlier sample";

  process(10, 1, "agent", 150, 100, 4096);
  process(11, 10, "worker", 150, 200);
  std::filesystem::remove_all(proc_.root() / "12");
  seen = values(monitor, settings, start + 1s);
  EXPECT_DOUBLE_EQ(seen["cpu"], 1.5) << "50 and 100 ticks of 100 a second";
  EXPECT_EQ(seen["processes"], 2);
  EXPECT_DOUBLE_EQ(seen["read_rate"], 4096);
  EXPECT_DOUBLE_EQ(seen["write_rate"], 0);
}

TEST_F(ProcessMonitorTest, FindsAllOfACommandAndThoseThatComeLater) {
  process(10, 1, "postgres");
  process(11, 10, "postgres");
  process(20, 1, "node");
  profile::ProcessMonitor settings;
  settings.command = "postgres";
  ProcessMonitor monitor(settings, clock_, proc_.files());
  EXPECT_EQ(values(monitor, settings, start)["processes"], 2);
  process(30, 1, "postgres");
  EXPECT_EQ(values(monitor, settings, start + 1s)["processes"], 3);

  settings.command = "redis-server";
  ProcessMonitor none(settings, clock_, proc_.files());
  EXPECT_THAT(values(none, settings, start), IsEmpty());
  EXPECT_THAT(troubles_,
              ElementsAre("no process called redis-server runs on this machine: ps -A shows those that do"));
}

TEST_F(ProcessMonitorTest, FollowsAPortToItsNextProcess) {
  proc_.write("net/tcp",
              " 0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 40 1\n");
  process(40, 1, "server");
  profile::ProcessMonitor settings;
  settings.port = 8080;
  ProcessMonitor monitor(settings, clock_, proc_.files());
  EXPECT_EQ(values(monitor, settings, start)["processes"], 1);
  std::filesystem::remove_all(proc_.root() / "40");
  EXPECT_THAT(values(monitor, settings, start + 1s), IsEmpty());
  EXPECT_THAT(troubles_, ElementsAre(HasSubstr("port 8080 is open, but its process is not visible here")));
  proc_.write("net/tcp",
              " 0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 41 1\n");
  process(41, 1, "server");
  EXPECT_EQ(values(monitor, settings, start + 2s)["processes"], 1) << "it was restarted";
}

TEST_F(ProcessMonitorTest, SaysThatItHasEnded) {
  process(10, 1, "agent");
  profile::ProcessMonitor settings;
  settings.pid = 10;
  ProcessMonitor monitor(settings, clock_, proc_.files());
  values(monitor, settings, start);
  std::filesystem::remove_all(proc_.root() / "10");
  EXPECT_THAT(values(monitor, settings, start + 1s), IsEmpty());
  EXPECT_THAT(troubles_, ElementsAre("process 10 has ended: look into its log"));
}

TEST_F(ProcessMonitorTest, HalfASumIsNoSum) {
  process(10, 1, "agent");
  process(11, 10, "worker");
  std::filesystem::remove_all(proc_.root() / "11/fd");
  std::filesystem::remove(proc_.root() / "11/smaps_rollup");
  profile::ProcessMonitor settings;
  settings.pid = 10;
  ProcessMonitor monitor(settings, clock_, proc_.files());
  auto seen = values(monitor, settings, start);
  EXPECT_EQ(seen.count("rss"), 1u);
  EXPECT_EQ(seen.count("pss"), 0u);
  EXPECT_EQ(seen.count("sockets"), 0u);
  EXPECT_THAT(troubles_, testing::Contains("not permitted to see descriptors of every process of pid 10: run "
                                           "soundcheck as their user, or as root"));
}

TEST_F(ProcessMonitorTest, NoSumIsHalfBecauseTheTimeWasUp) {
  for (const int pid : {10, 11, 12}) process(pid, pid == 10 ? 1 : 10, "agent");
  profile::ProcessMonitor settings;
  settings.pid = 10;
  core::TimePoint time = start;
  core::Duration each{};  // look at one process
  ProcessMonitor monitor(
      settings, [&] { return std::exchange(time, time + each); }, proc_.files());
  const auto seen_when_each_takes = [&](core::Duration takes) {
    time = start;
    each = takes;
    return values(monitor, settings, start);
  };
  const std::string late =
      "to look at all 3 processes of pid 10 takes longer than the monitor's timeout: make it longer";

  EXPECT_EQ(seen_when_each_takes(100ms)["pss"], 3 * 300 * 1024) << "nine looks within a second";
  EXPECT_THAT(troubles_, IsEmpty());
  auto seen = seen_when_each_takes(130ms);
  EXPECT_EQ(seen["descriptors"], 9);
  EXPECT_EQ(seen.count("pss") + seen.count("anonymous"), 0u) << "they cost most and come last";
  EXPECT_THAT(troubles_, ElementsAre(late));
  seen = seen_when_each_takes(210ms);
  EXPECT_EQ(seen["rss"], 3 * 100 * 4096);
  EXPECT_EQ(seen["processes"], 3);
  EXPECT_EQ(seen.count("descriptors") + seen.count("sockets") + seen.count("pss"), 0u);
  EXPECT_THAT(troubles_, ElementsAre(late));
  EXPECT_THAT(seen_when_each_takes(600ms), IsEmpty());
  EXPECT_THAT(troubles_, ElementsAre(late));
}

TEST_F(ProcessMonitorTest, WhoEndsMeanwhileIsNotSaidToBeHidden) {
  process(10, 1, "agent");
  process(11, 10, "worker");
  profile::ProcessMonitor settings;
  settings.pid = 10;
  int looks = 0;
  ProcessMonitor monitor(
      settings,
      [&] {
        if (++looks == 3) std::filesystem::remove_all(proc_.root() / "11");  // both have been counted
        return start;
      },
      proc_.files());
  auto seen = values(monitor, settings, start);
  EXPECT_EQ(seen["processes"], 2);
  EXPECT_EQ(seen["descriptors"], 3);
  EXPECT_EQ(seen["pss"], 300 * 1024);
  EXPECT_THAT(troubles_, IsEmpty());
}

TEST_F(ProcessMonitorTest, SaysWhatAControlGroupDoesNotCount) {
  process(10, 1, "node");
  FakeProc groups;
  groups.write("cgroup.controllers", "");
  groups.write("box/cgroup.procs", "10\n");
  groups.write("box/cpu.stat", "usage_usec 1000000\nuser_usec 1\n");
  profile::ProcessMonitor settings;
  settings.cgroup = "/box";
  ProcessMonitor monitor(settings, clock_, proc_.files(), groups.root());
  EXPECT_EQ(values(monitor, settings, start)["processes"], 1);
  const std::string group = "the control group /box does not count ";
  EXPECT_THAT(troubles_,
              ElementsAre(group + "its memory: is its memory controller off?",
                          group + "its anonymous memory: is its memory controller off?",
                          group + "who was killed for want of memory: is its memory controller off?",
                          group + "how long its quota held it back: is its cpu controller off?"));
}

TEST_F(ProcessMonitorTest, AControlGroupOfVersion2) {
  process(10, 1, "node");
  FakeProc groups;
  const std::string folder = "system.slice/docker-0123456789abcdef.scope/";
  groups.write("cgroup.controllers", "cpu memory\n");
  groups.write(folder + "cgroup.procs", "10\n");
  groups.write(folder + "memory.current", "5000\n");
  groups.write(folder + "memory.stat", "anon_thp 1\nanon 3000\nfile 2000\n");
  groups.write(folder + "memory.events", "low 0\noom 1\noom_kill 2\n");
  groups.write(folder + "cpu.stat", "usage_usec 1000000\nuser_usec 1\nthrottled_usec 0\n");
  profile::ProcessMonitor settings;
  settings.cgroup = "0123456789ab";
  ProcessMonitor monitor(settings, clock_, proc_.files(), groups.root());
  auto seen = values(monitor, settings, start);
  EXPECT_THAT(troubles_, IsEmpty());
  EXPECT_EQ(seen["processes"], 1);
  EXPECT_EQ(seen["cgroup_memory"], 5000);
  EXPECT_EQ(seen["cgroup_anonymous"], 3000);
  EXPECT_EQ(seen["cgroup_oom_kills"], 2);
  groups.write(folder + "cpu.stat", "usage_usec 1500000\nuser_usec 1\nthrottled_usec 250000\n");
  seen = values(monitor, settings, start + 1s);
  EXPECT_DOUBLE_EQ(seen["cgroup_cpu"], 0.5);
  EXPECT_DOUBLE_EQ(seen["cgroup_throttled"], 0.25);

  groups.write(folder + "cgroup.procs", "");
  seen = values(monitor, settings, start + 2s);
  EXPECT_EQ(seen.count("processes"), 0u);
  EXPECT_EQ(seen["cgroup_memory"], 5000) << "its page cache is still there";
  EXPECT_EQ(seen.count("cgroup_cpu"), 1u);
  EXPECT_THAT(troubles_,
              ElementsAre("no process runs in the control group 0123456789ab: has the container ended?"));

  std::filesystem::remove_all(groups.root() / folder);
  EXPECT_THAT(values(monitor, settings, start + 3s), IsEmpty());
  EXPECT_THAT(troubles_, ElementsAre(HasSubstr("no control group belongs to a container 0123456789ab")));
}

TEST_F(ProcessMonitorTest, AControlGroupCountsThoseWithinIt) {
  for (const int pid : {7, 10, 30, 200}) process(pid, 1, "node");
  FakeProc groups;
  groups.write("cgroup.controllers", "cpu memory\n");
  groups.write("app.slice/cgroup.procs", "");
  groups.write("app.slice/web/cgroup.procs", "200\n7\n30\n7\n");
  groups.write("app.slice/web/inner/cgroup.procs", "10\n");
  groups.write("app.slice/idle/cgroup.procs", "");
  groups.write("other/cgroup.procs", "11\n");
  profile::ProcessMonitor settings;
  settings.cgroup = "/app.slice";
  ProcessMonitor monitor(settings, clock_, proc_.files(), groups.root());
  EXPECT_EQ(values(monitor, settings, start)["processes"], 4) << "in any order, and one of them twice";
  for (const int pid : {7, 10, 30, 200}) process(pid, 1, "node", 35);
  EXPECT_DOUBLE_EQ(values(monitor, settings, start + 1s)["cpu"], 4 * 0.25) << "all are known from before";
}

TEST_F(ProcessMonitorTest, AControlGroupOfVersion1) {
  process(10, 1, "node");
  FakeProc groups;
  groups.write("memory/box/cgroup.procs", "10\n");
  groups.write("memory/box/memory.usage_in_bytes", "7000\n");
  groups.write("memory/box/memory.stat", "rss 1\ntotal_rss 4000\n");
  groups.write("cpuacct/box/cpuacct.usage", "1000000000\n");
  profile::ProcessMonitor settings;
  settings.cgroup = "/box";
  ProcessMonitor monitor(settings, clock_, proc_.files(), groups.root());
  auto seen = values(monitor, settings, start);
  EXPECT_EQ(seen["cgroup_memory"], 7000);
  EXPECT_EQ(seen["cgroup_anonymous"], 4000);
  groups.write("cpuacct/box/cpuacct.usage", "3000000000\n");
  EXPECT_DOUBLE_EQ(values(monitor, settings, start + 1s)["cgroup_cpu"], 2);
}

TEST_F(ProcessMonitorTest, AControlGroupThatIsNotThere) {
  FakeProc groups;
  groups.write("cgroup.controllers", "");
  for (const auto& [name, said] :
       {std::pair{"/nowhere", "there is no control group /nowhere"},
        {"web", "'web' is neither a path that begins with / nor the id of a container"},
        {"0123456789ab", "no control group belongs to a container 0123456789ab"}}) {
    profile::ProcessMonitor settings;
    settings.cgroup = name;
    ProcessMonitor monitor(settings, clock_, proc_.files(), groups.root());
    EXPECT_THAT(values(monitor, settings, start), IsEmpty());
    EXPECT_THAT(troubles_, ElementsAre(HasSubstr(said)));
  }
}

TEST_F(ProcessMonitorTest, OurselvesOverTheRealProc) {
  profile::ProcessMonitor settings;
  settings.pid = static_cast<std::uint64_t>(::getpid());
  ProcessMonitor monitor(settings, clock_);
  auto seen = values(monitor, settings, start);
  EXPECT_GT(seen["rss"], 1e6);
  EXPECT_GE(seen["processes"], 1);
  EXPECT_GT(seen["descriptors"], 2);
}

TEST(ProcessTable, DescendantsAreEachCountedOnce) {
  const std::vector<ProcessEntry> table{{1, 0, "init"}, {5, 1, "a"}, {6, 5, "b"}, {7, 6, "c"}, {9, 1, "d"}};
  EXPECT_THAT(with_descendants(table, {5}), ElementsAre(5, 6, 7));
  EXPECT_THAT(with_descendants(table, {6, 5}), ElementsAre(5, 6, 7));
  EXPECT_THAT(with_descendants(table, {8}), IsEmpty());
  const std::vector<ProcessEntry> circle{{5, 6, "a"}, {6, 5, "b"}};  // pids may be taken over while we look
  EXPECT_THAT(with_descendants(circle, {5}), ElementsAre(5, 6));
}

}  // namespace
}  // namespace soundcheck::monitor
