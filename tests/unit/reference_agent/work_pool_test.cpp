#include "tools/reference_agent/work_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>

namespace soundcheck::reference_agent {
namespace {

/// Writes its name once per portion.
class Writer final : public WorkPool::Job {
 public:
  Writer(char name, int portions, std::string& out, std::promise<void>& done)
      : name_(name), portions_(portions), out_(out), done_(done) {}
  bool run() override {
    out_ += name_;
    if (--portions_ > 0) return true;
    if (name_ == 'c') done_.set_value();
    return false;
  }

 private:
  char name_;
  int portions_;
  std::string& out_;
  std::promise<void>& done_;
};

/// Holds its thread until it is let go.
class Gate final : public WorkPool::Job {
 public:
  bool run() override {
    entered.set_value();
    open.get_future().wait();
    return false;
  }
  std::promise<void> entered;
  std::promise<void> open;
};

TEST(WorkPool, JobsTakeTurns) {
  WorkPool pool(1);
  const auto gate = std::make_shared<Gate>();
  pool.schedule(gate);
  gate->entered.get_future().wait();
  std::string order;
  std::promise<void> done;
  pool.schedule(std::make_shared<Writer>('a', 3, order, done));
  pool.schedule(std::make_shared<Writer>('b', 1, order, done));
  pool.schedule(std::make_shared<Writer>('c', 4, order, done));
  gate->open.set_value();
  done.get_future().wait();
  EXPECT_EQ(order, "abcacacc");
}

/// Counts how often it ran and whether it ever ran twice at once.
class Lonely final : public WorkPool::Job {
 public:
  bool run() override {
    if (inside_.exchange(true)) overlapped = true;
    const bool last = taken_.fetch_add(1) + 1 >= asked.load();
    inside_ = false;
    if (last && all_asked.load() && !told_.exchange(true)) done.set_value();
    return !last;
  }
  std::atomic<int> asked{0};
  std::atomic<bool> all_asked{false};
  std::atomic<bool> overlapped{false};
  std::promise<void> done;

 private:
  std::atomic<bool> inside_{false};
  std::atomic<bool> told_{false};
  std::atomic<int> taken_{0};
};

TEST(WorkPool, NeverRunsAJobTwiceAtOnceAndLosesNoRequest) {
  WorkPool pool(4);
  const auto job = std::make_shared<Lonely>();
  for (int i = 0; i < 10'000; ++i) {
    ++job->asked;
    pool.schedule(job);
  }
  job->all_asked = true;
  pool.schedule(job);
  job->done.get_future().wait();
  EXPECT_FALSE(job->overlapped);
}

TEST(WorkPool, StopDropsWhatIsQueued) {
  WorkPool pool(1);
  const auto gate = std::make_shared<Gate>();
  pool.schedule(gate);
  gate->entered.get_future().wait();
  std::string order;
  std::promise<void> done;
  const auto queued = std::make_shared<Writer>('a', 1, order, done);
  std::thread stopper([&] { pool.stop(); });
  gate->open.set_value();
  stopper.join();
  pool.schedule(queued);
  EXPECT_EQ(order, "");
  EXPECT_EQ(queued.use_count(), 1);
}

}  // namespace
}  // namespace soundcheck::reference_agent
