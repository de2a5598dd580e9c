// A run of one of the shipped systems against a reference agent: small, fast, and the truth of what the agent
// saw. One object for each test, the test's own thread only.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/loopback/agent.hpp"
#include "tests/loopback/load_run.hpp"

namespace soundcheck::loopback {

/// Ten users in a hurry for five seconds.
inline const Arguments hurry{"--users",    "10", "--spawn-rate", "1000",
                             "--duration", "5s", "--set",        "system.api.think_time=20ms"};

/// On a machine that is shared, its CPU is not the target's alone.
inline const Arguments no_cpu{"--set", "system.objectives[name=CPU of the target's machine]=~"};

class SystemRun : public LoadRun {
 protected:
  /// `faults` are flags of the agent; with `speech` it listens and speaks.
  void start_agent(std::vector<std::string> faults = {}, bool speech = false) {
    faults_ = std::move(faults);
    speech_ = speech;
    changed_faults_.clear();
    agent_.emplace(std::vector<std::string>(faults_), speech_);
  }
  const Agent& agent() const { return *agent_; }
  /// From now on, as Agent::set_faults, also of an agent that takes this one's place.
  void change_faults(const std::string& json);

  /// A shipped profile with short pauses, for as long as it takes to count; the result goes to
  /// load-results.json. If a busy machine made it invalid, it is repeated with a new agent, as undisturbed()
  /// does.
  Ended run_profile(const std::string& profile, const Arguments& arguments = {});

  /// The same of any run that writes load-results.json.
  Ended run_undisturbed(const std::function<Ended()>& run);

  /// Requests that the agent answered on a route, for example "POST /ngx/api/roi".
  double requests(const std::string& route) const;
  /// What the agent counted, for example "/ngx/unknown_ids".
  double seen(const std::string& pointer) const;
  /// Successes of a task, as the result says. One of a workload with a name is "workload/task".
  double succeeded(const std::string& task) const;

  /// Failures of a task, as the result says.
  double failed(const std::string& task) const;
  /// How often users began a task, also one that ended at its stop_task.
  double begun(const std::string& task) const;

  /// Fails the test unless `part` of `whole` draws is what the share makes likely (five standard deviations).
  static void expect_share(double part, double whole, double share, const std::string& what);
  /// The same of each of these tasks by its weight; they are all that users did.
  void expect_mix(const std::map<std::string, double>& weights) const;
  static void expect_exit(const Ended& ended, int code);
  /// The block of objectives and the final result, with the figures blanked, is that of the golden file.
  static void expect_verdict(const std::string& golden, const Ended& ended);

 private:
  std::vector<std::string> faults_;
  std::string changed_faults_;  ///< JSON; empty: none since the start
  bool speech_ = false;
  std::optional<Agent> agent_;
};

}  // namespace soundcheck::loopback
