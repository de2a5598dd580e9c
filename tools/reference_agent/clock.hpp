// The agent's clock: the only place that asks the operating system for the time. Pure code gets its time
// as an argument. Usable from any thread.
#pragma once

#include <time.h>

#include <chrono>

#include "protocols/core/time.hpp"

namespace soundcheck::reference_agent {

inline core::TimePoint now() {
  return core::TimePoint{
      std::chrono::duration_cast<core::Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

/// A moment on both clocks: steady for arithmetic, wall for what people read.
struct Moment {
  core::TimePoint steady;
  std::chrono::system_clock::time_point wall;
};

inline Moment moment() { return {now(), std::chrono::system_clock::now()}; }

/// CPU time that the calling thread has used.
inline core::Duration thread_cpu_time() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

}  // namespace soundcheck::reference_agent
