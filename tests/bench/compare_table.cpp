// Hundreds of pairs of synthetic runs: how often a comparison sees a difference in the same build, and how
// often it finds a shift of p95. Prints the tables of docs/leak_detection.md.
//   compare_table [PAIRS [SEED]]
#include <fmt/format.h>

#include <cstdlib>

#include "tests/support/compare_figures.hpp"

namespace {

using namespace soundcheck;
using compare::Change;
using test_support::figures_of;
using test_support::make_run;

bool differs(Change change) { return change == Change::worse || change == Change::improved; }

struct Tally {
  int alarm = 0;                           // pairs of the same build in which any figure differs
  int found = 0, missed = 0, unclear = 0;  // of the shifted p95
};

Tally try_pairs(const test_support::RunKind& kind, double shift, int pairs, core::Random& random) {
  Tally tally;
  test_support::RunKind shifted = kind;
  shifted.median *= 1 + shift;
  for (int i = 0; i < pairs; ++i) {
    const auto base = figures_of(make_run(kind, random));
    const auto same = figures_of(make_run(kind, random));
    bool any = false;
    for (std::size_t f = 0; f < base.size(); ++f) {
      any |= differs(
          compare::compare_runs(std::span{&base[f].measurement, 1}, same[f].measurement, base[f].criteria)
              .change);
    }
    tally.alarm += any;
    const auto slower = compare::measure_quantile(make_run(shifted, random).times, 0.95);
    const Change change = compare::compare_runs(std::span{&base[1].measurement, 1}, slower, {}).change;
    tally.found += change == Change::worse;
    tally.missed += change == Change::same || change == Change::improved;
    tally.unclear += change == Change::cannot_tell;
  }
  return tally;
}

}  // namespace

int main(int argc, char** argv) {
  const int pairs = argc > 1 ? std::atoi(argv[1]) : 200;
  const auto seed = argc > 2 ? static_cast<std::uint64_t>(std::atoll(argv[2])) : 1;
  fmt::print(
      "| Length | Requests/s | Wander of the level | Same build: any of five figures differs | p95 + 5 %: "
      "worse | cannot tell | same or better |\n"
      "|---|---|---|---|---|---|---|\n");
  std::uint64_t stream = 0;
  for (const std::size_t minutes : {5, 10, 20, 30, 60}) {
    for (const auto& [per_second, wander, persistence] :
         {std::tuple{20.0, 0.05, 0.5}, std::tuple{50.0, 0.05, 0.9}, std::tuple{50.0, 0.1, 0.95}}) {
      core::Random random{seed, ++stream};
      const test_support::RunKind kind{
          .seconds = 60 * minutes, .per_second = per_second, .wander = wander, .persistence = persistence};
      const Tally tally = try_pairs(kind, 0.05, pairs, random);
      const auto share = [pairs](int count) { return 100.0 * count / pairs; };
      fmt::print(
          "| {} min | {:.0f} | {:.0f} %, persistence {} | {:.1f} % | {:.1f} % | {:.1f} % | {:.1f} % |\n",
          minutes, per_second, 100 * wander, persistence, share(tally.alarm), share(tally.found),
          share(tally.unclear), share(tally.missed));
    }
  }
}
