#include "protocols/core/timer.hpp"

#include <algorithm>

namespace soundcheck::core {

namespace {
/// Each step of a sift touches a timer somewhere in memory; with four children there are half as many steps.
constexpr std::size_t arity = 4;
constexpr std::size_t parent_of(std::size_t at) { return (at - 1) / arity; }
}  // namespace

void TimerQueue::place(std::size_t at, Entry entry) {
  heap_[at] = entry;
  entry.timer->position_ = at;
}

void TimerQueue::sift_up(std::size_t at, Entry entry) {
  while (at > 0) {
    const std::size_t parent = parent_of(at);
    if (heap_[parent].before(entry)) break;
    place(at, heap_[parent]);
    at = parent;
  }
  place(at, entry);
}

void TimerQueue::sift_down(std::size_t at, Entry entry) {
  for (;;) {
    std::size_t child = arity * at + 1;
    if (child >= heap_.size()) break;
    const std::size_t end = std::min(child + arity, heap_.size());
    for (std::size_t other = child + 1; other < end; ++other) {
      if (heap_[other].before(heap_[child])) child = other;
    }
    if (entry.before(heap_[child])) break;
    place(at, heap_[child]);
    at = child;
  }
  place(at, entry);
}

void TimerQueue::add(Timer& timer, TimePoint due) {
  if (timer.queued()) remove(timer);
  timer.due_ = due;
  timer.wake_ = Wake::elapsed;
  heap_.push_back({due, next_order_++, &timer});
  sift_up(heap_.size() - 1, heap_.back());
}

void TimerQueue::remove(Timer& timer) {
  if (!timer.queued()) return;
  const std::size_t at = timer.position_;
  timer.position_ = Timer::npos;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (at == heap_.size()) return;
  if (at > 0 && last.before(heap_[parent_of(at)])) {
    sift_up(at, last);
  } else {
    sift_down(at, last);
  }
}

bool TimerQueue::fire_due(TimePoint now) {
  if (heap_.empty() || heap_.front().due > now) return false;
  Timer& timer = *heap_.front().timer;
  remove(timer);
  timer.callback_(timer, timer.wake_);
  return true;
}

void TimerQueue::expedite(Wake why, bool interruptible_only) {
  std::vector<Entry> entries;
  entries.swap(heap_);
  for (Entry entry : entries) {
    if (!interruptible_only || entry.timer->interruptible) {
      entry.due = TimePoint::min();
      entry.timer->due_ = entry.due;
      entry.timer->wake_ = why;
    }
    heap_.push_back(entry);
    sift_up(heap_.size() - 1, entry);
  }
}

}  // namespace soundcheck::core
