#include "runner/app/load_test.hpp"

#include <fmt/format.h>

#include <map>
#include <ostream>

#include "runner/app/build_result.hpp"
#include "runner/app/data_folders.hpp"
#include "runner/app/descriptor_limit.hpp"
#include "runner/app/env_file.hpp"
#include "runner/app/live_run.hpp"
#include "runner/app/machine_notes.hpp"
#include "runner/app/once.hpp"
#include "runner/app/reports.hpp"
#include "runner/app/stop_signals.hpp"
#include "runner/app/target.hpp"
#include "runner/plan/describe.hpp"
#include "runner/profile/load.hpp"
#include "runner/profile/run_list.hpp"
#include "runner/report/console.hpp"
#include "runner/report/run_list.hpp"
#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {

namespace {

using verdict::ExitCode;

int complain(const Host& host, ExitCode code, const std::string& text) {
  host.err << "run_load_tests: " << text << (text.ends_with('\n') ? "" : "\n");
  return static_cast<int>(code);
}

/// Clips for the plan, or the complaint. Remarks go to the notes, the same remark once.
std::variant<std::vector<audio::ClipPtr>, std::string> load_fixtures(const profile::VoiceSystem& system,
                                                                     const DataFolders& data,
                                                                     std::vector<std::string>& notes) {
  const std::filesystem::path manifest = find_manifest(data, system.fixtures);
  audio::ClipSet set = audio::load_clips(manifest, system.sample_rate);
  std::string fatal;
  std::map<std::string, std::size_t> remarks;
  for (const audio::ClipNote& note : set.notes) {
    if (note.fatal) fatal += fmt::format("  {}: {}\n", note.file, note.text);
    if (!note.fatal) ++remarks[note.text];
  }
  if (!set.ok()) {
    return fmt::format("the audio fixtures of {} cannot be used:\n{}", manifest.string(),
                       fatal.empty() ? "  the manifest names no clip\n" : fatal);
  }
  for (const auto& [text, count] : remarks) notes.push_back(fmt::format("{} × audio clip {}", count, text));
  return std::move(set.clips);
}

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

void say_mistakes(const Host& host, const std::vector<profile::Diagnostic>& diagnostics) {
  for (const profile::Diagnostic& diagnostic : diagnostics) host.err << diagnostic.to_string() << '\n';
  const std::size_t n = diagnostics.size();
  complain(host, ExitCode::bad_usage, fmt::format("{} mistake{}; nothing was sent", n, n == 1 ? "" : "s"));
}

/// The profile with the environment and the command line in it; says every mistake.
std::optional<profile::Profile> load_profile(const std::string& name, const Options& options,
                                             const Host& host, const DataFolders& data) {
  auto environment = read_environment(host.environment, options.env_file);
  if (const auto* problem = std::get_if<std::string>(&environment)) {
    complain(host, ExitCode::bad_usage, *problem);
    return std::nullopt;
  }
  profile::LoadResult loaded = profile::load_profile({name, options.system, data.profiles, options.overrides,
                                                      std::get<Environment>(environment), options.tasks});
  if (!loaded.profile) say_mistakes(host, loaded.diagnostics);
  return std::move(loaded.profile);
}

bool runs_voice(const Options& options, const profile::Profile& profile) {
  return !options.skipped[static_cast<std::size_t>(core::Subsystem::ai_pipeline)] && profile.ai_pipeline &&
         profile.system.ai_pipeline;
}

/// What is needed before a target is asked for.
struct Prepared {
  profile::Profile profile;
  std::optional<net::TargetUrl> url;  ///< absent: the embedded reference agent
  Route route;                        ///< to `url`
  std::vector<audio::ClipPtr> clips;
  std::vector<std::string> notes;
};

/// Nothing if something is wrong; it has been said then.
std::optional<Prepared> prepare(const std::string& name, const Options& options, const Host& host,
                                const DataFolders& data) {
  auto profile = load_profile(name, options, host, data);
  if (!profile) return std::nullopt;
  Prepared prepared{std::move(*profile), {}, {}, {}, {}};
  const auto refuse = [&](const std::string& problem) {
    complain(host, ExitCode::bad_usage, problem);
    return std::nullopt;
  };
  const std::string address = options.target.value_or(prepared.profile.system.target);
  if (!address.empty()) {
    auto url = net::parse_target_url(address);
    if (const auto* problem = std::get_if<std::string>(&url)) return refuse(*problem);
    prepared.url = std::move(std::get<net::TargetUrl>(url));
    auto route = plan_route(prepared.profile.system.connection, *prepared.url);
    if (const auto* problem = std::get_if<std::string>(&route)) return refuse(*problem);
    prepared.route = std::move(std::get<Route>(route));
  }
  if (runs_voice(options, prepared.profile)) {
    auto fixtures = load_fixtures(*prepared.profile.system.ai_pipeline, data, prepared.notes);
    if (const auto* problem = std::get_if<std::string>(&fixtures)) return refuse(*problem);
    prepared.clips = std::move(std::get<std::vector<audio::ClipPtr>>(fixtures));
  }
  return prepared;
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
  host.out << plan::describe(prepared.profile, std::get<plan::Plan>(planned), named.text);
  return static_cast<int>(ExitCode::pass);
}

/// Where the run is recorded as it goes: beside the result, unless it is named.
std::optional<std::filesystem::path> journal_path(const Options& options) {
  if (options.journal) return *options.journal;
  std::error_code ignored;
  if (!options.output || std::filesystem::is_other(*options.output, ignored)) return std::nullopt;
  return *options.output + ".journal";
}

std::string no_journal(const std::string& problem) {
  return problem + "; had the run been killed, its figures would have been lost from there on";
}

RunHeader header_of(const Options& options, const plan::Plan& plan, const Prepared& prepared,
                    const Target& target, const LiveRun& live) {
  RunHeader header = describe_run(prepared.profile, plan);
  header.target_url = target.url.text;
  header.embedded_target = target.child.has_value();
  header.started_at = wall_clock();
  header.fail_on_warning = options.fail_on_warning;
  header.build = describe_build();
  header.host = describe_host();
  header.target = live.target_process();
  header.generator = live.own_process();
  header.notes = prepared.notes;
  return header;
}

report::RunResult execute(const Options& options, const Host& host, const plan::Plan& plan,
                          std::uint32_t threads, const Prepared& prepared, Target& target,
                          StopSignals& signals) {
  LiveRun live(host, plan, prepared.profile.system.objectives, target,
               find_process(target, options.target_pid), threads);
  const RunHeader header = header_of(options, plan, prepared, target, live);
  std::vector<std::string> notes;
  std::unique_ptr<RunJournal> journal;
  if (const auto path = journal_path(options)) {
    auto created = RunJournal::create(*path, header);
    if (auto* problem = std::get_if<std::string>(&created)) notes.push_back(no_journal(*problem));
    if (auto* made = std::get_if<std::unique_ptr<RunJournal>>(&created)) journal = std::move(*made);
  }
  live.until_the_end(signals, journal.get());
  if (auto note = tear_down(plan, signals)) notes.push_back(std::move(*note));
  if (const std::size_t cut_off = live.cut_off(); cut_off > 0) {
    notes.push_back(fmt::format(
        "when the drain time of {:.0f} s was over, {} still waited for the target; what they waited for is "
        "not in the figures",
        core::to_seconds(plan.drain), cut_off == 1 ? "1 user" : fmt::format("{} users", cut_off)));
  }
  verdict::GeneratorFigures generator;
  live.generator().fill(generator);
  Finished finished{.header = header,
                    .aggregator = live.aggregator(),
                    .target = live.target_process(),
                    .generator = live.own_process(),
                    .interrupted = live.run().interrupted(),
                    .elapsed_seconds = live.run().elapsed_seconds(),
                    .load_seconds = live.run().load_seconds(),
                    .seen = generator,
                    .over_time = live.objectives().results(),
                    .abort = live.run().ended_early() ? live.objectives().abort() : std::nullopt,
                    .notes = notes};
  if (journal) {
    const RunEnd end{live.run().interrupted(), live.run().ended_early(), finished.target.exit,
                     finished.target.no_data, notes};
    if (const auto problem = journal->end(end)) finished.notes.push_back(no_journal(*problem));
  }
  return build_result(std::move(finished));
}

/// Once the result is written it is not needed any more, unless it was asked for.
void remove_journal(const Options& options) {
  std::error_code ignored;
  if (const auto journal = journal_path(options); journal && !options.journal)
    std::filesystem::remove(*journal, ignored);
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

/// One run from finding the target to its result. The exit code if there is no result: why has been said.
std::variant<report::RunResult, int> run_once(const Options& options, const Host& host, Prepared prepared,
                                              StopSignals& signals) {
  if (!prepared.url) {
    host.out << "starting the embedded reference agent (name a target of yours with --target URL)\n"
             << std::flush;
  }
  auto found = prepared.url ? external_target(*prepared.url, prepared.route) : start_embedded(host);
  if (const auto* problem = std::get_if<std::string>(&found))
    return complain(host, ExitCode::unreachable, *problem);
  Target target = std::move(std::get<Target>(found));
  auto planned =
      plan::build_plan(prepared.profile, target.url, target.endpoint, options.skipped, prepared.clips);
  if (const auto* problem = std::get_if<std::string>(&planned))
    return complain(host, ExitCode::bad_usage, *problem);
  plan::Plan& plan = std::get<plan::Plan>(planned);
  auto sources = choose_sources(target, prepared.route, plan.sockets());
  if (const auto* problem = std::get_if<std::string>(&sources))
    return complain(host, ExitCode::bad_usage, *problem);
  plan.endpoint.sources = std::move(std::get<std::vector<net::Address>>(sources));
  for (plan::Workload& workload : plan.workloads) {
    auto* api = std::get_if<http::Workload>(&workload.behaviour);
    if (api == nullptr) continue;
    if (const auto problem = http::find_hosts(*api, plan.endpoint))
      return complain(host, ExitCode::unreachable, "api.allow_hosts: " + problem->text);
  }
  std::uint32_t threads = options.threads.value_or(1);
  if (const auto limit = raise_descriptor_limit()) {
    if (!options.threads) threads = shards_for(plan.sockets(), *limit);
    if (const auto problem = descriptor_problem(plan.sockets(), threads, *limit))
      return complain(host, ExitCode::bad_usage, *problem);
  }
  if (const auto problem = check_reachable(target, prepared.profile.system.health_path)) {
    return complain(host, ExitCode::unreachable, *problem);
  }
  if (plan.endpoint.tls && !prepared.profile.system.connection.tls.verify) {
    prepared.notes.push_back(
        "the target's certificate was not verified (tls.verify: false): it may have been somebody else's");
  }
  for (std::string& note : machine_notes()) prepared.notes.push_back(std::move(note));
  const SetUp prepared_target = set_up(plan, signals);
  if (prepared_target.problem) return complain(host, ExitCode::unreachable, *prepared_target.problem);
  if (prepared_target.stopped)
    return complain(host, ExitCode::interrupted, "stopped during the setup; no load was sent");
  host.out << plan::headline(prepared.profile, plan, target.url.text) << '\n' << std::flush;
  return execute(options, host, plan, threads, prepared, target, signals);
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
