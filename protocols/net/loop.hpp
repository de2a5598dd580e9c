// A shard's event loop: epoll for channels, one heap for timers, a mailbox for the control thread. It is the
// Timeline and the Network of the sessions that run on it. All members but post() belong to the loop's
// thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "protocols/core/timeline.hpp"
#include "protocols/net/clock_comparison.hpp"
#include "protocols/net/network.hpp"
#include "protocols/net/sleeper.hpp"

struct epoll_event;

namespace soundcheck::net {

class TcpChannel;

/// What a loop does while there is nothing to do. One that sleeps leaves its core free, which takes some time
/// to wake up; one that spins asks the kernel again and again, fills its core, and is there at once.
enum class IdleStrategy { sleep, spin };

class Loop final : public core::Timeline, public Network {
 public:
  /// Throws std::system_error if the kernel gives no epoll descriptor.
  explicit Loop(IdleStrategy idle_strategy = IdleStrategy::sleep);
  ~Loop() override;

  /// The monotonic clock, read once for all who ask before something that takes time: the next event or
  /// timer, or a system call of a channel.
  core::TimePoint now() const override;
  core::Duration since_1970() const override;
  ChannelPtr dial(const Address& address, const Address* source) override;
  std::span<char> scratch() override { return scratch_; }

  /// Runs until stop().
  void run();
  void stop() { stopped_ = true; }
  /// Ends every channel's waits with `cancelled` and every timer; coroutines unwind while the loop runs on.
  void kill_all();

  /// Runs `work` on the loop's thread. Other threads may call this and idle_time(), nothing else.
  void post(std::function<void()> work);
  /// How long run() has spun without finding work; zero for a loop that sleeps.
  core::Duration idle_time() const { return core::Duration(idle_time_.load(std::memory_order_relaxed)); }

  /// Called with how late each timer was served.
  std::function<void(core::Duration)> on_timer_served;

  /// The monotonic clock, for those who have no loop (the control thread).
  static core::TimePoint clock();

 private:
  friend class TcpChannel;
  void add(TcpChannel& channel);
  void remove(TcpChannel& channel);
  /// Time has passed: the next now() reads the clock.
  void time_passed() { now_.reset(); }
  /// What the monotonic clock said at this time of day.
  core::TimePoint monotonic_at(const timespec& time_of_day);
  bool run_timers();  ///< true: there were some
  void run_posted();
  void read_on();
  int wait_for_events(std::span<epoll_event> events);
  void note_arrivals();
  void end_spin(bool worked);
  void* gone();  ///< stands for a channel that was destroyed after its event had come

  const IdleStrategy idle_strategy_;
  Sleeper sleeper_;
  int epoll_ = -1;
  int wakeup_ = -1;
  /// Has the kernel note what arrives while that is wanted: beginning and ending that with every connection
  /// would disturb the whole machine.
  int noting_ = -1;
  bool arrivals_noted_ = false;
  bool stopped_ = false;
  bool running_ = false;
  mutable std::optional<core::TimePoint> now_;  ///< while running; see now()
  ClockComparison clocks_;  ///< made anew in each round, because the time of day can be set
  std::vector<char> scratch_;
  std::vector<TcpChannel*> channels_;
  std::span<epoll_event> batch_;  ///< the events being served
  std::uint32_t round_ = 0;       ///< of run(); wraps
  /// Channels that have more to read than one round lets them; null: destroyed meanwhile.
  std::vector<TcpChannel*> read_on_;
  core::TimePoint spun_until_{};  ///< end of the last round of one that spins
  std::atomic<core::Duration::rep> idle_time_{0};
  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;
};

}  // namespace soundcheck::net
