// Pairs of whole runs in virtual time, compared as `run_load_tests compare` does: of the same build, which
// differ by their seeds only, and of a build that is slower. For a test and for a table in
// docs/leak_detection.md. Used by one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "runner/profile/profile.hpp"
#include "tests/support/variation.hpp"

namespace soundcheck::sim {

/// What is run again and again, and how the target varies while it is.
struct PairPlan {
  std::string name;
  profile::Profile profile;
  support::VariationKind kind;
};
/// A quarter of an hour of requests and exchanges, and a target that varies little.
PairPlan calm_plan();
/// The API and WebSocket load of the soak profile for so long. The target's level wanders.
PairPlan wandering_plan(int minutes);

struct PairTally {
  int pairs = 0;
  int alarms = 0;           ///< pairs of the same build in which any figure is worse or improved
  std::size_t figures = 0;  ///< that were compared, over all pairs of the same build
  std::size_t differ = 0;   ///< of them, worse or improved
  /// What is said of the API's p95 when the target is slower.
  int worse = 0, cannot_tell = 0, same = 0, improved = 0;

  PairTally& operator+=(const PairTally& other);
};

/// Three runs: a baseline, the same build again, and one in which all times of the target are `slower` times
/// as long.
PairTally try_pair(const PairPlan& plan, double slower, std::uint64_t seed);

}  // namespace soundcheck::sim
