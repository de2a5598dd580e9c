// A shard's event loop: epoll for channels, one heap for timers, a mailbox for the control thread. It is the
// Timeline and the Network of the sessions that run on it. All members but post() belong to the loop's
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "protocols/core/timeline.hpp"
#include "protocols/net/network.hpp"

struct epoll_event;

namespace soundcheck::net {

class TcpChannel;

class Loop final : public core::Timeline, public Network {
 public:
  /// Throws std::system_error if the kernel gives no epoll descriptor.
  Loop();
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

  /// Runs `work` on the loop's thread. The only member that other threads may call.
  void post(std::function<void()> work);

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
  void run_timers();
  void run_posted();
  void read_on();
  int wait_for_events(std::span<epoll_event> events);
  void* gone();  ///< stands for a channel that was destroyed after its event had come

  int epoll_ = -1;
  int wakeup_ = -1;
  bool stopped_ = false;
  bool running_ = false;
  mutable std::optional<core::TimePoint> now_;  ///< while running; see now()
  std::vector<char> scratch_;
  std::vector<TcpChannel*> channels_;
  std::span<epoll_event> batch_;  ///< the events being served
  std::uint32_t round_ = 0;       ///< of run(); wraps
  /// Channels that have more to read than one round lets them; null: destroyed meanwhile.
  std::vector<TcpChannel*> read_on_;
  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;
};

}  // namespace soundcheck::net
