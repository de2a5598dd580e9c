// The two distributions that tests and confidence intervals need, from Boost.Math. Pure.
#pragma once

namespace soundcheck::trend {

/// Chance that a standard normal value is below `z`.
double normal_chance(double z);
/// The standard normal value that `chance` (0..1, exclusive) of all values are below.
double normal_quantile(double chance);
/// The same of Student's t with `freedom` > 0 degrees of freedom.
double student_quantile(double chance, double freedom);

}  // namespace soundcheck::trend
