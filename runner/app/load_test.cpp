#include "runner/app/load_test.hpp"

#include <fmt/format.h>

#include <ostream>

#include "protocols/net/loop.hpp"
#include "runner/app/complaint.hpp"
#include "runner/app/data_folders.hpp"
#include "runner/app/prepared.hpp"
#include "runner/app/reports.hpp"
#include "runner/app/single_run.hpp"
#include "runner/app/stop_signals.hpp"
#include "runner/plan/describe.hpp"
#include "runner/plan/explain.hpp"
#include "runner/profile/load.hpp"
#include "runner/profile/run_list.hpp"
#include "runner/report/console.hpp"
#include "runner/report/run_list.hpp"
#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {

namespace {

using verdict::ExitCode;

int list_catalog(const Host& host, const DataFolders& data) {
  const auto print = [&](std::string_view title, const std::vector<profile::CatalogEntry>& entries) {
    host.out << title << '\n';
    for (const auto& entry : entries) host.out << fmt::format("  {:<22} {}\n", entry.name, entry.description);
  };
  print("Profiles (--profile):", profile::list_profiles(data.profiles));
  print("Systems (--system):", profile::list_systems(data.profiles));
  return static_cast<int>(ExitCode::pass);
}

/// A system that is picked without a profile comes with a quick one of its own, if it has one.
std::string chosen_profile(const Options& options, const DataFolders& data) {
  if (!options.profile.empty()) return options.profile;
  if (options.system) {
    std::error_code ignored;
    for (const std::filesystem::path& folder : data.profiles) {
      if (std::filesystem::exists(folder / *options.system / "quick.yaml", ignored))
        return *options.system + "/quick";
    }
  }
  return "quick";
}

int dry_run(const Options& options, const Host& host, const Prepared& prepared) {
  // No target is asked, so the plan is made against its name alone.
  const net::TargetUrl named =
      prepared.url.value_or(net::TargetUrl{"127.0.0.1", "0", "", "the embedded reference agent"});
  const auto planned =
      plan::build_plan(prepared.profile, named, {named.host, named.port, named.host + ":" + named.port, {}},
                       options.skipped, prepared.clips);
  if (const auto* problem = std::get_if<std::string>(&planned))
    return complain(host, ExitCode::bad_usage, *problem);
  const plan::Plan& plan = std::get<plan::Plan>(planned);
  host.out << (options.explained_with
                   ? plan::explain(prepared.profile, plan, named.text, *options.explained_with)
                   : plan::describe(prepared.profile, plan, named.text));
  return static_cast<int>(ExitCode::pass);
}

/// Writes the reports, and prints the summary. Returns the exit code.
int publish(const Options& options, const Host& host, report::RunResult& result, bool one_of_several) {
  const Written written =
      write_reports(reports_of(options, result.profile_name, result.started_at, one_of_several), result);
  if (!written.problems.empty()) result.exit_code = complain(host, ExitCode::internal, written.problems);
  if (!one_of_several && !written.json.empty()) remove_journal(options);
  host.out << report::summary(result, {host.terminal, written.json, written.files}) << std::flush;
  return result.exit_code;
}

/// What is left of a list after the signal, the target that is gone, or a report that cannot be written.
std::string why_stopped(int exit_code) {
  switch (static_cast<ExitCode>(exit_code)) {
    case ExitCode::interrupted:
      return "interrupted";
    case ExitCode::unreachable:
      return "the target could not be reached";
    default:
      return "a run could not be started";
  }
}

/// A run of a list is recorded beside the list's result, under its own name.
Options of_run(const Options& options, const std::string& name) {
  Options own = options;
  if (options.output) own.output = run_file(*options.output, name);
  if (options.journal) own.journal = run_file(*options.journal, name);
  return own;
}

/// One run after the other until one of them cannot be run, or a signal comes.
report::RunListResult run_each(const Options& options, const Host& host, const profile::RunList& list,
                               std::vector<Prepared> prepared, StopSignals& signals) {
  report::RunListResult result{list.name, wall_clock(), list.runs, {}, {}, 0};
  const auto worsen = [&](int exit_code) {
    result.exit_code = static_cast<int>(
        verdict::worse_of(static_cast<ExitCode>(result.exit_code), static_cast<ExitCode>(exit_code)));
  };
  const auto stop = [&](int exit_code) {
    worsen(exit_code);
    if (result.runs.size() < list.runs.size()) result.stopped = why_stopped(exit_code);
    return std::move(result);
  };
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    if (i > 0 && list.pause > core::Duration::zero()) {
      host.out << fmt::format("\nthe target rests for {:g} s\n", core::to_seconds(list.pause)) << std::flush;
      if (signals.wait_until(net::Loop::clock() + list.pause))
        return stop(static_cast<int>(ExitCode::interrupted));
    }
    host.out << fmt::format("\nrun {} of {}: {}\n", i + 1, prepared.size(), list.runs[i]) << std::flush;
    auto ended = run_once(of_run(options, list.runs[i]), host, std::move(prepared[i]), signals);
    if (const int* exit_code = std::get_if<int>(&ended)) return stop(*exit_code);
    result.runs.push_back(std::move(std::get<report::RunResult>(ended)));
    const int exit_code = publish(options, host, result.runs.back(), true);
    if (result.runs.back().partial) return stop(exit_code);
    worsen(exit_code);
  }
  return result;
}

int run_list(const Options& options, const Host& host, const DataFolders& data,
             const profile::RunList& list) {
  std::vector<Prepared> prepared;
  for (const std::string& name : list.runs) {
    auto one = prepare(name, options, host, data);
    if (one) prepared.push_back(std::move(*one));
  }
  if (prepared.size() < list.runs.size()) return static_cast<int>(ExitCode::bad_usage);
  if (options.dry_run) {
    ExitCode worst = ExitCode::pass;
    for (const Prepared& one : prepared)
      worst = verdict::worse_of(worst, static_cast<ExitCode>(dry_run(options, host, one)));
    return static_cast<int>(worst);
  }
  StopSignals signals;
  report::RunListResult result = run_each(options, host, list, std::move(prepared), signals);
  if (result.runs.empty()) return result.exit_code;
  Written written;
  if (options.output) write_report({*options.output, "--output"}, report::to_json(result), written);
  if (options.results_dir) {
    write_report(
        {results_folder(*options.results_dir, list.name, result.started_at) + ".json", "--results-dir"},
        report::to_json(result), written);
  }
  if (!written.problems.empty()) result.exit_code = complain(host, ExitCode::internal, written.problems);
  if (options.output && written.problems.empty()) {
    for (const std::string& name : list.runs) remove_journal(of_run(options, name));
  }
  host.out << report::summary(result, {host.terminal, written.files.empty() ? "" : written.files.front(), {}})
           << std::flush;
  return result.exit_code;
}

}  // namespace

int run_load_test(const Options& options, const Host& host) {
  const DataFolders data = find_data(host);
  if (data.profiles.empty()) {
    return complain(
        host, ExitCode::bad_usage,
        "no profiles folder: run it from a checkout or an install, or set SOUNDCHECK_DATA to a folder with "
        "profiles/ and audio_fixtures/");
  }
  if (options.list) return list_catalog(host, data);
  if (const auto problem = check_reports(options)) return complain(host, ExitCode::bad_usage, *problem);
  const std::string name = chosen_profile(options, data);
  const profile::RunListResult list = profile::load_run_list(name, data.profiles);
  if (!list.diagnostics.empty()) {
    say_mistakes(host, list.diagnostics);
    return static_cast<int>(ExitCode::bad_usage);
  }
  if (list.list) return run_list(options, host, data, *list.list);
  auto prepared = prepare(name, options, host, data);
  if (!prepared) return static_cast<int>(ExitCode::bad_usage);
  if (options.dry_run) return dry_run(options, host, *prepared);
  StopSignals signals;
  auto ended = run_once(options, host, std::move(*prepared), signals);
  if (const int* exit_code = std::get_if<int>(&ended)) return *exit_code;
  return publish(options, host, std::get<report::RunResult>(ended), false);
}

}  // namespace soundcheck::app
