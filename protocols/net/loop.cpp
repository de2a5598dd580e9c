#include "protocols/net/loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <ctime>
#include <system_error>
#include <utility>

#include "protocols/net/tcp_channel.hpp"

namespace soundcheck::net {

namespace {
constexpr std::size_t scratch_size = 256 * 1024;
constexpr int events_per_wait = 256;

core::Duration to_duration(const timespec& t) {
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}
}  // namespace

Loop::Loop(IdleStrategy idle_strategy) : idle_strategy_(idle_strategy), scratch_(scratch_size) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  wakeup_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  noting_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (epoll_ < 0 || wakeup_ < 0) throw std::system_error(errno, std::generic_category(), "epoll");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;  // the mailbox; a channel's events carry its address
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, wakeup_, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

Loop::~Loop() {
  if (noting_ >= 0) ::close(noting_);
  ::close(wakeup_);
  ::close(epoll_);
}

core::TimePoint Loop::clock() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return core::TimePoint{to_duration(t)};
}

core::Duration Loop::since_1970() const {
  timespec t{};
  ::clock_gettime(CLOCK_REALTIME, &t);
  return to_duration(t);
}

core::TimePoint Loop::monotonic_at(const timespec& time_of_day) {
  while (!clocks_.enough()) {
    const core::TimePoint before = clock();
    const core::Duration time = since_1970();
    clocks_.add(before, time, clock());
  }
  return clocks_.monotonic_at(to_duration(time_of_day));
}

core::TimePoint Loop::now() const {
  if (!running_) return clock();
  if (!now_) now_ = clock();
  return *now_;
}

ChannelPtr Loop::dial(const Address& address, const Address* source) {
  return std::make_unique<TcpChannel>(*this, address, source);
}

void Loop::add(TcpChannel& channel) {
  channel.index_ = channels_.size();
  channels_.push_back(&channel);
  if (channel.socket_ < 0) return;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &channel;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, channel.socket_, &event) != 0) channel.dial_error_ = errno;
}

void Loop::remove(TcpChannel& channel) {
  channels_[channel.index_] = channels_.back();
  channels_[channel.index_]->index_ = channel.index_;
  channels_.pop_back();
  if (channel.reads_on_)
    std::replace(read_on_.begin(), read_on_.end(), &channel, static_cast<TcpChannel*>(nullptr));
  // The channel may still have an event in the batch that is being served.
  for (epoll_event& event : batch_) {
    if (event.data.ptr == &channel) event.data.ptr = gone();
  }
}

void Loop::post(std::function<void()> work) {
  {
    std::lock_guard lock(posted_mutex_);
    posted_.push_back(std::move(work));
  }
  const std::uint64_t one = 1;
  // The counter cannot overflow before the loop reads it, so a failed write means that it is awake already.
  [[maybe_unused]] const auto n = ::write(wakeup_, &one, sizeof one);
}

void Loop::run_posted() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto n = ::read(wakeup_, &count, sizeof count);
  std::vector<std::function<void()>> work;
  {
    std::lock_guard lock(posted_mutex_);
    work.swap(posted_);
  }
  for (auto& item : work) {
    time_passed();
    item();
  }
}

void Loop::kill_all() {
  kill();
  // Aborting resumes coroutines, which may destroy channels and so move others in the list: pass over it
  // until a pass finds nobody left to tell.
  for (bool found = true; found;) {
    found = false;
    for (std::size_t i = 0; i < channels_.size();) {
      if (channels_[i]->aborted_ == IoStatus::ok) {
        found = true;
        channels_[i]->abort(IoStatus::cancelled);
      } else {
        ++i;
      }
    }
  }
}

bool Loop::run_timers() {
  // Only what is due at this moment: what becomes due while it is served waits for the next round, so that
  // sockets are served in between.
  time_passed();
  const core::TimePoint until = now();
  const bool any = !timers().empty() && timers().earliest() <= until;
  while (!timers().empty() && timers().earliest() <= until) {
    const core::TimePoint due = timers().earliest();
    if (on_timer_served && due != core::TimePoint::min()) on_timer_served(until - due);
    timers().fire_due(until);
    time_passed();
  }
  return any;
}

void* Loop::gone() { return this; }

int Loop::wait_for_events(std::span<epoll_event> events) {
  time_passed();
  const bool look_only = !read_on_.empty() || idle_strategy_ == IdleStrategy::spin;
  const core::TimePoint due = timers().empty() ? core::TimePoint::max() : timers().earliest();
  const core::Duration sleep = sleeper_.begin(now(), look_only ? now() : due);
  const timespec timeout{static_cast<time_t>(sleep.count() / 1'000'000'000),
                         static_cast<long>(sleep.count() % 1'000'000'000)};
  const timespec* const limit = sleep == core::Duration::max() ? nullptr : &timeout;
  const int count = ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), limit, nullptr);
  time_passed();
  sleeper_.end(now(), count > 0, !read_on_.empty() || due <= now());
  if (sleeper_.mostly_idle() != arrivals_noted_) note_arrivals();
  return count;
}

void Loop::note_arrivals() {
  arrivals_noted_ = sleeper_.mostly_idle();
  const int on = arrivals_noted_ ? 1 : 0;
  ::setsockopt(noting_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
}

void Loop::read_on() {
  const std::size_t count = read_on_.size();  // those that are added meanwhile wait for the round after this
  for (std::size_t i = 0; i < count; ++i) {
    time_passed();
    if (TcpChannel* const channel = std::exchange(read_on_[i], nullptr)) channel->read_on();
  }
  read_on_.erase(read_on_.begin(), read_on_.begin() + static_cast<std::ptrdiff_t>(count));
}

void Loop::end_spin(bool worked) {
  if (worked) time_passed();
  const core::TimePoint t = now();
  if (!worked) {
    const core::Duration idle(idle_time_.load(std::memory_order_relaxed));
    idle_time_.store((idle + (t - spun_until_)).count(), std::memory_order_relaxed);
  }
  spun_until_ = t;
}

void Loop::run() {
  std::array<epoll_event, events_per_wait> events;
  running_ = true;
  spun_until_ = clock();
  while (!stopped_) {
    const int count = wait_for_events(events);
    batch_ = std::span(events).first(static_cast<std::size_t>(std::max(count, 0)));
    ++round_;
    clocks_ = {};
    const bool reads = !read_on_.empty();
    read_on();
    bool posted = false;
    for (const epoll_event& event : batch_) {
      // Ten thousand connections do not fit into the cache: fetch the next one while this one is served.
      if (&event != &batch_.back()) __builtin_prefetch((&event)[1].data.ptr);
      time_passed();
      if (event.data.ptr == nullptr) {
        posted = true;
      } else if (event.data.ptr != gone()) {
        static_cast<TcpChannel*>(event.data.ptr)->on_events(event.events);
      }
    }
    batch_ = {};
    const bool timers = run_timers();
    if (posted) run_posted();
    if (idle_strategy_ == IdleStrategy::spin) end_spin(count > 0 || reads || timers);
  }
  running_ = false;
}

}  // namespace soundcheck::net
