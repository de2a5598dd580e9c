// How much each value says about the next: what makes a thousand samples worth a hundred. Pure.
#pragma once

#include <cstddef>
#include <span>

namespace soundcheck::trend {

/// Of the values and themselves `lag` later, -1..1, about their mean (the estimator that divides by n).
/// 0 if the values are all equal or `lag` leaves none.
double autocorrelation(std::span<const double> values, std::size_t lag);

/// The autocorrelation at lag 1 of an AR(1) process, from the residuals of a regression with `parameters`
/// coefficients. The plain estimate is too low, the more so the shorter the series (Marriott and Pope 1954);
/// a correction of first order is added. 0..0.98: a negative one would only make intervals narrower.
double persistence(std::span<const double> residuals, std::size_t parameters);

}  // namespace soundcheck::trend
