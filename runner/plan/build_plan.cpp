#include "runner/plan/compile.hpp"

#include <algorithm>
#include <cmath>

namespace soundcheck::plan {

using core::Subsystem;

core::TaskId add_task(Plan& plan, Subsystem subsystem, std::string name) {
  plan.tasks.emplace_back(subsystem, std::move(name));
  return static_cast<core::TaskId>(plan.tasks.size() - 1);
}

core::ContentMatch compile_match(const std::optional<std::string>& contains,
                                 const std::vector<profile::JsonCheck>& json, core::VariableTable& names) {
  core::ContentMatch match;
  if (contains) match.contains = core::TextTemplate::compile(*contains, names);
  for (const profile::JsonCheck& check : json) match.json.emplace_back(check.pointer, check.expected, &names);
  return match;
}

namespace {

/// The part of a system that a load asks for: only its tasks, and its think time.
profile::ApiSystem narrowed(profile::ApiSystem system, const profile::Load& load) {
  if (!load.tasks.empty()) {
    std::erase_if(system.tasks, [&](const profile::HttpTask& task) {
      return std::find(load.tasks.begin(), load.tasks.end(), task.name) == load.tasks.end();
    });
  }
  if (load.think_time) system.think_time = *load.think_time;  // classes with one of their own keep it
  return system;
}

std::vector<shape::Stage> stages_of(const profile::Load& load) {
  std::vector<shape::Stage> stages;
  for (const profile::Stage& stage : load.stages) stages.push_back({stage.level, stage.ramp, stage.hold});
  if (load.users > 0) {
    // As long as the last user needs to be there.
    const double users = load.users;
    stages.push_back({users, core::from_seconds(users / load.spawn_rate.per_second), {}});
  }
  if (load.rate) stages.push_back({load.rate->per_second, {}, {}});
  return stages;
}

Load plan_load(const profile::Load& load, core::Duration run) {
  Load planned;
  planned.model = load.open() ? Model::open : Model::closed;
  planned.start = load.start;
  planned.curve = shape::Curve(stages_of(load), load.duration.value_or(run - load.start));
  planned.pacing = load.pacing;
  planned.spacing = load.arrivals;
  planned.most_in_progress = load.max_in_progress;
  return planned;
}

/// Compiles the workloads of a profile one after the other.
class Builder {
 public:
  Builder(const profile::Profile& profile, const net::TargetUrl& url, const Skipped& skipped,
          const std::vector<audio::ClipPtr>& clips, Plan& plan)
      : profile_(profile), url_(url), skipped_(skipped), clips_(clips), plan_(plan) {}

  /// An error, or nothing. Skipped subsystems, and those that the system lacks, are left out.
  std::optional<std::string> add(const std::string& name, Subsystem subsystem, const profile::Load& load) {
    if (skipped_[static_cast<std::size_t>(subsystem)]) return std::nullopt;
    const std::size_t first_new_task = plan_.tasks.size();
    auto behaviour = compile(subsystem, load);
    if (!behaviour) return error_;
    Workload workload{name, subsystem, plan_load(load, plan_.duration), std::move(*behaviour), next_user_};
    next_user_ += workload.load.model == Model::open ? workload.load.most_in_progress : workload.users();
    if (!name.empty()) {
      for (std::size_t i = first_new_task; i < plan_.tasks.size(); ++i)
        plan_.tasks[i].second = name + "/" + plan_.tasks[i].second;
    }
    plan_.workloads.push_back(std::move(workload));
    plan_.users = next_user_;
    return std::nullopt;
  }

 private:
  std::optional<Behaviour> compile(Subsystem subsystem, const profile::Load& load) {
    const profile::System& system = profile_.system;
    switch (subsystem) {
      case Subsystem::api:
        if (!system.api) return std::nullopt;
        return result_of(compile_api(plan_, narrowed(*system.api, load), url_, api_names_));
      case Subsystem::websocket:
        if (!system.websocket) return std::nullopt;
        return compile_websocket(plan_, *system.websocket, url_);
      case Subsystem::ai_pipeline:
        if (!system.ai_pipeline) return std::nullopt;
        return result_of(compile_voice(plan_, *system.ai_pipeline, url_, clips_));
    }
    return std::nullopt;
  }

  template <class T>
  std::optional<Behaviour> result_of(std::variant<T, std::string> compiled) {
    if (auto* workload = std::get_if<T>(&compiled)) return std::move(*workload);
    error_ = std::move(std::get<std::string>(compiled));
    return std::nullopt;
  }

  const profile::Profile& profile_;
  const net::TargetUrl& url_;
  const Skipped& skipped_;
  const std::vector<audio::ClipPtr>& clips_;
  Plan& plan_;
  core::VariableTable api_names_;
  std::uint64_t next_user_ = 0;
  std::optional<std::string> error_;
};

}  // namespace

std::uint64_t Load::peak_users(core::Duration longest) const {
  const double peak = curve.peak();
  if (model == Model::closed) return static_cast<std::uint64_t>(std::ceil(peak));
  const double busy = std::ceil(peak * core::to_seconds(longest));
  return std::min(most_in_progress, static_cast<std::uint64_t>(busy) + 1);
}

core::TaskId Workload::first_task() const {
  if (const auto* api = std::get_if<http::Workload>(&behaviour)) return api->tasks.front().id;
  if (const auto* channel = std::get_if<websocket::Workload>(&behaviour)) return channel->connection_task;
  return std::get<voice::Workload>(behaviour).variants.front().task;
}

core::Duration Workload::longest_occupation() const {
  if (const auto* api = std::get_if<http::Workload>(&behaviour)) {
    core::Duration longest{};
    for (const http::Task& task : api->tasks)
      longest = std::max(longest, http::longest(task.steps, api->timeout));
    return api->login ? longest + http::longest(api->login->steps, api->timeout) : longest;
  }
  if (const auto* channel = std::get_if<websocket::Workload>(&behaviour))
    return channel->connect_timeout + channel->hold;
  const auto& calls = std::get<voice::Workload>(behaviour);
  double clip_seconds = 0;
  for (const voice::Variant& variant : calls.variants) {
    for (const audio::EncodedClipPtr& clip : variant.clips)
      clip_seconds = std::max(clip_seconds, clip->clip->seconds());
  }
  const core::Duration turn =
      core::from_seconds(clip_seconds) + calls.answer_timeout + 2 * calls.pause_before_turn.mean();
  return calls.setup_timeout + static_cast<int>(calls.turns) * turn;
}

bool Plan::has(Subsystem subsystem) const {
  return std::any_of(workloads.begin(), workloads.end(),
                     [subsystem](const Workload& w) { return w.subsystem == subsystem; });
}

std::uint64_t Plan::sockets() const {
  std::uint64_t sum = 0;
  for (const Workload& workload : workloads) sum += workload.users();
  return sum;
}

std::variant<Plan, std::string> build_plan(const profile::Profile& profile, const net::TargetUrl& url,
                                           net::Endpoint endpoint, const Skipped& skipped,
                                           const std::vector<audio::ClipPtr>& clips) {
  Plan plan;
  plan.duration = profile.duration;
  plan.warm_up = profile.warm_up;
  plan.drain = profile.drain;
  plan.cool_down = profile.cool_down;
  plan.seed = profile.seed;
  plan.endpoint = std::move(endpoint);
  Builder builder(profile, url, skipped, clips, plan);
  for (Subsystem subsystem : core::all_subsystems) {
    const std::optional<profile::Load>& load = profile.load(subsystem);
    if (!load) continue;
    if (auto error = builder.add("", subsystem, *load)) return std::move(*error);
  }
  for (const profile::NamedLoad& workload : profile.workloads) {
    if (auto error = builder.add(workload.name, workload.subsystem, workload.load)) return std::move(*error);
  }
  if (plan.tasks.empty()) {
    return std::string(
        "nothing is left to run: every subsystem of the profile is skipped or absent from the system");
  }
  return plan;
}

}  // namespace soundcheck::plan
