// Synthetic seconds of a run, with known truth: response times whose level wanders, as on a real machine. For
// tests of comparing runs and for their table in docs/leak_detection.md. Seeded; pure.
#pragma once

#include <cstddef>
#include <vector>

#include "protocols/core/random.hpp"
#include "runner/metrics/histogram.hpp"

namespace soundcheck::test_support {

struct RunKind {
  std::size_t seconds = 1200;
  double per_second = 50;    ///< requests, Poisson
  double median = 100'000;   ///< microseconds
  double spread = 0.4;       ///< of the logarithm within a second
  double wander = 0.05;      ///< of the logarithm from second to second
  double persistence = 0.9;  ///< of the wander
  double error_rate = 0.002;
};

struct RunRows {
  std::vector<metrics::Histogram::Sparse> times;  ///< microseconds, of what succeeded
  std::vector<double> requests, failed;
};

RunRows make_run(const RunKind& kind, core::Random& random);

}  // namespace soundcheck::test_support
