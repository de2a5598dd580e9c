#include "runner/app/child_process.hpp"

#include <gmock/gmock.h>
#include <poll.h>

#include <csignal>

#include "tests/unit/app/temporary_folder.hpp"

namespace soundcheck::app {
namespace {

using testing::HasSubstr;

constexpr int patience_ms = 10'000;

/// A shell script as the child; "$fd" is the descriptor to announce on.
ChildProcess start(const std::string& script) {
  // The arguments that we add come after the script's name.
  auto started = ChildProcess::start("/bin/sh", {"-c", "fd=$2; " + script, "child"});
  if (auto* error = std::get_if<std::string>(&started)) throw std::runtime_error(*error);
  return std::move(std::get<ChildProcess>(started));
}

/// Polls until it has ended.
std::string exit_of(ChildProcess& child) {
  for (int waited = 0; waited < patience_ms; ++waited) {
    if (const auto exit = child.poll_exit()) return *exit;
    ::poll(nullptr, 0, 1);
  }
  return "still runs";
}

bool exists(pid_t pid) { return ::kill(pid, 0) == 0; }

TEST(ChildProcessTest, AnnouncesALineAndRunsUntilItIsStopped) {
  ChildProcess child = start("echo 8080 >/dev/fd/$fd; exec sleep 100");
  EXPECT_EQ(child.read_announcement(patience_ms), "8080");
  EXPECT_EQ(child.poll_exit(), std::nullopt);
  const pid_t pid = child.pid();
  EXPECT_TRUE(exists(pid));
  child.stop();
  EXPECT_FALSE(exists(pid));
  EXPECT_EQ(child.poll_exit(), "killed by signal 15 (Terminated)");
}

TEST(ChildProcessTest, AnAnnouncementThatNeverComes) {
  ChildProcess ended = start("exit 3");
  EXPECT_EQ(ended.read_announcement(patience_ms), std::nullopt);
  EXPECT_EQ(exit_of(ended), "exited with code 3");
  ChildProcess half = start("printf 80 >/dev/fd/$fd; exit 0");
  EXPECT_EQ(half.read_announcement(patience_ms), std::nullopt) << "a line without an end is none";
  ChildProcess silent = start("exec sleep 100");
  EXPECT_EQ(silent.read_announcement(1), std::nullopt);
}

TEST(ChildProcessTest, TheExitIsSaidInWordsAndStaysTheSame) {
  ChildProcess child = start("exit 0");
  EXPECT_EQ(exit_of(child), "exited with code 0");
  EXPECT_EQ(child.poll_exit(), "exited with code 0");
  child.stop();
  EXPECT_EQ(child.poll_exit(), "exited with code 0");
  ChildProcess killed = start("kill -KILL $$");
  EXPECT_EQ(exit_of(killed), "killed by signal 9 (Killed)");
}

TEST(ChildProcessTest, OneThatIgnoresTheRequestIsKilled) {
  ChildProcess child = start("trap '' TERM; echo ready >/dev/fd/$fd; while :; do sleep 100; done");
  ASSERT_EQ(child.read_announcement(patience_ms), "ready");
  child.stop();
  EXPECT_EQ(child.poll_exit(), "killed by signal 9 (Killed)");
}

TEST(ChildProcessTest, EndsWithItsOwner) {
  pid_t pid = -1;
  {
    ChildProcess child = start("echo ready >/dev/fd/$fd; exec sleep 100");
    ASSERT_EQ(child.read_announcement(patience_ms), "ready");
    pid = child.pid();
    const ChildProcess owner = std::move(child);
    EXPECT_TRUE(exists(pid)) << "moving does not end it";
  }
  EXPECT_FALSE(exists(pid));
}

TEST(ChildProcessTest, WhatCannotBeStartedIsAnError) {
  const auto absent = ChildProcess::start("/absent/program", {});
  EXPECT_EQ(std::get<std::string>(absent), "/absent/program: No such file or directory");
  const TemporaryFolder folder;
  const auto text = folder.write("text", "no program");
  EXPECT_EQ(std::get<std::string>(ChildProcess::start(text, {})), text.string() + ": Permission denied");
}

TEST(ChildProcessTest, AFileThatIsNoProgramExitsWith127) {
  const TemporaryFolder folder;
  const auto text = folder.write("text", "\x7f no program\n");
  std::filesystem::permissions(text, std::filesystem::perms::owner_all);
  auto started = ChildProcess::start(text, {});
  ASSERT_TRUE(std::holds_alternative<ChildProcess>(started));
  EXPECT_EQ(exit_of(std::get<ChildProcess>(started)), "exited with code 127");
}

}  // namespace
}  // namespace soundcheck::app
