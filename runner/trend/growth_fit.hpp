// What a series is made of: a steady slope, a warm-up that levels off, and steps, in autocorrelated noise.
// The slope that is left when the others are explained away is the growth that goes on. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "runner/trend/point.hpp"

namespace soundcheck::trend {

/// A change of level from one point to the next, for good.
struct Step {
  double at = 0;    ///< seconds from the start of the run: the first point after it
  double size = 0;  ///< positive is up
};

struct WarmUp {
  enum class Kind {
    exponential,
    logarithmic,
    filling,  ///< even, then full: a cache or a bounded history
  };
  Kind kind = Kind::exponential;
  double starts_at = 0;  ///< seconds: first point of the series
  double seconds = 0;    ///< time constant
  double size = 0;       ///< what it adds from the first point to the last; negative if it sinks
  double ends_at = 0;    ///< seconds: nine tenths of `size` are done

  /// What it has added at a time; 0 at the first point.
  double value(double at) const;
  double scale = 0;  ///< `size` per unit of the curve
};

struct GrowthFit {
  double slope = 0;   ///< per second, of the fit that the data favours
  Interval slopes;    ///< holds the slope under every warm-up that the data does not rule out
  double change = 0;  ///< from the first point to the last, by slope and steps together, without warm-up
  Interval changes;   ///< holds the change, likewise
  std::optional<WarmUp> warm_up;
  std::vector<Step> steps;  ///< ascending in time
  double persistence = 0;   ///< autocorrelation of the noise from one point to the next
  double noise = 0;         ///< standard deviation of what is unexplained
  Series cleaned;           ///< the points without warm-up and steps: slope and noise
};

struct FitOptions {
  double confidence = 0.99;  ///< of `slopes` and `changes`, two-sided
  std::size_t max_steps = 8;
  bool warm_up = true;
};

/// Needs six points or more at different times; linear in their number, but some thousand operations for
/// each. Prais-Winsten regression (generalised least squares for AR(1) noise, repeated until the
/// autocorrelation stands still); steps by forward selection with a common slope; the warm-up by profiling
/// its time constant.
GrowthFit fit_growth(std::span<const Point> series, const FitOptions& options = {});

}  // namespace soundcheck::trend
