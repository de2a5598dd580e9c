#include "runner/verdict/window.hpp"

namespace soundcheck::verdict {

void Window::Second::add_to(Sum& sum) const {
  sum.histogram.merge(histogram);
  sum.succeeded += succeeded;
  sum.failed += failed;
  sum.counted += counted;
}

void Window::add(const Sum& second, double seconds) {
  seconds_.emplace_back(second, seconds);
  covered_ += seconds;
  while (seconds_.size() > 1 && covered_ - seconds_.front().seconds >= length_ - jitter) {
    covered_ -= seconds_.front().seconds;
    seconds_.pop_front();
  }
}

void Window::add_to_last(const Sum& more) {
  if (seconds_.empty()) return;
  Sum joined;
  seconds_.back().add_to(joined);
  joined.add(more);
  seconds_.back() = Second(joined, seconds_.back().seconds);
}

Sum Window::sum() const {
  Sum sum;
  for (const Second& second : seconds_) second.add_to(sum);
  return sum;
}

}  // namespace soundcheck::verdict
