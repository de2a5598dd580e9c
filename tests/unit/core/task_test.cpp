#include "protocols/core/task.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "tests/support/virtual_timeline.hpp"

namespace soundcheck::core {
namespace {

using namespace std::chrono_literals;

Task<int> constant(int value) { co_return value; }
Task<int> sum(int a, int b) { co_return co_await constant(a) + co_await constant(b); }
Task<std::unique_ptr<std::string>> move_only() { co_return std::make_unique<std::string>("moved"); }
Task<int> broken() {
  throw std::runtime_error("a defect");
  co_return 0;
}

Task<void> keep(Task<int> task, int& out) { out = co_await std::move(task); }

TEST(Task, HandsItsResultToTheAwaiter) {
  int result = 0;
  TaskGroup group;
  group.spawn(keep(sum(2, 3), result));
  EXPECT_EQ(result, 5);
  EXPECT_EQ(group.live(), 0u);
}

TEST(Task, DoesNotStartBeforeItIsAwaited) {
  bool started = false;
  auto body = [](bool& flag) -> Task<int> {
    flag = true;
    co_return 1;
  };
  { const Task<int> never = body(started); }
  EXPECT_FALSE(started);
}

TEST(Task, ResultsMayBeMoveOnly) {
  std::string out;
  auto body = [](std::string& text) -> Task<void> { text = *co_await move_only(); };
  TaskGroup group;
  group.spawn(body(out));
  EXPECT_EQ(out, "moved");
}

TEST(Task, AnExceptionReachesTheAwaiter) {
  std::string caught;
  auto body = [](std::string& text) -> Task<void> {
    try {
      co_await broken();
    } catch (const std::runtime_error& error) {
      text = error.what();
    }
  };
  TaskGroup group;
  group.spawn(body(caught));
  EXPECT_EQ(caught, "a defect");
  EXPECT_EQ(group.error(), nullptr);
}

TEST(TaskGroup, KeepsTheFirstExceptionAndGoesOn) {
  int result = 0;
  TaskGroup group;
  group.spawn(keep(broken(), result));
  group.spawn(keep(constant(7), result));
  EXPECT_EQ(result, 7);
  EXPECT_EQ(group.live(), 0u);
  EXPECT_THROW(std::rethrow_exception(group.error()), std::runtime_error);
}

Task<void> sleep(support::VirtualTimeline& timeline, Duration length) {
  co_await timeline.sleep_until(timeline.now() + length);
}

Task<void> join(TaskGroup& group, support::VirtualTimeline& timeline, TimePoint& joined) {
  co_await group.join();
  joined = timeline.now();
}

TEST(TaskGroup, JoinWaitsForTheLast) {
  support::VirtualTimeline timeline;
  const TimePoint begin = timeline.now();
  TimePoint joined;
  TaskGroup workers;
  TaskGroup watchers;
  workers.spawn(sleep(timeline, 10ms));
  workers.spawn(sleep(timeline, 30ms));
  workers.spawn(sleep(timeline, 20ms));
  watchers.spawn(join(workers, timeline, joined));
  EXPECT_EQ(workers.live(), 3u);
  timeline.run_all();
  EXPECT_EQ(joined - begin, 30ms);
  EXPECT_EQ(watchers.live(), 0u);
}

TEST(TaskGroup, JoiningAnEmptyGroupDoesNotWait) {
  support::VirtualTimeline timeline;
  TimePoint joined;
  TaskGroup workers;
  TaskGroup watchers;
  watchers.spawn(join(workers, timeline, joined));
  EXPECT_EQ(joined, timeline.now());
}

TEST(TaskGroup, TheJoinerMayDestroyTheGroup) {
  support::VirtualTimeline timeline;
  auto body = [](support::VirtualTimeline& t, bool& done) -> Task<void> {
    {
      TaskGroup workers;
      workers.spawn(sleep(t, 10ms));
      co_await workers.join();
    }
    done = true;
  };
  bool done = false;
  TaskGroup outer;
  outer.spawn(body(timeline, done));
  timeline.run_all();
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace soundcheck::core
