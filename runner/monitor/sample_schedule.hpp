// When a monitor's samples are due: every so often from the start of the run on, whatever the samples take.
// Pure; belongs to the monitor's thread.
#pragma once

#include "protocols/core/time.hpp"

namespace soundcheck::monitor {

class SampleSchedule {
 public:
  /// `every` must be positive.
  SampleSchedule(core::TimePoint start, core::Duration every) : due_(start), every_(every) {}

  core::TimePoint due() const { return due_; }
  /// The sample that was due has been taken, and it is `now`. Samples that came due meanwhile are left out:
  /// a slow monitor gives fewer samples, never a queue of them.
  void taken(core::TimePoint now) {
    due_ += every_;
    if (now > due_)
      due_ += ((now - due_) / every_ + ((now - due_) % every_ != core::Duration::zero() ? 1 : 0)) * every_;
  }

 private:
  core::TimePoint due_;
  core::Duration every_;
};

/// How many samples a whole run has: those due up to half a second before its end. The last one may still
/// have been on its way.
constexpr std::uint64_t samples_due(core::Duration run, core::Duration every) {
  constexpr core::Duration on_its_way = std::chrono::milliseconds(500);
  return run < on_its_way ? 0 : static_cast<std::uint64_t>((run - on_its_way) / every) + 1;
}

}  // namespace soundcheck::monitor
