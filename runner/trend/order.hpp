// Medians, quantiles and ranks of plain numbers: what robust statistics is made of. Pure.
#pragma once

#include <span>
#include <vector>

namespace soundcheck::trend {

/// Of an even number of values: the mean of the two in the middle. `values` must not be empty.
double median(std::vector<double> values);

/// Linear interpolation between the closest ranks (Hyndman and Fan's type 7, as R and NumPy do);
/// `share` in 0..1, `values` not empty.
double quantile(std::vector<double> values, double share);

/// Median absolute deviation from the median, scaled to the standard deviation of normal values (x 1.4826).
double deviation(std::span<const double> values);

/// Ranks from 1; equal values share the mean of their ranks.
std::vector<double> ranks(std::span<const double> values);

}  // namespace soundcheck::trend
