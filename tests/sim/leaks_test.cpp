// Isolating a leak in virtual time: an hour of the soak profile, all parts together and each alone, against a
// target whose memory does what the test has programmed. Verdict, part and rate must be the programmed ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "runner/app/build_result.hpp"
#include "runner/app/isolation.hpp"
#include "runner/report/leaks.hpp"
#include "tests/sim/whole_run.hpp"
#include "tests/support/traces.hpp"

namespace soundcheck::sim {
namespace {

using namespace std::chrono_literals;
using app::IsolatedPart;
using core::Subsystem;
using testing::HasSubstr;
using trend::LeakVerdict;

constexpr double page = 4096;
constexpr double hour = 3600;

/// Bytes that the target loses, and how it breathes: what grows evenly and falls back at once.
struct Memory {
  double per_request = 0, per_connection = 0, per_call = 0, per_second = 0;
  double breath = 0;  ///< bytes
  double breath_seconds = 1;
  bool held = false;  ///< until the last user has gone, and not lost

  double leaked(double at, const support::Served& served) const {
    return per_request * static_cast<double>(served.requests) +
           per_connection * static_cast<double>(served.connections) +
           per_call * static_cast<double>(served.calls) + per_second * at;
  }
  double breathed(double at) const { return breath * std::fmod(at, breath_seconds) / breath_seconds; }
};

/// What the target had served by one second of a run.
struct Look {
  double at = 0;
  support::Served served;
};

/// An hour of the profile, or of one part of it alone.
struct Soaked {
  std::string name;
  std::optional<Subsystem> part;
  report::RunResult result;
  std::vector<Look> looks;

  /// Bytes an hour, between the end of the warm-up and the end of the load.
  double truth(const Memory& memory) const {
    const auto leaked = [&](double at) {
      const auto look = std::find_if(looks.begin(), looks.end(), [&](const Look& l) { return l.at >= at; });
      return memory.leaked(look->at, look->served);
    };
    const double from = result.warm_up_seconds, to = result.planned_seconds;
    return (leaked(to) - leaked(from)) / (to - from) * hour;
  }
};

Soaked soak(std::string name, std::optional<Subsystem> part) {
  const profile::Profile profile = load("soak");
  plan::Skipped skipped{};
  for (const Subsystem s : core::all_subsystems) skipped[static_cast<std::size_t>(s)] = part && s != *part;
  WholeRun whole(make_plan(profile, skipped), {});
  Soaked soaked{std::move(name), part, {}, {}};
  whole.play(1s, [&](double at) { soaked.looks.push_back({at, whole.fleet.served()}); });
  const app::RunHeader header = app::describe_run(profile, whole.plan);
  soaked.result = app::build_result({.header = header,
                                     .aggregator = whole.totals,
                                     .target = {},
                                     .generator = {},
                                     .monitors = {},
                                     .elapsed_seconds = whole.run.elapsed_seconds(),
                                     .load_seconds = whole.run.load_seconds(),
                                     .seen = {},
                                     .over_time = {},
                                     .abort = std::nullopt,
                                     .notes = {}});
  return soaked;
}

/// What a look at the process each second shows: arenas and caches fill, and pages come and go.
std::vector<report::ProcessSample> samples(const Memory& memory, const std::vector<Look>& looks,
                                           std::uint64_t seed) {
  core::Random random(seed);
  test_support::Noise noise(random, 0.2e6, 0.8);
  std::vector<report::ProcessSample> samples;
  for (const Look& look : looks) {
    const double warm = 15e6 * (1 - std::exp(-look.at / 40));
    const bool gone = memory.held && look.at > hour + 5;
    const double leaked = gone ? 0 : memory.leaked(look.at, look.served);
    const double bytes = 180e6 + warm + noise.next() + leaked + memory.breathed(look.at);
    report::ProcessSample& sample = samples.emplace_back();
    sample.at = look.at;
    sample.rss_bytes = static_cast<std::uint64_t>(std::ceil(bytes / page) * page);
    sample.threads = 4;
  }
  return samples;
}

class SoakLeaks : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    runs_.push_back(soak("all together", std::nullopt));
    for (const Subsystem part : core::all_subsystems)
      runs_.push_back(soak(std::string(core::to_string(part)), part));
  }
  static void TearDownTestSuite() { runs_.clear(); }

  /// Judges all runs as if the target's memory were this. Each verdict and rate is compared with the truth.
  void isolate(const Memory& memory) {
    std::uint64_t seed = 1;
    for (Soaked& run : runs_) {
      SCOPED_TRACE(run.name);
      run.result.target.samples = samples(memory, run.looks, ++seed);
      report::judge_leaks(run.result.target, run.result.planned_seconds);
      const IsolatedPart part = app::isolated_part(run.name, run.part, run.result);
      ASSERT_TRUE(part.memory);
      const trend::LeakReport& leak = part.memory->report;
      const double truth = run.truth(memory);
      EXPECT_EQ(leak.verdict, truth > 0 ? LeakVerdict::leak : LeakVerdict::no_leak)
          << report::leak_sentence(*part.memory);
      EXPECT_NEAR(leak.growth_per_hour, truth, std::max(0.1 * truth, 0.5e6));
      EXPECT_LE(leak.growth_range.low, truth);
      EXPECT_GE(leak.growth_range.high, truth);
      parts_.push_back(part);
    }
    ASSERT_EQ(parts_.size(), 4u);
  }
  std::optional<double> by_unit(Subsystem subsystem) const {
    const IsolatedPart& part = parts_.at(1 + static_cast<std::size_t>(subsystem));
    return part.by_unit(part.memory->report.growth_per_hour);
  }
  std::string report() const { return app::isolation_report(parts_); }

  std::vector<IsolatedPart> parts_;

 private:
  static inline std::vector<Soaked> runs_;
};

TEST_F(SoakLeaks, ByRequest) {
  isolate({.per_request = 128});
  EXPECT_NEAR(*by_unit(Subsystem::api), 128, 12.8);
  EXPECT_THAT(report(), HasSubstr("\nThe target leaks with api by "));
  EXPECT_THAT(report(), HasSubstr(" a request ("));
}

TEST_F(SoakLeaks, ByConnection) {
  isolate({.per_connection = 12'288});
  EXPECT_NEAR(*by_unit(Subsystem::websocket), 12'288, 1'229);
  EXPECT_NEAR(*by_unit(Subsystem::ai_pipeline), 12'288, 1'229) << "a call has one connection";
  EXPECT_THAT(report(), HasSubstr("\nThe target leaks with websocket by "));
  EXPECT_THAT(report(), HasSubstr(" a connection ("));
}

TEST_F(SoakLeaks, ByCall) {
  isolate({.per_call = 16'384});
  EXPECT_NEAR(*by_unit(Subsystem::ai_pipeline), 16'384, 1'638);
  EXPECT_THAT(report(), HasSubstr("\nThe target leaks with ai_pipeline by "));
  EXPECT_THAT(report(), HasSubstr(" a call ("));
}

TEST_F(SoakLeaks, BySecond) {
  isolate({.per_second = 6'144});
  EXPECT_TRUE(std::all_of(parts_.begin(), parts_.end(), [](const auto& part) { return part.grows(); }))
      << "it leaks whatever is done";
}

/// A minute without load tells what users held from what nobody has.
TEST_F(SoakLeaks, TheCoolDownShowsWhatComesBack) {
  isolate({.per_request = 128, .held = true});
  EXPECT_EQ(parts_[0].memory->drain.verdict, trend::DrainVerdict::came_back);
  EXPECT_THAT(report::leak_sentence(*parts_[0].memory),
              testing::ContainsRegex("; after the load (9[5-9][.0-9]*|100) % of the growth came back"));
}

TEST_F(SoakLeaks, TheCoolDownShowsWhatIsKept) {
  isolate({.per_request = 128});
  EXPECT_EQ(parts_[0].memory->drain.verdict, trend::DrainVerdict::kept);
  EXPECT_THAT(report::leak_sentence(*parts_[0].memory),
              testing::ContainsRegex("; after the load [0-9](\\.[0-9]+)? % of the growth came back"));
}

TEST_F(SoakLeaks, ABreathOfTenSecondsIsNone) {
  isolate({.breath = 20e6, .breath_seconds = 10});
  EXPECT_THAT(report(), HasSubstr("\nNo part makes the target grow.\n"));
}

TEST_F(SoakLeaks, ACollectorThatComesEveryTwoMinutesIsNone) {
  isolate({.breath = 40e6, .breath_seconds = 127});
  EXPECT_THAT(report(), HasSubstr("\nNo part makes the target grow.\n"));
}

TEST_F(SoakLeaks, ALeakBelowACollectorIsFound) {
  isolate({.per_call = 16'384, .breath = 20e6, .breath_seconds = 10});
  EXPECT_NEAR(*by_unit(Subsystem::ai_pipeline), 16'384, 1'638);
}

}  // namespace
}  // namespace soundcheck::sim
