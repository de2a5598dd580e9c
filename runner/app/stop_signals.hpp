// SIGINT, SIGTERM and SIGHUP as something to wait for, instead of something that strikes. Made before any
// thread starts, so that every thread has them blocked. Control thread only.
#pragma once

#include "protocols/core/time.hpp"

namespace soundcheck::app {

class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// True as soon as a signal comes, false at `due`.
  bool wait_until(core::TimePoint due);

 private:
  int descriptor_ = -1;
};

}  // namespace soundcheck::app
