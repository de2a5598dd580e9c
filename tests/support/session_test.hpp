// The fixture of tests that drive sessions in virtual time: a timeline, a scripted network, a probe and a
// task group. At the end nothing may be left over: no timer, no task, no open connection, no unplayed script.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/core/task.hpp"
#include "tests/support/recording_probe.hpp"
#include "tests/support/scripted_network.hpp"

namespace soundcheck::support {

using namespace std::chrono_literals;

class SessionTest : public testing::Test {
 protected:
  ~SessionTest() override {
    network.kill_all();
    timeline.run_all();
  }

  void TearDown() override {
    EXPECT_EQ(group.live(), 0u) << "a task has not ended";
    EXPECT_EQ(group.error(), nullptr) << "an exception left a task";
    EXPECT_EQ(network.open_channels(), 0u) << "a connection is still open";
    EXPECT_TRUE(timeline.timers().empty()) << "a timer is still queued";
    EXPECT_EQ(probe.in_progress(), 0);
    if (check_script) {
      EXPECT_THAT(network.problems(), testing::IsEmpty());
    }
  }

  /// Runs the task until nothing is left to do.
  void run(core::Task<void> task) {
    group.spawn(std::move(task));
    EXPECT_TRUE(timeline.run_all()) << "timers go on for ever";
  }

  core::TimePoint at(core::Duration since_begin) const { return begin + since_begin; }

  VirtualTimeline timeline;
  ScriptedNetwork network{timeline};
  RecordingProbe probe;
  core::TaskGroup group;
  net::Endpoint endpoint = any_endpoint();
  const core::TimePoint begin = timeline.now();
  bool check_script = true;  ///< off where a fault keeps the script from being played
};

}  // namespace soundcheck::support
