// Synthetic memory of a target, with known truth: for tests and for the table in docs/leak_detection.md.
// Values in megabytes, one a second (every tenth second in runs of hours). Seeded; pure.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "protocols/core/random.hpp"
#include "runner/trend/point.hpp"

namespace soundcheck::test_support {

/// AR(1) noise: each value keeps `persistence` of the last one; `deviation` is that of the values.
class Noise {
 public:
  Noise(core::Random& random, double deviation, double persistence);
  double next();

 private:
  core::Random& random_;
  double deviation_;
  double persistence_;
  double value_ = 0;
};

/// What a target's memory does apart from leaking. `seconds` is the length of the run.
struct TraceFamily {
  std::string_view name;
  /// Adds itself to the series, which holds the times and the leak so far.
  std::function<void(trend::Series& series, double seconds, core::Random& random)> add;
};

/// None of them leaks.
const std::vector<TraceFamily>& trace_families();
/// Few teeth in the whole run: what nobody can judge. None of them leaks.
const TraceFamily& slow_sawtooth();
/// The family "sawtooth and warm-up" as a monitor sees it that reads once a second and so misses the moment
/// of each fall. Does not leak.
const TraceFamily& sawtooth_read_once();
/// A store that fills at an even pace for a tenth to four tenths of the run, and is full then. Does not leak.
const TraceFamily& filling_store();
/// Nothing but `per_hour`, in lumps: what an allocator that takes memory in arenas shows of a leak.
trend::Series leak_in_lumps(double seconds, double per_hour, core::Random& random);

/// A run of `seconds` that leaks `per_hour` megabytes upon a base, with a family's ways.
trend::Series make_trace(const TraceFamily& family, double seconds, double per_hour, core::Random& random);

}  // namespace soundcheck::test_support
