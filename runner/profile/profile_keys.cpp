#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "runner/profile/declarations.hpp"
#include "runner/profile/types.hpp"
#include "runner/profile/units.hpp"

namespace soundcheck::profile {

namespace {

using namespace std::chrono_literals;

/// One workload: a name, and a load on one of the subsystems.
Object<NamedLoad> named_load() {
  const auto on = [](core::Subsystem subsystem) {
    return [subsystem](NamedLoad& workload, Load load) {
      workload.subsystem = subsystem;
      workload.load = std::move(load);
    };
  };
  return Object<NamedLoad>()
      .required("name", name_text(), &NamedLoad::name,
                "stands in front of its tasks' names in the report: name/task")
      .optional("api", api_load(), on(core::Subsystem::api), "load on the HTTP API")
      .optional("websocket", websocket_load(), on(core::Subsystem::websocket), "load on the event channel")
      .optional("ai_pipeline", ai_load(), on(core::Subsystem::ai_pipeline), "voice calls")
      .exactly_one_of({"api", "websocket", "ai_pipeline"});
}

/// When the last load with an end of its own is over; nothing if there is none.
std::optional<Duration> end_of_loads(const Profile& profile) {
  std::optional<Duration> end;
  const auto look = [&end](const Load& load) {
    const Duration length = load.duration.value_or(load.stages_length());
    if (length > Duration::zero()) end = std::max(end.value_or(Duration::zero()), load.start + length);
  };
  for (core::Subsystem s : core::all_subsystems) {
    if (profile.load(s)) look(*profile.load(s));
  }
  for (const NamedLoad& workload : profile.workloads) look(workload.load);
  return end;
}

/// A load must fit into the run.
void check_times(const Value& load_node, const Load& load, Duration run, Mistakes& mistakes) {
  if (const Value* start = load_node.find("start"); start != nullptr && load.start >= run) {
    mistakes.report(*start, fmt::format("it begins when the run of {} is over", to_text(run)));
    return;
  }
  const Duration room = run - load.start;
  if (load.duration && *load.duration > room) {
    mistakes.report(*load_node.find("duration"),
                    fmt::format("start and duration go past the end of the run at {}", to_text(run)),
                    "raise the profile's duration, or leave it out");
  } else if (load.stages_length() > room) {
    mistakes.report(*load_node.find("stages"),
                    fmt::format("the stages last {}, but the run ends {} after their start",
                                to_text(load.stages_length()), to_text(room)),
                    "raise the profile's duration, or leave it out");
  }
}

void check_loads(const Value& node, const Profile& profile, Mistakes& mistakes) {
  for (core::Subsystem s : core::all_subsystems) {
    const Value* load_node = node.find(core::to_string(s));
    if (load_node != nullptr && profile.load(s))
      check_times(*load_node, *profile.load(s), profile.duration, mistakes);
  }
  const Value* workloads = node.find("workloads");
  std::set<std::string> names;
  for (std::size_t i = 0; i < profile.workloads.size(); ++i) {
    const Value& item = workloads->items[i];
    const NamedLoad& workload = profile.workloads[i];
    if (!workload.name.empty() && !names.insert(workload.name).second)
      mistakes.report(*item.find("name"), "another workload has this name", "names must differ");
    const Value* load_node = item.find(core::to_string(workload.subsystem));
    if (load_node != nullptr) check_times(*load_node, workload.load, profile.duration, mistakes);
  }
}

void check_profile(const Value& node, Profile& profile, Mistakes& mistakes) {
  if (node.find("duration") == nullptr) {
    if (const auto end = end_of_loads(profile)) {
      profile.duration = *end;
    } else {
      mistakes.report(node, "the key \"duration\" is missing",
                      "only a load with stages, or with a duration of its own, ends by itself");
    }
  }
  if (profile.duration.count() > 0) check_loads(node, profile, mistakes);
  const Value* warm_up = node.find("warm_up");
  const bool both_read = profile.duration.count() > 0 && warm_up != nullptr;
  if (both_read && profile.warm_up >= profile.duration) {
    mistakes.report(*warm_up, "the warm-up must be shorter than the duration",
                    "samples of the warm-up do not count, so nothing would be left");
  }
  if (node.find("api") == nullptr && node.find("websocket") == nullptr &&
      node.find("ai_pipeline") == nullptr && node.find("workloads") == nullptr) {
    mistakes.report(node, "the profile puts load on nothing",
                    "add at least one of api, websocket, ai_pipeline, workloads");
  }
}

Object<Profile> declare_profile() {
  return Object<Profile>()
      .optional("description", name_text(), &Profile::description, "what the profile is for, shown by --list")
      .required(
          "system", name_text(), [](Profile& p) -> std::string& { return p.system.name; },
          "what is called: the name of a file in systems/, or a path relative to this file that ends in "
          ".yaml")
      .optional("duration", DurationText{1ns, 168h}, &Profile::duration,
                "length of the run, with its warm-up; without it: until the last load has ended")
      .with_default("warm_up", DurationText{0s, 168h}, &Profile::warm_up, "0s",
                    "first part of the duration, whose samples do not count")
      .with_default("drain", DurationText{1ns, 1h}, &Profile::drain, "10s",
                    "how long the end waits for tasks in progress")
      .with_default("cool_down", DurationText{0s, 1h}, &Profile::cool_down, "0s",
                    "how long the target is watched after that, without load, to see whether its memory "
                    "comes back")
      .with_default("seed", Count{0, std::numeric_limits<std::uint64_t>::max()}, &Profile::seed, "1",
                    "makes random choices repeatable")
      .optional("api", api_load(), &Profile::api, "load on the HTTP API")
      .optional("websocket", websocket_load(), &Profile::websocket, "load on the event channel")
      .optional("ai_pipeline", ai_load(), &Profile::ai_pipeline, "voice calls")
      .optional("workloads", List{named_load()}, &Profile::workloads,
                "more loads beside these, each with its own name, start and duration")
      .optional(
          "objectives", List{objective(), true}, &Profile::objectives,
          "what this profile expects: beside the objectives of the system, or instead of the one of the "
          "same name")
      .check(check_profile);
}

}  // namespace

const Object<Profile>& profile_object() {
  static const Object<Profile> object = declare_profile();
  return object;
}

}  // namespace soundcheck::profile
