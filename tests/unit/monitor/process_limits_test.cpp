#include "runner/monitor/process_limits.hpp"

#include <gtest/gtest.h>

#include "tests/unit/monitor/fake_proc.hpp"

namespace soundcheck::monitor {
namespace {

constexpr const char* limits_text =
    "Limit                     Soft Limit           Hard Limit           Units     \n"
    "Max open files            1024                 524288               files     \n"
    "Max address space         unlimited            unlimited            bytes     \n";

/// A machine of 8 GB with process 42.
class ProcessLimitsTest : public testing::Test {
 protected:
  ProcessLimitsTest() {
    files.write("meminfo", "MemTotal:        8000000 kB\nMemFree:  1 kB\n");
    files.write("42/limits", limits_text);
  }
  ProcessLimits limits() const { return read_limits(42, files.root(), files.root() / "cgroups"); }
  FakeProc files;
};

TEST_F(ProcessLimitsTest, WithoutAnyTheMachineEndsIt) {
  ASSERT_TRUE(limits().memory && limits().descriptors);
  EXPECT_EQ(limits().memory->value, 8'192'000'000);
  EXPECT_EQ(limits().memory->what, "the memory of the machine");
  EXPECT_EQ(limits().descriptors->value, 1024);
  EXPECT_EQ(limits().descriptors->what, "its limit of open files");
}

TEST_F(ProcessLimitsTest, TheNearestControlGroupAboveItCounts) {
  files.write("42/cgroup", "0::/pods/agent\n");
  files.write("cgroups/cgroup.controllers", "memory\n");
  files.write("cgroups/pods/agent/memory.max", "max\n");
  EXPECT_EQ(limits().memory->what, "the memory of the machine");
  files.write("cgroups/pods/memory.max", "2000000000\n");
  EXPECT_EQ(limits().memory->value, 2e9);
  EXPECT_EQ(limits().memory->what, "the memory limit of its control group");
  files.write("cgroups/pods/agent/memory.max", "500000000\n");
  EXPECT_EQ(limits().memory->value, 5e8);
}

TEST_F(ProcessLimitsTest, TheFirstVersionOfControlGroupsToo) {
  files.write("42/cgroup", "12:cpu,cpuacct:/elsewhere\n5:hugetlb,memory:/agent\n0::/other\n");
  files.write("cgroups/memory/agent/memory.limit_in_bytes", "300000000\n");
  files.write("cgroups/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(limits().memory->value, 3e8);
  files.write("cgroups/memory/agent/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(limits().memory->what, "the memory of the machine");
}

TEST_F(ProcessLimitsTest, AnAddressSpaceThatIsLimited) {
  files.write("42/limits",
              "Max open files            unlimited   unlimited   files\n"
              "Max address space         1000000000  unlimited   bytes\n");
  EXPECT_EQ(limits().memory->value, 1e9);
  EXPECT_EQ(limits().memory->what, "the limit of its address space (RLIMIT_AS)");
  EXPECT_FALSE(limits().descriptors);
}

TEST_F(ProcessLimitsTest, AProcessThatCannotBeReadHasNone) {
  const ProcessLimits none = read_limits(43, files.root(), files.root() / "cgroups");
  EXPECT_FALSE(none.memory || none.descriptors);
}

}  // namespace
}  // namespace soundcheck::monitor
