// What tests of whole runs share: a folder with a small profile and system, run_load_tests as a child process
// in it, and its JSON result. One object for each test, the test's own thread only.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "protocols/core/json.hpp"
#include "tests/loopback/program.hpp"

namespace soundcheck::loopback {

using Arguments = std::vector<std::string>;

/// Longer than any run of these tests takes on a machine that is busy with other things.
inline constexpr core::Duration run_limit = std::chrono::seconds(60);

class LoadRun : public testing::Test {
 protected:
  LoadRun();
  ~LoadRun() override;

  void write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;

  /// The program with these arguments and nothing else.
  Program start_bare(const Arguments& arguments) const;
  /// The profile with further arguments; the result goes to load-results.json.
  Program start(const Arguments& arguments) const;
  /// A machine that was busy with other things makes a run invalid, and such a run says nothing about the
  /// target: it is repeated, so often at most. Throws std::runtime_error, which fails the test, if all were
  /// invalid. `run` leaves its result, or that of a list of runs, in load-results.json; `again` prepares the
  /// next attempt. With SOUNDCHECK_REPEAT_RUNS in the environment every run is done twice, to see whether a
  /// test would still be right about its target after a disturbed run.
  Ended undisturbed(
      const std::function<Ended()>& run, const std::function<void()>& again = [] {}) const;
  /// start() to its end, undisturbed. `before_each` prepares the target for one run.
  Ended run(
      const Arguments& arguments, const std::function<void()>& before_each = [] {}) const;

  /// Of the last run; throws std::runtime_error if there is no result or it is not JSON.
  core::JsonDocument result() const;
  std::string text(const std::string& pointer) const;
  /// A figure of the result; fails the test and is 0 if there is none.
  double figure(const std::string& pointer) const;
  /// How many tasks of a subsystem failed at a stage.
  double failures(const std::string& subsystem, const std::string& stage) const;
  /// Successes and failures of a subsystem.
  double ended(const std::string& subsystem) const;

  static constexpr int most_attempts = 8;

  std::filesystem::path folder_;
  bool twice_;  ///< every run that undisturbed() makes

 private:
  /// Why the last run was invalid; empty if it was valid, or has no result.
  std::string why_invalid() const;
};

/// Arguments of several sources in one list.
Arguments operator+(Arguments left, const Arguments& right);

/// Only the API subsystem.
inline const Arguments api_only{"--only", "api"};

}  // namespace soundcheck::loopback
