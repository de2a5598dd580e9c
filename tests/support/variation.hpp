// How the answers of a simulated target vary: log-normal times whose level wanders from second to second, as
// on a real machine, and some errors. Seeded; owned by one run, used on its thread.
#pragma once

#include <cstdint>
#include <vector>

#include "protocols/core/random.hpp"
#include "protocols/core/time.hpp"

namespace soundcheck::support {

struct VariationKind {
  double spread = 0.4;       ///< of the logarithm within a second
  double wander = 0.05;      ///< of the logarithm from second to second
  double persistence = 0.9;  ///< of the wander
  double error_rate = 0.002;
};

class Variation {
 public:
  Variation(const VariationKind& kind, std::uint64_t seed);

  /// How many times as long as usual an answer takes; drawn anew at each call.
  double factor(core::TimePoint now);
  /// Whether a request fails; drawn anew at each call.
  bool fails() { return draws_.uniform() < kind_.error_rate; }

 private:
  const VariationKind kind_;
  core::Random draws_;
  core::Random steps_;
  std::vector<double> levels_;  ///< of each second so far
};

}  // namespace soundcheck::support
