// Thousands of synthetic runs with known truth: how often the leak verdict finds a leak and how often it
// raises a false alarm, beside what other tools do. Prints the tables of docs/leak_detection.md.
//   leak_table [RUNS [SEED [FAMILY]]]
// RUNS for each family and length; another SEED gives other runs. With FAMILY only the families whose names
// contain it, and the same runs that the whole table would have.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <string>

#include "protocols/core/random.hpp"
#include "runner/trend/leak.hpp"
#include "tests/support/traces.hpp"

namespace {

using namespace soundcheck;
using trend::LeakVerdict;
using trend::Series;

/// In megabytes, as the traces are: the program's defaults for memory.
constexpr trend::LeakCriteria criteria{.least_per_hour = 1, .tolerated_per_hour = 10};

/// The mean of the last ten readings minus that of the first ten, as an hourly rate.
bool naive_alarm(const Series& series) {
  const auto mean = [](auto first, auto last) {
    double sum = 0;
    for (auto at = first; at != last; ++at) sum += at->value;
    return sum / static_cast<double>(last - first);
  };
  const double growth = mean(series.end() - 10, series.end()) - mean(series.begin(), series.begin() + 10);
  return growth / (series.back().at - series.front().at) * 3600 > criteria.least_per_hour;
}

/// A straight line whose slope is above the least growth with the same confidence, errors taken as
/// independent.
bool least_squares_alarm(const Series& series) {
  const auto n = static_cast<double>(series.size());
  double t = 0, v = 0, tt = 0, tv = 0, vv = 0;
  for (const trend::Point& point : series) {
    t += point.at / n;
    v += point.value / n;
  }
  for (const trend::Point& point : series) {
    tt += (point.at - t) * (point.at - t);
    tv += (point.at - t) * (point.value - v);
    vv += (point.value - v) * (point.value - v);
  }
  const double slope = tv / tt;
  const double error = std::sqrt(std::max(0.0, vv - slope * tv) / (n - 2) / tt);
  return (slope - 2.576 * error) * 3600 > criteria.least_per_hour;
}

struct Tally {
  int runs = 0, leak = 0, no_leak = 0, naive = 0, least_squares = 0, covered = 0;
  double rate_error = 0;

  void add(const Series& series, double truth) {
    const trend::LeakReport report = trend::judge_leak(series, criteria);
    ++runs;
    leak += report.verdict == LeakVerdict::leak;
    no_leak += report.verdict == LeakVerdict::no_leak;
    naive += naive_alarm(series);
    least_squares += least_squares_alarm(series);
    covered += report.growth_range.low <= truth && truth <= report.growth_range.high;
    rate_error += std::abs(report.growth_per_hour - truth);
  }
  void print(std::string_view name, std::string_view length) const {
    const auto share = [this](int count) { return 100.0 * count / runs; };
    fmt::print("| {} | {} | {:.1f} % | {:.1f} % | {:.1f} % | {:.1f} % | {:.1f} % | {:.1f} % | {:.2f} |\n",
               name, length, share(leak), share(no_leak), share(runs - leak - no_leak), share(naive),
               share(least_squares), share(covered), rate_error / runs);
  }
};

void print_head(std::string_view title) {
  fmt::print(
      "\n{}\n\n| Family | Length | leak | no leak | cannot tell | last minus first | plain least squares | "
      "interval holds the truth | mean error of the rate, MB/h |\n"
      "|---|---|---|---|---|---|---|---|---|\n",
      title);
}

struct Length {
  std::string_view name;
  double seconds;
  double leak_per_hour;  ///< of the table with leaks
};

constexpr Length lengths[] = {{"10 min", 600, 60}, {"1 h", 3600, 5}, {"8 h", 28800, 5}};

}  // namespace

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::atoi(argv[1]) : 1000;
  const auto seed = argc > 2 ? static_cast<std::uint64_t>(std::atoll(argv[2])) : 1;
  const char* only = argc > 3 ? argv[3] : nullptr;
  std::uint64_t stream = 0;
  const auto wanted = [&](std::string_view name) {
    return !only || name.find(only) != std::string_view::npos;
  };
  const auto line = [&](std::string_view name, const Length& length, double rate, auto&& make) {
    core::Random random{seed, ++stream};
    if (!wanted(name)) return;
    Tally tally;
    for (int i = 0; i < runs; ++i) tally.add(make(length.seconds, rate, random), rate);
    tally.print(name, length.name);
  };
  const auto lines = [&](const test_support::TraceFamily& family, bool leaking) {
    for (const Length& length : lengths) {
      line(family.name, length, leaking ? length.leak_per_hour : 0,
           [&](double seconds, double rate, core::Random& random) {
             return test_support::make_trace(family, seconds, rate, random);
           });
    }
  };
  auto families = test_support::trace_families();
  families.push_back(test_support::slow_sawtooth());
  families.push_back(test_support::filling_store());
  for (const bool leaking : {false, true}) {
    print_head(leaking ? "With a leak: 60 MB/h in 10 min, 5 MB/h in longer runs" : "Without a leak");
    for (const auto& family : families) lines(family, leaking);
  }
  for (const Length& length : lengths)
    line("nothing but the leak, in 6 to 30 lumps", length, length.leak_per_hour, test_support::leak_in_lumps);
  for (const bool leaking : {false, true}) {
    print_head(leaking ? "Read once a second, with a leak" : "Read once a second, without a leak");
    lines(test_support::sawtooth_read_once(), leaking);
  }
  core::Random random{seed, ++stream};
  const Series hour = test_support::make_trace(test_support::trace_families().front(), 3600, 5, random);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) trend::judge_leak(hour, criteria);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  fmt::print("\nAnalysing one hour of 3,601 samples takes {:.1f} ms.\n", took.count() / 20);
}
