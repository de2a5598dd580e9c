// What a run is, known before its first second: enough, with its seconds and its end, to make every report.
// Goes into the journal first. Holds no secret: the profile's text is that before the environment was put in.
// Plain data, control thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocols/core/metric.hpp"
#include "runner/plan/plan.hpp"
#include "runner/profile/profile.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::app {

struct RunHeader {
  std::string profile_name, system_name, target_url;
  bool embedded_target = false;
  std::optional<double> resolve_seconds;  ///< absent: the target was named by its address
  std::string profile_text, profile_hash;
  std::uint64_t seed = 0;
  std::string started_at;                                      ///< RFC 3339, UTC
  double duration = 0, warm_up = 0, drain = 0, cool_down = 0;  ///< seconds
  /// What results are counted under; indexed by core::TaskId.
  std::vector<std::pair<core::Subsystem, std::string>> tasks;
  std::vector<std::string> kinds;  ///< of the tasks, as request_kind says
  std::array<bool, core::subsystem_count> skipped{};
  std::vector<profile::Objective> objectives;
  bool fail_on_warning = false;
  report::Build build;
  report::Host host;
  report::ProcessResult target, generator;       ///< which processes are watched, without samples
  std::vector<metrics::MonitorRecord> monitors;  ///< without samples
  std::vector<std::string> notes;                ///< what there was to remark before the run
};

/// What profile and plan say; the rest is up to the caller.
RunHeader describe_run(const profile::Profile& profile, const plan::Plan& plan);

}  // namespace soundcheck::app
