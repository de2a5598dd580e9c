#include "runner/monitor/process_sampler.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/monitor/fake_proc.hpp"

namespace soundcheck::monitor {
namespace {

ProcessReading reading_of(ProcessSampler& sampler, double at) {
  const auto result = sampler.sample(at);
  EXPECT_TRUE(std::holds_alternative<ProcessReading>(result));
  return std::get<ProcessReading>(result);
}
std::string reason_of(ProcessSampler& sampler, double at) {
  const auto result = sampler.sample(at);
  EXPECT_TRUE(std::holds_alternative<NoProcess>(result));
  return std::get<NoProcess>(result).reason;
}

TEST(ProcessSampler, ReadsMemoryThreadsAndDescriptors) {
  const FakeProc proc;
  proc.process(42, 10, 2500);
  proc.write("42/smaps_rollup", "5581 ---p [rollup]\nRss:    10000 kB\nPss:     7000 kB\nPss_Dirty: 1 kB\n");
  proc.link("42/fd/0", "/dev/null");
  proc.link("42/fd/1", "socket:[77]");
  ProcessSampler sampler(42, proc.files());
  const ProcessReading r = reading_of(sampler, 1);
  EXPECT_EQ(r.rss_bytes, 2500u * 4096);
  EXPECT_EQ(r.pss_bytes, 7000u * 1024);
  EXPECT_EQ(r.descriptors, 2u);
  EXPECT_EQ(r.threads, 7u);
}

TEST(ProcessSampler, ResidentSizeAloneIsThatOfASample) {
  const FakeProc proc;
  proc.process(42, 10, 2500);
  const ProcessSampler sampler(42, proc.files());
  EXPECT_EQ(sampler.resident_bytes(), 2500u * 4096);
  proc.write("42/statm", "");
  EXPECT_EQ(sampler.resident_bytes(), std::nullopt);
}

TEST(ProcessSampler, WhatIsNotPermittedIsAbsentNotZero) {
  const FakeProc proc;
  proc.process(42, 10, 1);
  ProcessSampler sampler(42, proc.files());
  const ProcessReading r = reading_of(sampler, 1);
  EXPECT_FALSE(r.pss_bytes.has_value());
  EXPECT_FALSE(r.descriptors.has_value());
}

TEST(ProcessSampler, CpuIsTheShareSinceTheReadingBefore) {
  const FakeProc proc;
  proc.process(42, 100, 1);
  ProcessSampler sampler(42, proc.files());
  EXPECT_DOUBLE_EQ(reading_of(sampler, 10).cpu_cores, 0);
  proc.process(42, 175, 1);  // 75 user and 75 system ticks: 1.5 s of work
  EXPECT_DOUBLE_EQ(reading_of(sampler, 12).cpu_cores, 0.75);
  EXPECT_DOUBLE_EQ(reading_of(sampler, 13).cpu_cores, 0);
}

TEST(ProcessSampler, TwoReadingsAtOneInstantDoNotDivideByZero) {
  const FakeProc proc;
  proc.process(42, 100, 1);
  ProcessSampler sampler(42, proc.files());
  reading_of(sampler, 10);
  proc.process(42, 200, 1);
  EXPECT_DOUBLE_EQ(reading_of(sampler, 10).cpu_cores, 0);
}

TEST(ProcessSampler, NoticesThatTheProcessEnded) {
  const FakeProc proc;
  proc.process(42, 1, 1);
  ProcessSampler sampler(42, proc.files());
  reading_of(sampler, 1);
  std::filesystem::remove_all(proc.root() / "42");
  EXPECT_EQ(reason_of(sampler, 2), "process 42 has ended: look into its log");
}

TEST(ProcessSampler, AZombieHasEnded) {
  const FakeProc proc;
  proc.process(42, 1, 1);
  ProcessSampler sampler(42, proc.files());
  proc.process(42, 1, 0, 5000, 'Z');
  EXPECT_EQ(reason_of(sampler, 2), "process 42 has ended: look into its log");
}

TEST(ProcessSampler, NeverTakesAnotherProcessForTheTarget) {
  const FakeProc proc;
  proc.process(42, 1, 1, 5000);
  ProcessSampler sampler(42, proc.files());
  proc.process(42, 1, 999, 6000);
  EXPECT_EQ(reason_of(sampler, 2),
            "process 42 has ended and its number belongs to another process now: look into its log");
}

TEST(ProcessSampler, AProcessThatNeverWas) {
  const FakeProc proc;
  ProcessSampler sampler(42, proc.files());
  EXPECT_EQ(reason_of(sampler, 1), "there is no process 42: check its number");
  proc.process(42, 1, 1);
  EXPECT_EQ(reason_of(sampler, 2), "there is no process 42: check its number")
      << "a later process of that number is not the target";
}

TEST(ProcessSampler, BrokenFilesAreNoData) {
  const FakeProc proc;
  proc.process(42, 1, 1);
  ProcessSampler sampler(42, proc.files());
  proc.write("42/statm", "");
  EXPECT_EQ(reason_of(sampler, 1),
            "the memory of process 42 cannot be read: run soundcheck as the same user");
  for (const std::string text :
       {"", "42 (x", "42 (x) S 1 2", "42 (x) S a b c d e f g h i j k l m n o p q r s t u v"}) {
    proc.write("42/stat", text);
    EXPECT_EQ(reason_of(sampler, 2), "process 42 has ended: look into its log") << text;
  }
}

TEST(ProcessSampler, AReadErrorIsNoData) {
  const FakeProc proc;
  proc.process(42, 1, 1);
  ProcessSampler sampler(42, proc.files());
  std::filesystem::remove(proc.root() / "42/statm");
  std::filesystem::create_directory(proc.root() / "42/statm");  // opens, but read() fails
  EXPECT_EQ(reason_of(sampler, 1),
            "the memory of process 42 cannot be read: run soundcheck as the same user");
}

TEST(ProcessSampler, NamesTheProgramWithoutItsArguments) {
  const FakeProc proc;
  proc.process(42, 1, 1);
  const ProcessSampler sampler(42, proc.files());
  EXPECT_EQ(sampler.command(), "");
  proc.write("42/comm", "kworker\n");
  EXPECT_EQ(sampler.command(), "[kworker]");
  proc.write("42/cmdline", std::string("agent\0--api-key\0secret\0", 23));
  EXPECT_EQ(sampler.command(), "agent");
}

TEST(ProcessSampler, ReadsOurselvesFromTheRealProc) {
  ProcessSampler sampler(::getpid());
  const ProcessReading r = reading_of(sampler, 1);
  EXPECT_GT(r.rss_bytes, 100'000u);
  EXPECT_GE(r.threads, 1u);
  EXPECT_GE(r.descriptors.value_or(0), 3u);
  EXPECT_NE(sampler.command().find("monitor_test"), std::string::npos);
}

}  // namespace
}  // namespace soundcheck::monitor
