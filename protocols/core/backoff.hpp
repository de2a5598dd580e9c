// How long a user waits before it dials again, and how that grows while the target refuses: the models that
// clients really use, so that a herd that lost its target comes back the way a real one does. A value; any
// thread.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "protocols/core/random.hpp"
#include "protocols/core/time.hpp"

namespace soundcheck::core {

struct Backoff {
  enum class Kind : unsigned char {
    none,         // at once
    constant,     // `first`, always
    exponential,  // first, first x factor, first x factor^2, ... up to max
    full_jitter,  // evenly distributed from zero to what exponential says (Brooker, AWS, 2015)
  };

  Kind kind = Kind::constant;
  Duration first = std::chrono::seconds(1);
  Duration max = std::chrono::seconds(30);
  double factor = 2;  ///< at least 1

  static constexpr Backoff constant(Duration delay) { return {Kind::constant, delay, delay, 1}; }

  /// `failures`: attempts that have failed since a connection was last open.
  Duration delay(unsigned failures, Random& random) const;
};

inline constexpr std::array<std::string_view, 4> backoff_names{"none", "constant", "exponential",
                                                               "full_jitter"};
std::optional<Backoff::Kind> backoff_from_string(std::string_view name);

}  // namespace soundcheck::core
