#include "runner/engine/thread_fleet.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <variant>

#include "tests/support/listening_socket.hpp"
#include "tests/unit/engine/simple_plan.hpp"

namespace soundcheck::engine {
namespace {

using namespace std::chrono_literals;

/// A port of 127.0.0.1 whose connections are made by the kernel and never answered.
class SilentTarget {
 public:
  void close() { socket_.close(); }
  net::Endpoint endpoint() const {
    const auto url = net::parse_target_url("http://127.0.0.1:" + std::to_string(socket_.port()));
    return std::get<net::Endpoint>(net::resolve(std::get<net::TargetUrl>(url)));
  }

 private:
  test_support::ListeningSocket socket_;
};

/// Collects until nobody is left.
metrics::Snapshot collect_all(ThreadFleet& fleet) {
  metrics::Snapshot all;
  for (bool finished = false; !finished;) {
    finished = fleet.finished();
    all.merge(fleet.collect());
    std::this_thread::yield();
  }
  return all;
}

TEST(ThreadFleet, RefusedConnectionsAreCountedOnAllShards) {
  SilentTarget target;
  const plan::Plan plan = http_plan(target.endpoint(), 6, 10'000, 20ms, 1s);
  target.close();
  ThreadFleet fleet(plan, 3);
  fleet.start(net::Loop::clock());
  const metrics::Snapshot all = collect_all(fleet);
  EXPECT_EQ(all.tasks[0].counter(core::Counter::started), 6);
  EXPECT_EQ(all.tasks[0].failures[static_cast<std::size_t>(core::Stage::connect)], 6u);
  EXPECT_EQ(fleet.health().cut_off, 0u);
  for (const double seconds : fleet.health().shard_cpu_seconds) EXPECT_GT(seconds, 0.0);
}

TEST(ThreadFleet, KillEndsUsersThatWaitForAnAnswer) {
  const SilentTarget target;
  const plan::Plan plan = http_plan(target.endpoint(), 8, 100'000, 1h, 1s);
  ThreadFleet fleet(plan, 2);
  fleet.start(net::Loop::clock());
  metrics::Snapshot all;
  while (all.tasks.empty() || all.tasks[0].counter(core::Counter::connections) < 8)
    all.merge(fleet.collect());
  EXPECT_FALSE(fleet.finished());
  fleet.drain();
  fleet.kill();
  all.merge(collect_all(fleet));
  EXPECT_EQ(all.tasks[0].counter(core::Counter::started), 8);
  EXPECT_EQ(all.tasks[0].failed(), 0u);
}

TEST(ThreadFleet, DestroyingItEndsARunInProgress) {
  const SilentTarget target;
  const plan::Plan plan = http_plan(target.endpoint(), 8, 100'000, 1h, 1s);
  ThreadFleet fleet(plan, 2);
  fleet.start(net::Loop::clock());
  fleet.collect();
}

/// Whoever spins uses all of its core; what says whether it keeps up is the time that it had work.
TEST(ThreadFleet, OneThatSpinsIsBusyOnlyWhileItHasWork) {
  SilentTarget target;
  const plan::Plan plan = http_plan(target.endpoint(), 2, 10'000, 20ms, 1s);
  target.close();
  ThreadFleet fleet(plan, 1, net::IdleStrategy::spin);
  EXPECT_EQ(fleet.health().shard_cpu_seconds, std::vector<double>{0});
  const core::TimePoint before = net::Loop::clock();
  fleet.start(before);
  const metrics::Snapshot all = collect_all(fleet);
  const double busy = fleet.health().shard_cpu_seconds.front();
  EXPECT_EQ(all.tasks[0].counter(core::Counter::started), 2);
  EXPECT_GT(busy, 0);
  EXPECT_LT(busy, core::to_seconds(net::Loop::clock() - before));
}

TEST(ThreadFleet, OneThatNeverStartedCanBeDestroyed) {
  const SilentTarget target;
  const plan::Plan plan = http_plan(target.endpoint(), 8, 100, 1h, 1s);
  const ThreadFleet fleet(plan, 2);
  EXPECT_FALSE(fleet.finished());
}

}  // namespace
}  // namespace soundcheck::engine
