#include "runner/plan/words.hpp"

#include <fmt/format.h>

#include <cmath>

namespace soundcheck::plan {

namespace {

/// What the users of each subsystem are called.
std::string_view users_word(core::Subsystem subsystem) {
  switch (subsystem) {
    case core::Subsystem::api:
      return "users";
    case core::Subsystem::websocket:
      return "connections";
    case core::Subsystem::ai_pipeline:
      break;
  }
  return "calls at the same time";
}

}  // namespace

std::string time_text(core::Duration d) {
  const double s = core::to_seconds(d);
  if (s >= 120) return fmt::format("{:g} min", s / 60);
  if (s >= 1 || s == 0) return fmt::format("{:g} s", s);
  return fmt::format("{:g} ms", s * 1000);
}

std::string pause_text(const core::Pause& pause) {
  using Kind = core::Pause::Kind;
  switch (pause.kind()) {
    case Kind::constant:
      break;
    case Kind::uniform:
      return fmt::format("{} to {}", time_text(pause.first()), time_text(pause.second()));
    case Kind::normal:
      return fmt::format("{} ± {} (normal)", time_text(pause.first()), time_text(pause.second()));
    case Kind::exponential:
      return fmt::format("{} on average (exponential)", time_text(pause.first()));
  }
  return time_text(pause.first());
}

std::string load_text(const Workload& workload, const Plan& plan) {
  const Load& load = workload.load;
  std::string text;
  if (load.model == Model::open) {
    text = fmt::format("open model, up to {:g} arrivals a second ({}), about {:.0f} in all",
                       load.curve.peak(), load.spacing == shape::Spacing::even ? "even" : "Poisson",
                       load.curve.area(load.curve.end()));
  } else {
    const auto users = static_cast<std::uint64_t>(std::ceil(load.curve.peak()));
    const auto first_there = [&](std::uint64_t user) {
      const auto spans = load.curve.above(static_cast<double>(user));
      return spans.empty() ? core::Duration::zero() : spans.front().begin;
    };
    text = fmt::format("{} {}, all there after {}", users, users_word(workload.subsystem),
                       time_text(first_there(users == 0 ? 0 : users - 1)));
    if (load.pacing) text += fmt::format(", a task every {} each", time_text(*load.pacing));
  }
  if (load.start > core::Duration::zero() || load.end() < plan.duration) {
    text += fmt::format("; from {} to {} of the run", time_text(load.start), time_text(load.end()));
  }
  return text;
}

std::string title(const Workload& workload) {
  const std::string subsystem(core::to_string(workload.subsystem));
  return workload.name.empty() ? subsystem : fmt::format("{}, workload {}", subsystem, workload.name);
}

}  // namespace soundcheck::plan
