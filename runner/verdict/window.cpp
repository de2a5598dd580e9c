#include "runner/verdict/window.hpp"

namespace soundcheck::verdict {

void Window::add(const Sum& second, double seconds) {
  seconds_.push_back({second.histogram.sparse(), second.succeeded, second.failed, seconds});
  covered_ += seconds;
  while (seconds_.size() > 1 && covered_ - seconds_.front().seconds >= length_ - jitter) {
    covered_ -= seconds_.front().seconds;
    seconds_.pop_front();
  }
}

void Window::add_to_last(const Sum& more) {
  if (seconds_.empty()) return;
  Second& last = seconds_.back();
  Sum joined{{}, last.succeeded + more.succeeded, last.failed + more.failed};
  joined.histogram.merge(last.histogram);
  joined.histogram.merge(more.histogram);
  last = {joined.histogram.sparse(), joined.succeeded, joined.failed, last.seconds};
}

Sum Window::sum() const {
  Sum sum;
  for (const Second& second : seconds_) {
    sum.histogram.merge(second.histogram);
    sum.succeeded += second.succeeded;
    sum.failed += second.failed;
  }
  return sum;
}

}  // namespace soundcheck::verdict
