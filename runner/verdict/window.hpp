// What one objective measured in the last so many seconds, second by second, so that it can be judged over
// any window. Memory: one sparse histogram for each second of the window. Control thread.
#pragma once

#include <cstdint>
#include <deque>

#include "runner/verdict/measure.hpp"

namespace soundcheck::verdict {

class Window {
 public:
  explicit Window(double length_seconds) : length_(length_seconds) {}

  /// The next second, or whatever a tick covers. What is older than the window is forgotten.
  void add(const Sum& second, double seconds);
  /// More of the second that was added last.
  void add_to_last(const Sum& more);

  /// Enough has been added to fill the window, but for the jitter of ticks.
  bool full() const { return covered_ >= length_ - jitter; }
  double seconds() const { return covered_; }
  Sum sum() const;

 private:
  /// A tick may come this much early or late.
  static constexpr double jitter = 0.5;

  struct Second {
    Second(const Sum& sum, double length)
        : histogram(sum.histogram.sparse()),
          succeeded(sum.succeeded),
          failed(sum.failed),
          counted(sum.counted),
          seconds(length) {}
    void add_to(Sum& sum) const;

    metrics::Histogram::Sparse histogram;
    std::uint64_t succeeded = 0;
    std::uint64_t failed = 0;
    std::int64_t counted = 0;
    double seconds = 0;
  };
  double length_;
  double covered_ = 0;
  std::deque<Second> seconds_;  // oldest first
};

}  // namespace soundcheck::verdict
