// A herd that loses its target comes back, in virtual time: when each user dials again and how long it took.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "protocols/websocket/websocket_session.hpp"
#include "tests/support/recording_probe.hpp"
#include "tests/unit/websocket/frame_peer.hpp"

namespace soundcheck::websocket {
namespace {

using namespace std::chrono_literals;
using core::Backoff;
using core::Counter;
using core::Metric;
using Kind = Backoff::Kind;

constexpr int herd = 500;
constexpr core::Duration down_at = 10s;
constexpr core::Duration down_for = 5s;

/// Resets all connections when it goes down, and refuses new ones until it is up again.
class RestartingTarget final : public support::VirtualNetwork {
 public:
  explicit RestartingTarget(support::VirtualTimeline& time)
      : VirtualNetwork(time), down_(time.now() + down_at), up_(down_ + down_for) {}

  /// When connections were dialled, counted in tenths of a second since the target went down.
  std::map<std::int64_t, int> dials_after_loss;
  int refused = 0;

 private:
  class HerdPeer final : public FramePeer {
   public:
    explicit HerdPeer(core::TimePoint down) : down_(down) {}

   private:
    void on_open(support::VirtualChannel& channel) override {
      if (channel.now() < down_) channel.reset_at(down_, ECONNRESET);
    }
    core::TimePoint down_;
  };

  support::DialAnswer answer_dial(const net::Address&) override {
    const core::TimePoint now = timeline().now();
    if (now >= down_) ++dials_after_loss[(now - down_) / 100ms];
    if (now < down_ || now >= up_) return {1ms, 0, std::make_unique<HerdPeer>(down_)};
    ++refused;
    return {1ms, ECONNREFUSED, nullptr};
  }

  core::TimePoint down_;
  core::TimePoint up_;
};

class Herd : public testing::Test {
 protected:
  Herd() {
    workload.exchange_task = 1;
    workload.ping_task = 2;
    workload.upgrade = {"/ws", "h"};
    workload.connect_timeout = 1s;
    workload.ping_interval = 1h;
    workload.hold = 10min;
  }

  core::Task<void> live(WebSocketSession& session, core::TimePoint end) {
    for (core::TimePoint next = timeline.now(); next < end; next = timeline.now() + session.think_time()) {
      co_await timeline.sleep_until(next);
      co_await session.run_one(next, end);
    }
  }

  /// Seconds from each user's loss to its recovery, sorted.
  std::vector<double> recoveries(const Backoff& backoff) {
    workload.reconnect = backoff;
    const core::TimePoint end = timeline.now() + 2min;
    std::vector<std::unique_ptr<WebSocketSession>> users;
    core::TaskGroup group;
    for (std::uint64_t user = 0; user < herd; ++user) {
      users.push_back(std::make_unique<WebSocketSession>(
          workload, net::UserContext{endpoint, network, timeline, probe, 1, user}));
      group.spawn(live(*users.back(), end));
    }
    EXPECT_TRUE(timeline.run_all());
    EXPECT_EQ(group.live(), 0U);
    EXPECT_EQ(probe.counter(0, Counter::lost_connections), herd);
    EXPECT_EQ(probe.counter(0, Counter::reconnects), herd);
    EXPECT_EQ(probe.counter(0, Counter::clean_closes), herd);
    EXPECT_EQ(probe.failures().size(), herd + static_cast<std::size_t>(network.refused));
    std::vector<double> seconds;
    for (const std::int64_t micro : probe.values(0, Metric::recovery_time))
      seconds.push_back(static_cast<double>(micro) / 1e6);
    std::sort(seconds.begin(), seconds.end());
    return seconds;
  }
  /// The most dials in one tenth of a second once the target is up again.
  int worst_burst() const {
    int worst = 0;
    for (const auto& [tenth, dials] : network.dials_after_loss) {
      if (tenth * 100ms >= down_for) worst = std::max(worst, dials);
    }
    return worst;
  }

  support::VirtualTimeline timeline;
  RestartingTarget network{timeline};
  support::RecordingProbe probe;
  const net::Endpoint endpoint = support::any_endpoint();
  Workload workload;
};

TEST_F(Herd, ConstantComesBackInOneBurst) {
  const std::vector<double> seconds = recoveries(Backoff::constant(2s));
  ASSERT_EQ(seconds.size(), static_cast<std::size_t>(herd));
  // Attempts 2.0, 4.001 and 6.002 s after the loss; each refusal takes a millisecond.
  EXPECT_NEAR(seconds.front(), 6.003, 1e-6);
  EXPECT_NEAR(seconds.back(), 6.003, 1e-6);
  EXPECT_EQ(network.refused, 2 * herd);
  EXPECT_EQ(worst_burst(), herd);
}

TEST_F(Herd, ExponentialWaitsLongerEachTimeAndStillBursts) {
  const std::vector<double> seconds = recoveries({Kind::exponential, 1s, 30s, 2});
  ASSERT_EQ(seconds.size(), static_cast<std::size_t>(herd));
  EXPECT_NEAR(seconds.front(), 1 + 2 + 4 + 0.003, 1e-6);
  EXPECT_NEAR(seconds.back(), 1 + 2 + 4 + 0.003, 1e-6);
  EXPECT_EQ(worst_burst(), herd);
}

TEST_F(Herd, WithoutBackoffTheTargetIsTriedFiveTimesASecond) {
  const std::vector<double> seconds = recoveries({Kind::none, 1s, 30s, 2});
  ASSERT_EQ(seconds.size(), static_cast<std::size_t>(herd));
  EXPECT_GE(seconds.front(), 5.0);
  EXPECT_LE(seconds.back(), 5.0 + 0.202);
  // At once, and then every 201 ms until the target is back.
  EXPECT_EQ(network.refused, 25 * herd);
  EXPECT_EQ(worst_burst(), herd);
}

TEST_F(Herd, FullJitterSpreadsTheHerd) {
  const std::vector<double> seconds = recoveries({Kind::full_jitter, 1s, 30s, 2});
  ASSERT_EQ(seconds.size(), static_cast<std::size_t>(herd));
  EXPECT_GE(seconds.front(), 5.0);
  EXPECT_LE(seconds.back(), 5.0 + 30.1) << "nobody waits longer than the most";
  EXPECT_LT(worst_burst(), herd / 10) << "no moment gets a tenth of the herd";
  EXPECT_GT(std::set<double>(seconds.begin(), seconds.end()).size(), herd * 9U / 10U);
}

TEST_F(Herd, TheSameSeedComesBackAtTheSameTimes) {
  const std::vector<double> first = recoveries({Kind::full_jitter, 1s, 30s, 2});
  support::VirtualTimeline again;
  RestartingTarget target(again);
  support::RecordingProbe seen;
  core::TaskGroup group;
  std::vector<std::unique_ptr<WebSocketSession>> users;
  const core::TimePoint end = again.now() + 2min;
  const auto one = [&](WebSocketSession& session) -> core::Task<void> {
    for (core::TimePoint next = again.now(); next < end; next = again.now() + session.think_time()) {
      co_await again.sleep_until(next);
      co_await session.run_one(next, end);
    }
  };
  for (std::uint64_t user = 0; user < herd; ++user) {
    users.push_back(std::make_unique<WebSocketSession>(
        workload, net::UserContext{endpoint, target, again, seen, 1, user}));
    group.spawn(one(*users.back()));
  }
  ASSERT_TRUE(again.run_all());
  std::vector<double> second;
  for (const std::int64_t micro : seen.values(0, Metric::recovery_time))
    second.push_back(static_cast<double>(micro) / 1e6);
  std::sort(second.begin(), second.end());
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace soundcheck::websocket
