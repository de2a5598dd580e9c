#include "tests/sim/whole_run.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "runner/profile/load.hpp"
#include "tests/support/tone_clip.hpp"

namespace soundcheck::sim {

profile::Profile load(const std::string& name) {
  profile::LoadRequest request;
  request.profile = name;
  request.folders = {std::filesystem::path(SOUNDCHECK_SOURCE_DIR) / "profiles"};
  request.environment = [](const std::string&) { return std::optional<std::string>{}; };
  profile::LoadResult result = profile::load_profile(request);
  for (const profile::Diagnostic& diagnostic : result.diagnostics) ADD_FAILURE() << diagnostic.to_string();
  return result.profile.value_or(profile::Profile{});
}

plan::Plan make_plan(const profile::Profile& profile, const plan::Skipped& skipped) {
  const net::TargetUrl url{"target.test", "80", "", "http://target.test"};
  const std::vector<audio::ClipPtr> clips{support::tone_clip("short", 60), support::tone_clip("long", 110)};
  auto built = plan::build_plan(profile, url, support::any_endpoint(), skipped, clips);
  if (const auto* error = std::get_if<std::string>(&built)) throw std::runtime_error(*error);
  return std::move(std::get<plan::Plan>(built));
}

WholeRun::WholeRun(plan::Plan p, const support::Behaviour& behaviour, std::uint32_t shards)
    : plan(std::move(p)),
      fleet(plan, shards, behaviour),
      totals(plan.tasks),
      run(plan, fleet, totals,
          [this](double at, const metrics::Snapshot& second) {
            if (at_second) at_second(at, second);
          }),
      t0(fleet.now() + std::chrono::milliseconds(100)) {}

void WholeRun::play(core::Duration tick, const std::function<void(double)>& at_tick) {
  run.start(t0);
  core::TimePoint now = t0;
  do {
    now += tick;
    fleet.run_until(now);
    if (at_tick) at_tick(core::to_seconds(now - t0));
  } while (run.tick(now));
}

const metrics::TaskRecord& WholeRun::task(const std::string& name) const {
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    if (plan.tasks[i].second == name) return totals.totals()[i];
  }
  throw std::out_of_range(name);
}

std::string fingerprint(const std::vector<metrics::TaskRecord>& tasks) {
  std::string text;
  for (const metrics::TaskRecord& task : tasks) {
    text += fmt::format("task {}\n", task.in_progress);
    for (const auto n : task.counters) text += fmt::format("{} ", n);
    for (const auto& [kind, n] : task.failure_texts)
      text += fmt::format("{} {} {}\n", to_string(kind.first), kind.second, n);
    for (const metrics::Histogram& histogram : task.histograms) {
      text += fmt::format("\n{} {} {}:", histogram.count(), histogram.min(), histogram.max());
      histogram.for_each(
          [&](std::int64_t lowest, std::uint64_t n) { text += fmt::format(" {}x{}", lowest, n); });
    }
  }
  return text;
}

}  // namespace soundcheck::sim
