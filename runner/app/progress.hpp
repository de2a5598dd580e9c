// What the user sees while a run goes on: one line a second, drawn over itself on a terminal, plain
// otherwise. Control thread only.
#pragma once

#include <optional>
#include <vector>

#include "runner/app/host.hpp"
#include "runner/metrics/aggregator.hpp"
#include "runner/plan/plan.hpp"

namespace soundcheck::app {

class Progress {
 public:
  Progress(const Host& host, const plan::Plan& plan, const metrics::Aggregator& aggregator);

  enum class Phase {
    planned,    ///< what the plan says about the time
    ending,     ///< before its time
    cool_down,  ///< no user is left
  };
  void show(double at_seconds, const metrics::Snapshot& second, std::optional<std::uint64_t> target_rss,
            Phase phase);
  /// Leaves the last lines as they are and begins a new one.
  void finish();
  /// A line of its own, above the live ones.
  void say(const std::string& text);

 private:
  void draw(const std::vector<std::string>& lines);
  void to_first_line();

  const Host& host_;
  const plan::Plan& plan_;
  const metrics::Aggregator& aggregator_;
  std::vector<std::uint64_t> failed_ =
      std::vector<std::uint64_t>(core::subsystem_count);  ///< since the start, by subsystem
  double last_at_ = 0;
  double next_plain_ = 0;
  std::size_t drawn_ = 0;  ///< lines on the terminal that the next second draws over
};

}  // namespace soundcheck::app
