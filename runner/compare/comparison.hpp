// Is a run better or worse than those before it? One figure of a new run against the same figure of one or
// several baselines, with a confidence interval of the difference. docs/leak_detection.md has the method.
// Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "runner/compare/measurement.hpp"
#include "runner/trend/degradation.hpp"
#include "runner/trend/point.hpp"

namespace soundcheck::compare {

enum class Change {
  improved,     ///< certainly, and by more than matters
  same,         ///< a difference that matters is ruled out
  worse,        ///< certainly, and by more than matters
  cannot_tell,  ///< the interval allows both, or one run has no data
};
std::string_view name_of(Change change);

struct CompareCriteria {
  trend::Better better = trend::Better::lower;
  double matters = 0.02;  ///< least difference that is called improved or worse, as a share of the baseline
  double same_within = 0.05;  ///< "same" rules out all differences above this share
  /// Neither share is taken for less than this, in the unit of the figure: for figures near 0.
  double least = 0;
  /// Two-sided, of one figure. Close to 1, because a comparison looks at a dozen figures and one false alarm
  /// in a hundred comparisons is already much.
  double confidence = 0.9998;
};

/// How far the same build differs from run to run, beyond what happens within each: another machine, another
/// hour, another layout in memory.
struct NoiseFloor {
  double deviation = 0;  ///< in the unit of the figure; 0 with fewer than two runs
  double freedom = 0;    ///< runs less one
};
NoiseFloor learn_noise(std::span<const Measurement> baselines);

struct Comparison {
  Change change = Change::cannot_tell;
  double base = 0;  ///< mean of the baselines
  double fresh = 0;
  double difference = 0;        ///< fresh - base
  trend::Interval range;        ///< of the difference
  std::optional<double> share;  ///< difference / base, if base is not 0
  NoiseFloor noise;
  /// cannot_tell: how many times longer the runs would have to be; nothing if it is the noise between the
  /// runs that is too large, or a run has no data.
  std::optional<double> needed_times;
};

/// At least one baseline. With several, their spread is the noise floor that a difference must stand out of.
Comparison compare_runs(std::span<const Measurement> baselines, const Measurement& fresh,
                        const CompareCriteria& criteria);

}  // namespace soundcheck::compare
