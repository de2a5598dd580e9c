// What the command line asks for. Parsed once, constant from then on. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runner/app/idle_strategy.hpp"
#include "runner/plan/plan.hpp"
#include "runner/profile/load.hpp"

namespace soundcheck::app {

struct Options {
  std::string profile;  ///< or a list of runs; empty: the system's own quick profile, or quick
  std::optional<std::string> system;
  std::optional<std::string> target;
  std::optional<int> target_pid;
  std::optional<std::string> output;
  std::optional<std::string> journal;
  std::optional<std::string> html;
  std::optional<std::string> csv;          ///< what its file names begin with
  std::optional<std::string> results_dir;  ///< a folder in it for each run
  std::optional<std::string> env_file;
  plan::Skipped skipped{};
  std::vector<std::pair<std::string, std::string>> overrides;  ///< path, value
  profile::TaskChoice tasks{};
  std::optional<std::uint32_t> threads;  ///< absent: as few as the limit on open files allows
  IdleStrategy idle_strategy = IdleStrategy::sleep;
  bool fail_on_warning = false;
  bool dry_run = false;
  std::optional<core::Duration> explained_with;  ///< dry_run: in figures, if each answer takes so long
  bool list = false;
};

/// What to print instead of running: help or version (exit code 0), or what is wrong (2).
struct Message {
  std::string text;
  int exit_code = 0;
};

std::variant<Options, Message> parse_options(int argc, const char* const* argv, const std::string& version);

}  // namespace soundcheck::app
