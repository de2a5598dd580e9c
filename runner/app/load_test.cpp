#include "runner/app/load_test.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "protocols/net/loop.hpp"
#include "runner/app/build_result.hpp"
#include "runner/app/data_folders.hpp"
#include "runner/app/descriptor_limit.hpp"
#include "runner/app/env_file.hpp"
#include "runner/app/process_watch.hpp"
#include "runner/app/progress.hpp"
#include "runner/app/stop_signals.hpp"
#include "runner/app/target.hpp"
#include "runner/engine/run.hpp"
#include "runner/engine/thread_fleet.hpp"
#include "runner/plan/describe.hpp"
#include "runner/profile/load.hpp"
#include "runner/report/console.hpp"
#include "runner/report/json.hpp"
#include "runner/report/json_file.hpp"
#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {

namespace {

using verdict::ExitCode;

constexpr core::Duration second = std::chrono::seconds(1);
/// Between building the fleet and the schedule's first moment: threads start in less.
constexpr core::Duration head_start = std::chrono::milliseconds(20);

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
    for (const auto& entry : entries) host.out << fmt::format("  {:<18} {}\n", entry.name, entry.description);
  };
  print("Profiles (--profile):", profile::list_profiles(data.profiles));
  print("Systems (--system):", profile::list_systems(data.profiles));
  return static_cast<int>(ExitCode::pass);
}

/// The run itself: ticks once a second until the last user has ended.
report::RunResult execute(const Options& options, const Host& host, const profile::Profile& profile,
                          const plan::Plan& plan, Target& target, StopSignals& signals,
                          std::vector<std::string> notes) {
  metrics::Aggregator aggregator(plan.tasks);
  ProcessWatch target_watch(find_process(target, options.target_pid));
  report::ProcessResult self;
  self.pid = ::getpid();
  self.how_found = "this process";
  ProcessWatch self_watch(std::move(self));
  engine::ThreadFleet fleet(plan, options.threads);
  Progress progress(host, plan, aggregator);

  const std::string started_at = wall_clock();
  double warm_cpu = 0;
  double warm_at = 0;
  engine::Run* current = nullptr;
  engine::Run run(plan, fleet, aggregator, [&](double at, const metrics::Snapshot& snapshot) {
    target_watch.sample(at);
    self_watch.sample(at);
    if (target.child && target_watch.result().exit.empty()) {
      if (const auto exit = target.child->poll_exit()) {
        target_watch.result().exit = *exit;
        progress.say(
            fmt::format("the reference agent (pid {}) {} after {:.0f} s", target.child->pid(), *exit, at));
      }
    }
    if (at <= core::to_seconds(plan.warm_up) + 0.5) {
      warm_cpu = fleet.health().busiest_shard_cpu_seconds;
      warm_at = at;
    }
    progress.show(at, snapshot, target_watch.rss_bytes(), current->interrupted());
  });
  current = &run;
  const core::TimePoint t0 = net::Loop::clock() + head_start;
  target_watch.sample(0);
  self_watch.sample(0);
  run.start(t0);
  double load_cpu = 0;
  double load_at = 0;
  for (std::int64_t k = 1;; ++k) {
    if (signals.wait_until(t0 + k * second)) {
      progress.say(run.interrupted() ? "stopping now"
                                     : "stopping: waiting for what is in progress (again to stop at once)");
      run.interrupt();
      --k;
      continue;
    }
    if (!run.tick(net::Loop::clock())) break;
    // The share of a core while the load was on; the drain phase would dilute it.
    if (load_at == 0 || run.elapsed_seconds() <= core::to_seconds(plan.duration) + 0.5) {
      load_cpu = fleet.health().busiest_shard_cpu_seconds;
      load_at = run.elapsed_seconds();
    }
  }
  progress.finish();
  if (const std::size_t cut_off = fleet.health().cut_off; cut_off > 0) {
    notes.push_back(
        fmt::format("{} users were still waiting for the target when the drain time of {:.0f} s was over; "
                    "what they waited for is not in the figures",
                    cut_off, core::to_seconds(plan.drain)));
  }
  Finished finished{profile,
                    plan,
                    aggregator,
                    target_watch.result(),
                    self_watch.result(),
                    target.url.text,
                    target.child.has_value(),
                    run.interrupted(),
                    options.fail_on_warning,
                    run.elapsed_seconds(),
                    run.load_seconds(),
                    load_at > warm_at ? (load_cpu - warm_cpu) / (load_at - warm_at) : 0,
                    started_at,
                    describe_build(),
                    describe_host(),
                    std::move(notes)};
  return build_result(std::move(finished));
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

  auto environment = read_environment(host.environment, options.env_file);
  if (const auto* problem = std::get_if<std::string>(&environment))
    return complain(host, ExitCode::bad_usage, *problem);
  profile::LoadRequest request{options.profile, options.system, data.profiles, options.overrides,
                               std::get<Environment>(environment)};
  const profile::LoadResult loaded = profile::load_profile(request);
  if (!loaded.profile) {
    for (const profile::Diagnostic& diagnostic : loaded.diagnostics)
      host.err << diagnostic.to_string() << '\n';
    return complain(host, ExitCode::bad_usage,
                    fmt::format("{} mistake{}; nothing was sent", loaded.diagnostics.size(),
                                loaded.diagnostics.size() == 1 ? "" : "s"));
  }
  const profile::Profile& profile = *loaded.profile;
  std::optional<net::TargetUrl> url;
  if (options.target) {
    auto parsed = net::parse_target_url(*options.target);
    if (const auto* problem = std::get_if<std::string>(&parsed))
      return complain(host, ExitCode::bad_usage, *problem);
    url = std::get<net::TargetUrl>(parsed);
  }
  if (options.output) {
    if (const auto problem = report::check_writable(*options.output))
      return complain(host, ExitCode::bad_usage, "--output: " + *problem);
  }
  std::vector<std::string> notes;
  std::vector<audio::ClipPtr> clips;
  const bool voice = !options.skipped[static_cast<std::size_t>(core::Subsystem::ai_pipeline)] &&
                     profile.ai_pipeline && profile.system.ai_pipeline;
  if (voice) {
    auto fixtures = load_fixtures(*profile.system.ai_pipeline, data, notes);
    if (const auto* problem = std::get_if<std::string>(&fixtures))
      return complain(host, ExitCode::bad_usage, *problem);
    clips = std::move(std::get<std::vector<audio::ClipPtr>>(fixtures));
  }
  if (options.dry_run) {
    // No target is asked, so the plan is made against its name alone.
    const net::TargetUrl named =
        url.value_or(net::TargetUrl{"127.0.0.1", "0", "", "the embedded reference agent"});
    const auto planned = plan::build_plan(
        profile, named, {named.host, named.port, named.host + ":" + named.port, {}}, options.skipped, clips);
    if (const auto* problem = std::get_if<std::string>(&planned))
      return complain(host, ExitCode::bad_usage, *problem);
    host.out << plan::describe(profile, std::get<plan::Plan>(planned), named.text);
    return static_cast<int>(ExitCode::pass);
  }

  StopSignals signals;
  if (!url)
    host.out << "starting the embedded reference agent (name a target of yours with --target URL)\n"
             << std::flush;
  auto found = url ? external_target(*url) : start_embedded(host);
  if (const auto* problem = std::get_if<std::string>(&found))
    return complain(host, ExitCode::unreachable, *problem);
  Target target = std::move(std::get<Target>(found));
  const auto planned = plan::build_plan(profile, target.url, target.endpoint, options.skipped, clips);
  if (const auto* problem = std::get_if<std::string>(&planned))
    return complain(host, ExitCode::bad_usage, *problem);
  const plan::Plan& plan = std::get<plan::Plan>(planned);
  if (const auto problem = raise_descriptor_limit(plan.sockets()))
    return complain(host, ExitCode::bad_usage, *problem);
  if (const auto problem = check_reachable(target, profile.system.health_path))
    return complain(host, ExitCode::unreachable, *problem);

  host.out << plan::headline(profile, plan, target.url.text) << '\n' << std::flush;
  report::RunResult result = execute(options, host, profile, plan, target, signals, std::move(notes));
  std::string written;
  if (options.output) {
    if (const auto problem = report::write_file(*options.output, report::to_json(result))) {
      complain(host, ExitCode::internal, "--output: " + *problem);
      result.exit_code = static_cast<int>(ExitCode::internal);
    } else {
      written = *options.output;
    }
  }
  host.out << report::summary(result, {host.terminal, written}) << std::flush;
  return result.exit_code;
}

}  // namespace soundcheck::app
