#include "runner/app/prepared.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>
#include <variant>

#include "runner/app/complaint.hpp"
#include "runner/app/env_file.hpp"
#include "runner/app/monitor_watch.hpp"
#include "runner/profile/load.hpp"

namespace soundcheck::app {

namespace {

using verdict::ExitCode;

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

/// The profile with the environment and the command line in it; says every mistake.
std::optional<profile::Profile> load_profile(const std::string& name, const Options& options,
                                             const Host& host, const DataFolders& data) {
  auto environment = read_environment(host.environment, options.env_file);
  if (const auto* problem = std::get_if<std::string>(&environment)) {
    complain(host, ExitCode::bad_usage, *problem);
    return std::nullopt;
  }
  profile::LoadResult loaded =
      profile::load_profile({name, options.system, data.profiles, options.overrides,
                             std::get<Environment>(environment), options.tasks, monitor::check_monitor});
  if (!loaded.profile) say_mistakes(host, loaded.diagnostics);
  return std::move(loaded.profile);
}

bool runs_voice(const Options& options, const profile::Profile& profile) {
  return !options.skipped[static_cast<std::size_t>(core::Subsystem::ai_pipeline)] && profile.ai_pipeline &&
         profile.system.ai_pipeline;
}

}  // namespace

std::optional<Prepared> prepare(const std::string& name, const Options& options, const Host& host,
                                const DataFolders& data) {
  auto profile = load_profile(name, options, host, data);
  if (!profile) return std::nullopt;
  Prepared prepared{std::move(*profile), {}, {}, {}, {}, {}};
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
  auto monitors = make_monitors(prepared.profile.system.monitors);
  if (const auto* problem = std::get_if<std::string>(&monitors)) return refuse(*problem);
  prepared.monitors = std::move(std::get<std::vector<monitor::MadeMonitor>>(monitors));
  if (runs_voice(options, prepared.profile)) {
    auto fixtures = load_fixtures(*prepared.profile.system.ai_pipeline, data, prepared.notes);
    if (const auto* problem = std::get_if<std::string>(&fixtures)) return refuse(*problem);
    prepared.clips = std::move(std::get<std::vector<audio::ClipPtr>>(fixtures));
  }
  return prepared;
}

}  // namespace soundcheck::app
