// Timers: an intrusive node and the queue that orders nodes by due time. The node's owner keeps it alive
// while it is queued; the queue belongs to one thread. Pure: knows no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "protocols/core/time.hpp"

namespace soundcheck::core {

/// Why a timer fired.
enum class Wake : unsigned char {
  elapsed,    // its time has come
  draining,   // the run stops starting things (only timers marked interruptible)
  cancelled,  // the run was killed
};

class Timer {
 public:
  using Callback = void (*)(Timer&, Wake);

  explicit Timer(Callback callback) : callback_(callback) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  bool queued() const { return position_ != npos; }
  TimePoint due() const { return due_; }

  bool interruptible = false;

 private:
  friend class TimerQueue;
  static constexpr std::size_t npos = std::numeric_limits<std::size_t>::max();
  Callback callback_;
  TimePoint due_{};
  std::size_t position_ = npos;
  Wake wake_ = Wake::elapsed;
};

/// A heap that knows each node's place: add, remove and move cost O(log n), the earliest O(1).
class TimerQueue {
 public:
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  /// Not to be called on an empty queue.
  TimePoint earliest() const { return heap_.front().due; }

  /// Queues the timer, or moves it if it is queued already.
  void add(Timer& timer, TimePoint due);
  void remove(Timer& timer);

  /// Fires the earliest timer if it is due at `now`; false if none is.
  bool fire_due(TimePoint now);
  /// Makes all queued timers, or only the interruptible ones, due at once; they will fire with `why`.
  void expedite(Wake why, bool interruptible_only);

 private:
  struct Entry {
    TimePoint due;
    std::uint64_t order;  ///< timers due at the same moment fire in the order in which they were queued
    Timer* timer;
    bool before(const Entry& other) const { return due != other.due ? due < other.due : order < other.order; }
  };
  void place(std::size_t at, Entry entry);
  void sift_up(std::size_t at, Entry entry);
  void sift_down(std::size_t at, Entry entry);

  std::vector<Entry> heap_;
  std::uint64_t next_order_ = 0;
};

}  // namespace soundcheck::core
