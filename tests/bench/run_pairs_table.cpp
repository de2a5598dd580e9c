// Hundreds of pairs of whole runs in virtual time, compared as users compare them: how often the same build
// seems to differ, and how often p95 + 5 % is found. Prints a table of docs/leak_detection.md. All cores.
//   run_pairs_table [PAIRS [MINUTES ...]]     minutes of the wandering target
#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "tests/sim/compared_runs.hpp"

namespace {

using namespace soundcheck;

sim::PairTally try_pairs(const sim::PairPlan& plan, int pairs) {
  std::atomic<int> next = 0;
  std::vector<sim::PairTally> tallies(std::max(1U, std::thread::hardware_concurrency()));
  {
    std::vector<std::jthread> threads;
    for (sim::PairTally& tally : tallies) {
      threads.emplace_back([&] {
        for (int pair = next++; pair < pairs; pair = next++)
          tally += sim::try_pair(plan, 1.05, static_cast<std::uint64_t>(pair));
      });
    }
  }
  sim::PairTally all;
  for (const sim::PairTally& tally : tallies) all += tally;
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  const int pairs = argc > 1 ? std::atoi(argv[1]) : 200;
  std::vector<sim::PairPlan> plans{sim::calm_plan()};
  for (int i = 2; i < argc; ++i) plans.push_back(sim::wandering_plan(std::atoi(argv[i])));
  if (argc <= 2) plans.insert(plans.end(), {sim::wandering_plan(30), sim::wandering_plan(60)});
  fmt::print(
      "| Target | Length | Figures compared | of them differ | Pairs with any that differs | p95 + 5 %: "
      "worse | "
      "cannot tell | same | improved |\n|---|---|---|---|---|---|---|---|---|\n");
  for (const sim::PairPlan& plan : plans) {
    const sim::PairTally tally = try_pairs(plan, pairs);
    const auto share = [&](int count) { return 100.0 * count / tally.pairs; };
    fmt::print("| {} | {:.0f} min | {} | {} | {} of {} | {:.1f} % | {:.1f} % | {:.1f} % | {:.1f} % |\n",
               plan.name, core::to_seconds(plan.profile.duration) / 60, tally.figures, tally.differ,
               tally.alarms, tally.pairs, share(tally.worse), share(tally.cannot_tell), share(tally.same),
               share(tally.improved));
    std::fflush(stdout);
  }
}
