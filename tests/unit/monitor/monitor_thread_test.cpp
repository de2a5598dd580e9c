// A monitor that hangs delays nobody; one that does not is asked when its samples are due. Real threads, but
// the clock is the test's.
#include "runner/monitor/monitor_thread.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace soundcheck::monitor {
namespace {

using namespace std::chrono_literals;

/// Says how often it was asked, and waits each time until it may go on.
class Scripted final : public Monitor {
 public:
  explicit Scripted(std::function<void(int)> at_sample) : at_sample_(std::move(at_sample)) {}
  Reading sample(core::TimePoint now, core::TimePoint deadline) override {
    EXPECT_EQ(deadline - now, 2s);
    at_sample_(++asked_);
    Reading reading(1);
    reading.values[0] = asked_;
    return reading;
  }

 private:
  std::function<void(int)> at_sample_;
  int asked_ = 0;
};

TEST(MonitorThread, TakesItsSamplesWhenTheyAreDue) {
  std::atomic<core::Duration> clock{0s};
  std::promise<void> third;
  MonitorThread thread(std::make_unique<Scripted>([&](int n) {
                         // Each takes a second; then the clock stands, so that nothing more comes due.
                         if (n <= 3) clock = clock.load() + 1s;
                         if (n == 3) third.set_value();
                       }),
                       1s, 2s, [&] { return core::TimePoint(clock); });
  thread.start(core::TimePoint{});
  third.get_future().wait();
  thread.stop();
  const auto taken = thread.take();
  ASSERT_GE(taken.size(), 3u);
  for (std::size_t i = 0; i < taken.size(); ++i) {
    EXPECT_EQ(taken[i].at, core::TimePoint(static_cast<std::int64_t>(i) * 1s));
    EXPECT_EQ(taken[i].reading.values[0], static_cast<double>(i + 1));
  }
  EXPECT_TRUE(thread.take().empty());
}

TEST(MonitorThread, AHangingSampleHoldsNobodyUp) {
  std::promise<void> hanging;
  std::promise<void> release;
  MonitorThread thread(std::make_unique<Scripted>([&](int) {
                         hanging.set_value();
                         release.get_future().wait();
                       }),
                       1s, 2s, [] { return core::TimePoint{}; });
  thread.start(core::TimePoint{});
  hanging.get_future().wait();
  EXPECT_TRUE(thread.take().empty()) << "returns at once, though a sample hangs";
  thread.end();
  release.set_value();
  thread.stop();
  EXPECT_EQ(thread.take().size(), 1u) << "what was in progress at the end still counts";
}

TEST(MonitorThread, EndsAtOnceWhileItWaits) {
  MonitorThread thread(std::make_unique<Scripted>([](int) { ADD_FAILURE() << "nothing is due"; }), 1s, 2s,
                       [] { return core::TimePoint{}; });
  thread.start(core::TimePoint{1h});
  thread.stop();
  EXPECT_TRUE(thread.take().empty());
}

TEST(MonitorThread, CutsWhatAServerSaysAtLength) {
  class Talkative final : public Monitor {
   public:
    explicit Talkative(std::promise<void>& asked) : asked_(asked) {}
    Reading sample(core::TimePoint, core::TimePoint) override {
      Reading reading(2);
      reading.troubles = {
          {std::string(1'000'000, 'x')}, {"short"}, {std::string(396, 'x') + "\u00e9 and more"}};
      asked_.set_value();
      return reading;
    }

   private:
    std::promise<void>& asked_;
  };
  std::promise<void> asked;
  MonitorThread thread(std::make_unique<Talkative>(asked), 1s, 2s, [] { return core::TimePoint{}; });
  thread.start(core::TimePoint{});
  asked.get_future().wait();
  thread.stop();
  const auto taken = thread.take();
  ASSERT_EQ(taken.size(), 1u);
  const std::vector<Trouble>& troubles = taken[0].reading.troubles;
  EXPECT_EQ(troubles[0].text, std::string(397, 'x') + "...");
  EXPECT_EQ(troubles[0].text.size(), MonitorThread::longest_trouble);
  EXPECT_EQ(troubles[1].text, "short");
  EXPECT_EQ(troubles[2].text, std::string(396, 'x') + "...") << "no half character";
}

TEST(MonitorThread, KeepsABoundedNumberForNobody) {
  std::atomic<std::int64_t> tick{0};
  std::promise<void> enough;
  MonitorThread thread(std::make_unique<Scripted>([&](int n) {
                         if (n == static_cast<int>(MonitorThread::most_waiting) + 10) enough.set_value();
                       }),
                       1s, 2s, [&] { return core::TimePoint(++tick * 1s); });
  thread.start(core::TimePoint{});
  enough.get_future().wait();
  thread.stop();
  const auto taken = thread.take();
  EXPECT_EQ(taken.size(), MonitorThread::most_waiting);
  EXPECT_GE(*taken.back().reading.values[0], static_cast<double>(MonitorThread::most_waiting) + 10)
      << "the newest are kept";
}

}  // namespace
}  // namespace soundcheck::monitor
