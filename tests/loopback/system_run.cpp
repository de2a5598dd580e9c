#include "tests/loopback/system_run.hpp"

#include <cmath>
#include <regex>
#include <sstream>

#include "tests/support/golden.hpp"

namespace soundcheck::loopback {

namespace {

/// JSON Pointer writes '/' as "~1".
std::string pointer_part(const std::string& text) { return std::regex_replace(text, std::regex("/"), "~1"); }

}  // namespace

Ended SystemRun::run_profile(const std::string& profile, const Arguments& arguments) {
  return run_undisturbed([&] {
    return start_bare(Arguments{"--profile", profile, "--target", agent().url(), "--output",
                                "load-results.json", "--set", "warm_up=0s"} +
                      arguments)
        .wait(run_limit);
  });
}

Ended SystemRun::run_undisturbed(const std::function<Ended()>& run) {
  return undisturbed(run, [this] {
    agent_.emplace(std::vector<std::string>(faults_), speech_);
    if (!changed_faults_.empty()) agent_->set_faults(changed_faults_);
  });
}

void SystemRun::change_faults(const std::string& json) {
  changed_faults_ = json;
  agent_->set_faults(json);
}

double SystemRun::requests(const std::string& route) const {
  return seen("/routes/" + pointer_part(route) + "/requests");
}

double SystemRun::seen(const std::string& pointer) const {
  return agent().control().number(pointer).value_or(0);
}

double SystemRun::succeeded(const std::string& task) const {
  return result().number("/api/tasks/" + pointer_part(task) + "/counters/succeeded").value_or(0);
}

double SystemRun::failed(const std::string& task) const {
  return result().number("/api/tasks/" + pointer_part(task) + "/failed").value_or(0);
}

double SystemRun::begun(const std::string& task) const {
  const auto attempts = result().number("/api/tasks/" + pointer_part(task) + "/counters/attempts");
  if (attempts) return *attempts;
  return succeeded(task) + failed(task);
}

void SystemRun::expect_share(double part, double whole, double share, const std::string& what) {
  const double deviation = std::sqrt(whole * share * (1 - share));
  EXPECT_GT(whole, 100) << what << ": too few to tell";
  EXPECT_NEAR(part, whole * share, 5 * deviation) << what << " of " << whole;
}

void SystemRun::expect_mix(const std::map<std::string, double>& weights) const {
  double all = 0;
  double of_all = 0;
  for (const auto& [task, weight] : weights) {
    all += begun(task);
    of_all += weight;
  }
  for (const auto& [task, weight] : weights) expect_share(begun(task), all, weight / of_all, task);
}

void SystemRun::expect_exit(const Ended& ended, int code) {
  EXPECT_EQ(ended.exit_code, code) << ended.out << ended.err;
}

void SystemRun::expect_verdict(const std::string& golden, const Ended& ended) {
  const std::size_t begin = ended.out.find("\nObjectives\n");
  ASSERT_NE(begin, std::string::npos) << ended.out << ended.err;
  std::istringstream lines(ended.out.substr(begin + 1));
  const std::regex objective("^(  (✓|!|✗|\\?) .*?)  +-?[0-9][^ ]*( [^ ]+)?  +([a-z]+)  +(.*)$");
  std::string block;
  for (std::string line; std::getline(lines, line);) {
    const bool shown = line == "Objectives" || line.starts_with("  ") || line.starts_with("FINAL RESULT");
    if (shown) block += std::regex_replace(line, objective, "$1: VALUE, $4 ($5)") + "\n";
  }
  support::expect_golden(golden, block);
}

}  // namespace soundcheck::loopback
