#include "runner/app/trial.hpp"

#include <fmt/format.h>

#include <utility>

namespace soundcheck::app {

using core::Subsystem;

Trial alone(const Options& all, Subsystem part) {
  Trial trial{std::string(core::to_string(part)), part, all};
  for (const Subsystem other : core::all_subsystems) {
    if (other != part) trial.options.skipped[static_cast<std::size_t>(other)] = true;
  }
  return trial;
}

std::vector<Trial> taken_apart(const profile::System& system, const Trial& part) {
  std::vector<Trial> trials;
  const auto with = [&](std::string name, std::string path, std::string value) {
    Trial trial{part.name + std::move(name), part.part, part.options};
    trial.options.overrides.emplace_back(std::move(path), std::move(value));
    trials.push_back(std::move(trial));
  };
  switch (*part.part) {
    case Subsystem::api: {
      std::vector<std::string> names;
      for (const profile::HttpTask& task : system.api->tasks) {
        if (task.weight > 0) names.push_back(task.name);
      }
      for (const std::string& name : names) {
        if (names.size() < 2) break;
        Trial trial{fmt::format("{}: {}", part.name, name), part.part, part.options};
        for (const std::string& other : names) {
          if (other != name) trial.options.tasks.without.push_back(other);
        }
        trials.push_back(std::move(trial));
      }
      break;
    }
    case Subsystem::websocket:
      with(", abrupt hang-ups", "system.websocket.hang_up", "abrupt");
      break;
    case Subsystem::ai_pipeline:
      for (const audio::Encoding encoding : system.ai_pipeline->encodings) {
        if (system.ai_pipeline->encodings.size() < 2) break;
        with(fmt::format(": {}", audio::to_string(encoding)), "system.ai_pipeline.encodings",
             fmt::format("[{}]", audio::to_string(encoding)));
      }
      with(", abrupt hang-ups", "system.ai_pipeline.hang_up", "abrupt");
      break;
  }
  return trials;
}

}  // namespace soundcheck::app
