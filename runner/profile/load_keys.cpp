#include <chrono>
#include <limits>

#include <fmt/format.h>

#include "runner/profile/declarations.hpp"
#include "runner/profile/load_models.hpp"
#include "runner/profile/match_keys.hpp"
#include "runner/profile/types.hpp"
#include "runner/profile/units.hpp"

namespace soundcheck::profile {

namespace {

using namespace std::chrono_literals;

constexpr Rate max_rate{100'000};
const DurationText any_time{0s, 168h};

/// What the three subsystems call the same things.
struct Words {
  std::string users;  ///< the key
  std::string spawn_rate;
  std::string default_spawn_rate;
  std::uint64_t most_users;
  std::string meaning;   ///< of the users
  std::string arrivals;  ///< what arrives in the open model
};

struct SpacingName {
  using Result = shape::Spacing;
  TypeInfo describe() const { return Choice{{"poisson", "even"}}.describe(); }
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const {
    const auto name = Choice{{"poisson", "even"}}.read(mistakes, node);
    if (!name) return std::nullopt;
    return *name == "even" ? shape::Spacing::even : shape::Spacing::poisson;
  }
};

Object<Stage> stage(const Words& words) {
  return Object<Stage>()
      .optional(
          words.users, Count{0, words.most_users},
          [](Stage& s, std::uint64_t n) { s.level = static_cast<double>(n); },
          fmt::format("{} at the end of the ramp", words.meaning))
      .optional(
          "rate", RateText{max_rate},
          [](Stage& s, Rate rate) {
            s.level = rate.per_second;
            s.open = true;
          },
          fmt::format("open model: {} per second at the end of the ramp", words.arrivals))
      .with_default("ramp", any_time, &Stage::ramp, "0s",
                    "how long the straight way from the level before takes; 0s is a jump")
      .with_default("hold", any_time, &Stage::hold, "0s", "how long the level is then kept")
      .exactly_one_of({words.users, "rate"});
}

void check_stages(const Value& node, const Load& load, Mistakes& mistakes) {
  const Value* stages = node.find("stages");
  if (stages == nullptr || load.stages.empty()) return;
  for (std::size_t i = 1; i < load.stages.size(); ++i) {
    if (load.stages[i].open != load.stages.front().open) {
      mistakes.report(stages->items[i], "a stage of rate among stages of users, or the other way round",
                      "put the open and the closed model into workloads of their own");
    }
  }
  if (load.stages_length() == Duration::zero() && load.stages.size() > 1) {
    mistakes.report(*stages, "the stages take no time", "give them ramp or hold");
  }
  if (load.duration && load.stages_length() > *load.duration) {
    mistakes.report(*stages, fmt::format("the stages last {}, longer than the load's duration of {}",
                                         to_text(load.stages_length()), to_text(*load.duration)));
  }
}

/// Keys that mean something in one of the two models only.
void check_model(const Value& node, const Load& load, Mistakes& mistakes) {
  const auto only = [&](const char* key, bool allowed, const char* rule) {
    const Value* value = node.find(key);
    if (value != nullptr && !allowed) mistakes.report(*value, rule);
  };
  const bool open = load.open();
  only("arrivals", open, "only the open model (rate) has arrivals of its own");
  only("max_in_progress", open, "only the open model (rate) needs this limit: users wait for their answers");
  only("pacing", !open, "the open model (rate) has no users to pace");
  if (load.pacing && load.think_time) {
    mistakes.report(*node.find("think_time"), "pacing and think_time exclude each other",
                    "pacing sets when the next task begins, however long the one before took");
  }
}

Object<Load> load_of(const Words& words, bool api) {
  Object<Load> object;
  object
      .optional(words.users, Count{1, words.most_users}, &Load::users,
                fmt::format("closed model: {} at the same time", words.meaning))
      .with_default(words.spawn_rate, RateText{max_rate}, &Load::spawn_rate, words.default_spawn_rate,
                    "how fast they start until all are there")
      .optional("rate", RateText{max_rate}, &Load::rate,
                fmt::format("open model: {} per second, whether or not the target has answered; users are "
                            "made as they are needed",
                            words.arrivals))
      .with_default("arrivals", SpacingName{}, &Load::arrivals, "poisson",
                    "open model: `poisson`, independent of each other as real callers are, or `even`")
      .with_default("max_in_progress", Count{1, 1'000'000}, &Load::max_in_progress, "10000",
                    "open model: arrivals beyond it are dropped and counted, and make the run invalid")
      .optional("stages", List{stage(words)}, &Load::stages,
                "a load that changes: straight ramps, steps, spikes, one after the other")
      .with_default("start", any_time, &Load::start, "0s", "when it begins, from the start of the run")
      .optional("duration", DurationText{1ns, 168h}, &Load::duration,
                "how long it goes on; without it: to the end of the run")
      .optional("pacing", DurationText{1ms, 24h}, &Load::pacing,
                "closed model: each user begins a task every so often, and makes up for what it missed; "
                "instead of a think time")
      .exactly_one_of({words.users, "rate", "stages"})
      .check([](const Value& node, Load& load, Mistakes& mistakes) {
        check_stages(node, load, mistakes);
        check_model(node, load, mistakes);
      });
  if (api) {
    object
        .optional("think_time", pause_text, &Load::think_time,
                  "a user's pause between two tasks, instead of the system's")
        .optional("tasks", List{name_text()}, &Load::tasks,
                  "only these tasks of the system; without it: all");
  }
  return object;
}

}  // namespace

Object<Load> api_load() {
  return load_of({"users", "spawn_rate", "10/s", 1'000'000, "virtual users of the HTTP API", "tasks"}, true);
}

Object<Load> websocket_load() {
  return load_of({"connections", "connect_rate", "10/s", 1'000'000, "open connections", "new connections"},
                 false);
}

Object<Load> ai_load() {
  return load_of({"calls", "call_rate", "1/s", 100'000, "voice calls in progress", "new calls"}, false);
}

Duration Load::stages_length() const {
  Duration sum{};
  for (const Stage& s : stages) sum += s.ramp + s.hold;
  return sum;
}

const std::optional<Load>& Profile::load(core::Subsystem subsystem) const {
  switch (subsystem) {
    case core::Subsystem::api:
      return api;
    case core::Subsystem::websocket:
      return websocket;
    case core::Subsystem::ai_pipeline:
      break;
  }
  return ai_pipeline;
}

}  // namespace soundcheck::profile
