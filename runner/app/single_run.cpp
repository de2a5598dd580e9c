#include "runner/app/single_run.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <ostream>
#include <utility>

#include "runner/app/build_result.hpp"
#include "runner/app/complaint.hpp"
#include "runner/app/descriptor_limit.hpp"
#include "runner/app/idle_strategy.hpp"
#include "runner/app/live_run.hpp"
#include "runner/app/machine_notes.hpp"
#include "runner/app/once.hpp"
#include "runner/app/target.hpp"
#include "runner/plan/describe.hpp"

namespace soundcheck::app {

namespace {

using verdict::ExitCode;

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
  header.monitors = live.monitors().records();
  header.notes = prepared.notes;
  return header;
}

report::RunResult execute(const Options& options, const Host& host, const plan::Plan& plan,
                          std::uint32_t threads, Prepared& prepared, Target& target, StopSignals& signals) {
  LiveRun live(host, plan, prepared.profile.system, std::move(prepared.monitors), target,
               find_process(target, options.target_pid), threads, of_loops(options.idle_strategy));
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
                    .monitors = live.monitors().records(),
                    .interrupted = live.run().interrupted(),
                    .elapsed_seconds = live.run().elapsed_seconds(),
                    .load_seconds = live.run().load_seconds(),
                    .seen = generator,
                    .over_time = live.objectives().results(),
                    .abort = live.run().ended_early() ? live.objectives().abort() : std::nullopt,
                    .notes = notes};
  if (journal) {
    const RunEnd end{live.run().interrupted(),
                     live.run().ended_early(),
                     finished.target.exit,
                     finished.target.no_data,
                     notes,
                     live.last_samples()};
    if (const auto problem = journal->end(end)) finished.notes.push_back(no_journal(*problem));
  }
  return build_result(std::move(finished));
}

}  // namespace

std::variant<report::RunResult, int> run_once(const Options& options, const Host& host, Prepared prepared,
                                              StopSignals& signals) {
  std::optional<AwakeCores> awake;  // until the end of the run
  if (options.idle_strategy == IdleStrategy::awake) {
    auto asked = AwakeCores::ask();
    if (const auto* problem = std::get_if<std::string>(&asked))
      return complain(host, ExitCode::bad_usage, *problem);
    awake.emplace(std::move(std::get<AwakeCores>(asked)));
  }
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
  if (auto note = note_on(options.idle_strategy)) prepared.notes.push_back(std::move(*note));
  for (std::string& note : machine_notes()) prepared.notes.push_back(std::move(note));
  const SetUp prepared_target = set_up(plan, signals);
  if (prepared_target.problem) return complain(host, ExitCode::unreachable, *prepared_target.problem);
  if (prepared_target.stopped)
    return complain(host, ExitCode::interrupted, "stopped during the setup; no load was sent");
  host.out << plan::headline(prepared.profile, plan, target.url.text) << '\n' << std::flush;
  return execute(options, host, plan, threads, prepared, target, signals);
}

void remove_journal(const Options& options) {
  std::error_code ignored;
  if (const auto journal = journal_path(options); journal && !options.journal)
    std::filesystem::remove(*journal, ignored);
}

}  // namespace soundcheck::app
