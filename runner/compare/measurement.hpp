// A figure of one run with its uncertainty: what a result keeps for later comparisons, so that comparing two
// runs needs no rows of either. From rows of a second or of some seconds; standard errors by block bootstrap
// with a fixed seed, so that the same rows give the same figures. Pure.
#pragma once

#include <span>

#include "runner/metrics/histogram.hpp"

namespace soundcheck::compare {

struct Measurement {
  double value = 0;
  double error = 0;  ///< standard error of the value within this run, in its unit
  double freedom =
      0;  ///< degrees of freedom of `error`, from the number of blocks; 0: too few rows to know it
  bool operator==(const Measurement&) const = default;
};

/// One row of a figure that is a quotient of sums: failed of all requests, requests in seconds, microseconds
/// in requests.
struct Share {
  double part = 0;
  double whole = 0;
};

/// The sum of the parts over that of the wholes; both 0 if there is no whole. `of_events`: parts are counted
/// events of `whole` trials; then none in n is no certainty, and the error is at least that of one event.
/// `row_seconds`: how long a row covers.
Measurement measure_ratio(std::span<const Share> rows, bool of_events = false, double row_seconds = 1);

/// A quantile (0..1) of all values, in the unit of the histograms. One histogram a row, empty ones too.
Measurement measure_quantile(std::span<const metrics::Histogram::Sparse> rows, double quantile,
                             double row_seconds = 1);

}  // namespace soundcheck::compare
