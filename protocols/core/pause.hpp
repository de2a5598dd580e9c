// How long a user waits, drawn anew each time: think time, the caller's silence before a turn, and the like.
// A value; any thread.
#pragma once

#include "protocols/core/random.hpp"
#include "protocols/core/time.hpp"

namespace soundcheck::core {

class Pause {
 public:
  enum class Kind : unsigned char { constant, uniform, normal, exponential };

  /// No pause.
  Pause() = default;
  static Pause constant(Duration length) { return {Kind::constant, length, length}; }
  /// Evenly distributed over [min, max].
  static Pause uniform(Duration min, Duration max) { return {Kind::uniform, min, max}; }
  /// The normal distribution, cut off at zero: what would be negative is drawn again.
  static Pause normal(Duration mean, Duration deviation) { return {Kind::normal, mean, deviation}; }
  /// Waiting times between independent events; none is longer than 20 means.
  static Pause exponential(Duration mean) { return {Kind::exponential, mean, mean}; }

  Duration draw(Random& random) const;
  /// Of many draws; for the normal distribution before it is cut off.
  Duration mean() const { return kind_ == Kind::uniform ? first_ + (second_ - first_) / 2 : first_; }

  Kind kind() const { return kind_; }
  Duration first() const { return first_; }    ///< the constant, the least, or the mean
  Duration second() const { return second_; }  ///< uniform: the most; normal: the deviation

 private:
  Pause(Kind kind, Duration first, Duration second) : kind_(kind), first_(first), second_(second) {}

  Kind kind_ = Kind::constant;
  Duration first_{};
  Duration second_{};
};

}  // namespace soundcheck::core
