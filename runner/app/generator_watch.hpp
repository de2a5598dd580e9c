// What the generator sees of itself and of its machine while it runs: CPU of its shards, stolen time,
// dropped packets, descriptors. Only differences between the end of the warm-up and the end of the load
// count. Does not read anything itself. Control thread, once a second.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "runner/monitor/machine.hpp"
#include "runner/verdict/objective_watch.hpp"
#include "runner/verdict/validity.hpp"

namespace soundcheck::app {

/// What there is to see at one moment.
struct GeneratorSample {
  double at = 0;                          ///< seconds from the start of the run
  std::vector<double> shard_cpu_seconds;  ///< of each shard, so far
  std::optional<monitor::MachineCounts> machine;
  std::optional<std::uint64_t> free_descriptors;  ///< of the shard that has fewest
};

class GeneratorWatch {
 public:
  explicit GeneratorWatch(double warm_up_seconds) : warm_up_(warm_up_seconds) {}

  /// `load_seconds`: how long new work was started so far.
  void add(const GeneratorSample& sample, double load_seconds);

  /// Fills in what this class knows; the rest stays as it is.
  void fill(verdict::GeneratorFigures& figures) const;

 private:
  double warm_up_;
  GeneratorSample warm_;  // at the end of the warm-up
  GeneratorSample load_;  // at the end of the load
  std::deque<GeneratorSample> last_ten_seconds_;
  double peak_ = 0;
  std::optional<std::uint64_t> fewest_descriptors_;
};

}  // namespace soundcheck::app
