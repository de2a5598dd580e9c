// A level over time: users in the closed model, arrivals per second in the open one. Straight pieces, between
// which it may jump; constant load, ramps, steps and spikes are all curves. A value, pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "protocols/core/time.hpp"

namespace soundcheck::shape {

/// First a straight ramp to `level`, then `hold` at it. A ramp of zero is a jump.
struct Stage {
  double level = 0;
  core::Duration ramp{};
  core::Duration hold{};
};

/// A time span [begin, end) from the start of the curve.
struct Span {
  core::Duration begin{};
  core::Duration end{};
  bool operator==(const Span&) const = default;
};

class Curve {
 public:
  /// Begins at level 0 and goes through the stages; the last level is kept until `end`, where the curve is
  /// cut off. Levels are not negative.
  Curve(const std::vector<Stage>& stages, core::Duration end);
  /// Level 0 throughout, of no length.
  Curve() = default;

  double at(core::Duration t) const;
  double peak() const;
  core::Duration end() const { return end_; }

  /// When the level is above x: what user number x of the closed model is wanted for. Neighbouring spans do
  /// not touch.
  std::vector<Span> above(double x) const;

  /// Integral of the level from 0 to t (in seconds): arrivals expected until then.
  double area(core::Duration t) const;
  /// The earliest time at which the area is `a`; nothing if it never gets there. Cheapest if `hint`, which
  /// the call advances, is given again for growing a: the piece in which the last answer was.
  std::optional<core::Duration> when(double a, std::size_t& hint) const;

 private:
  struct Piece {
    core::Duration begin{}, end{};  ///< end > begin
    double from = 0, to = 0;        ///< levels
    double area_before = 0;
    double slope() const { return (to - from) / core::to_seconds(end - begin); }
    double area() const { return (from + to) / 2 * core::to_seconds(end - begin); }
  };
  void add(core::Duration length, double to);

  std::vector<Piece> pieces_;
  core::Duration end_{};
  double level_ = 0;  ///< where the last piece ended
};

}  // namespace soundcheck::shape
