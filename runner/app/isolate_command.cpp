// run_load_tests isolate: runs the parts of a profile together and alone, and says which of them makes the
// target grow, and by how much for each unit of its work.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <ostream>
#include <sstream>
#include <utility>

#include "runner/app/commands.hpp"
#include "runner/app/complaint.hpp"
#include "runner/app/isolation.hpp"
#include "runner/app/prepared.hpp"
#include "runner/app/reports.hpp"
#include "runner/app/single_run.hpp"
#include "runner/app/stop_signals.hpp"
#include "runner/app/trial.hpp"
#include "runner/profile/units.hpp"
#include "runner/report/run_list.hpp"
#include "runner/verdict/growth_per_hour.hpp"

namespace soundcheck::app {

namespace {

using core::Subsystem;
using verdict::ExitCode;

constexpr const char* examples = R"(
Examples:
  run_load_tests isolate --profile soak --for 10m
      all parts together, then API, WebSocket and AI pipeline alone; where one grows, each of its tasks,
      for connections and calls that are held, hang-ups without a goodbye, and an API without its login
  run_load_tests isolate --target http://127.0.0.1:8080 --for 20m --output leak.json

Each run gets a fresh reference agent; a target of your own is not restarted in between. Exit code: 0 nothing
grows, 1 something does, 3 it cannot be told for some part (then --for has to be longer).
)";

bool has(const profile::Profile& profile, const Options& options, Subsystem s) {
  if (options.skipped[static_cast<std::size_t>(s)]) return false;
  return profile.load(s) || std::any_of(profile.workloads.begin(), profile.workloads.end(),
                                        [&](const auto& workload) { return workload.subsystem == s; });
}

/// Runs trials, in order, and keeps what comes of them.
class Laboratory {
 public:
  Laboratory(const Host& host, const DataFolders& data, std::string profile)
      : host_(host), data_(data), profile_(std::move(profile)) {
    result_.name = "isolate " + profile_;
    result_.started_at = wall_clock();
    result_.exit_code = 0;
  }

  /// False when it is over; why has been said.
  bool run(const Trial& trial) {
    auto prepared = prepare(profile_, trial.options, host_, data_);
    if (!prepared) return stop(ExitCode::bad_usage);
    host_.out << fmt::format("\n{}\n", trial.name) << std::flush;
    auto ended = run_once(trial.options, host_, std::move(*prepared), signals_);
    if (const int* exit_code = std::get_if<int>(&ended)) return stop(static_cast<ExitCode>(*exit_code));
    auto& result = std::get<report::RunResult>(ended);
    parts_.push_back(isolated_part(trial.name, trial.part, result));
    result.profile_name += ", " + trial.name;
    result_.planned.push_back(result.profile_name);
    const bool interrupted = result.partial;
    result_.runs.push_back(std::move(result));
    return interrupted ? stop(ExitCode::interrupted) : true;
  }

  /// The part without its login, with the token that the setup has for all users if it has one, else with
  /// none. Nothing if it has no login, or if its steps need what the login sets; then that is said.
  std::optional<Trial> without_login(const profile::System& system, const Trial& part) const {
    if (part.part != Subsystem::api || !system.api->login) return std::nullopt;
    std::ostringstream unheard;
    const Host silent{unheard, unheard, host_.environment, false, host_.columns, host_.executable};
    Trial trial{part.name + ", without login", part.part, part.options};
    for (const char* path : {"system.api.login", "system.api.headers.Authorization"}) {
      trial.options.overrides.emplace_back(path, "~");
      if (prepare(profile_, trial.options, silent, data_)) return trial;
    }
    host_.out << fmt::format("\n{}: not run, other steps need what the login sets\n", trial.name);
    return std::nullopt;
  }

  const std::vector<IsolatedPart>& parts() const { return parts_; }
  /// That of what stopped it, else of the verdicts.
  ExitCode exit_code() const { return stopped_.value_or(isolation_exit_code(parts_)); }
  report::RunListResult& result() { return result_; }

 private:
  bool stop(ExitCode why) {
    stopped_ = why;
    return false;
  }

  const Host& host_;
  const DataFolders& data_;
  std::string profile_;
  StopSignals signals_;
  std::vector<IsolatedPart> parts_;
  report::RunListResult result_;
  std::optional<ExitCode> stopped_;
};

void experiment(Laboratory& laboratory, const profile::Profile& profile, const Options& options) {
  if (!laboratory.run({"all together", std::nullopt, options})) return;
  std::vector<Trial> growing;
  for (const Subsystem part : core::all_subsystems) {
    if (!has(profile, options, part)) continue;
    Trial trial = alone(options, part);
    if (!laboratory.run(trial)) return;
    if (laboratory.parts().back().grows()) growing.push_back(std::move(trial));
  }
  for (const Trial& part : growing) {
    std::vector<Trial> trials = taken_apart(profile.system, part);
    if (auto trial = laboratory.without_login(profile.system, part)) trials.push_back(std::move(*trial));
    for (const Trial& trial : trials) {
      if (!laboratory.run(trial)) return;
    }
  }
}

}  // namespace

int isolate_command(const Arguments& arguments, const Host& host) {
  Options options;
  options.profile = "soak";
  std::string length = "10m";
  CLI::App app{"Runs the parts of a load together and alone, and says which makes the target grow.",
               "run_load_tests isolate"};
  app.add_option("--profile", options.profile, "What is run, in parts (default: soak)")
      ->type_name("NAME|FILE");
  app.add_option("--system", options.system, "What is called (default: the profile's)")
      ->type_name("NAME|FILE");
  app.add_option("--target", options.target, "The backend under test (default: the reference agent)")
      ->type_name("URL");
  app.add_option("--target-pid", options.target_pid, "Watch this process (default: found by the port)")
      ->type_name("PID");
  app.add_option("--for", length, "How long each run is (default: 10m)")->type_name("TIME");
  app.add_option("--env-file", options.env_file, "Variables for ${NAME}, as NAME=VALUE lines")
      ->type_name("FILE");
  app.add_option("--output", options.output, "Write all results as JSON")->type_name("FILE");
  app.footer(examples);
  if (const auto done = parse_arguments(app, arguments, host)) return *done;
  const auto duration = profile::parse_duration(length);
  if (!duration.value) return refuse_usage(host, fmt::format("--for {}: {}", length, duration.message));
  if (core::to_seconds(*duration.value) < verdict::min_leak_seconds) {
    return refuse_usage(host, fmt::format("--for {}: a leak cannot be told in less than {:.0f} s", length,
                                          verdict::min_leak_seconds));
  }
  if (const auto problem = check_reports(options)) return refuse_usage(host, *problem);
  options.overrides = {
      {"duration", length}, {"warm_up", profile::to_text(*duration.value / 10)}, {"cool_down", "0s"}};

  const DataFolders data = find_data(host);
  const auto prepared = prepare(options.profile, options, host, data);
  if (!prepared) return static_cast<int>(ExitCode::bad_usage);
  Options of_runs = options;
  of_runs.output.reset();  // each run's own report is part of the whole one
  Laboratory laboratory(host, data, options.profile);
  experiment(laboratory, prepared->profile, of_runs);
  if (laboratory.parts().empty()) return static_cast<int>(laboratory.exit_code());
  host.out << '\n' << isolation_report(laboratory.parts()) << std::flush;
  if (options.output) {
    Written written;
    write_report({*options.output, "--output"}, report::to_json(laboratory.result()), written);
    if (!written.problems.empty()) return complain(host, ExitCode::internal, written.problems);
    host.out << "All figures are in " << *options.output << '\n';
  }
  return static_cast<int>(laboratory.exit_code());
}

}  // namespace soundcheck::app
