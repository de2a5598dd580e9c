#include "tests/support/traces.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soundcheck::test_support {

namespace {

using core::Random;
using trend::Point;
using trend::Series;

double between(Random& random, double low, double high) { return low + (high - low) * random.uniform(); }
/// Evenly in the logarithm.
double scaled(Random& random, double low, double high) {
  return low * std::pow(high / low, random.uniform());
}

/// The target's resident size is the lowest of ten readings in each second; everything else is read once.
constexpr int many_readings = 10;
constexpr int one_reading = 1;

Series times(double seconds) {
  const double every = seconds > 7200 ? 10 : 1;
  Series series;
  for (double at = 0; at <= seconds; at += every) series.push_back({at, 0});
  return series;
}

void add_noise(Series& series, Random& random, double deviation, double persistence) {
  Noise noise{random, deviation, persistence};
  for (Point& point : series) point.value += noise.next();
}

void usual_noise(Series& series, Random& random) {
  add_noise(series, random, between(random, 0.1, 0.5), between(random, 0, 0.9));
}

void add_step(Series& series, double at, double size) {
  for (Point& point : series) point.value += point.at >= at ? size : 0;
}

void white(Series& series, double, Random& random) { add_noise(series, random, between(random, 0.1, 1), 0); }

void persistent(Series& series, double, Random& random) {
  add_noise(series, random, between(random, 0.1, 1), between(random, 0, 0.95));
}

void very_persistent(Series& series, double, Random& random) {
  add_noise(series, random, between(random, 0.1, 1), 0.95);
}

void exponential_warm_up(Series& series, double seconds, Random& random) {
  const double size = scaled(random, 5, 100);
  const double constant = seconds * scaled(random, 0.02, 0.2);
  for (Point& point : series) point.value -= size * std::exp(-point.at / constant);
  usual_noise(series, random);
}

void logarithmic_warm_up(Series& series, double seconds, Random& random) {
  const double size = scaled(random, 5, 60);
  const double constant = seconds * scaled(random, 0.005, 0.1);
  for (Point& point : series)
    point.value += size * std::log1p(point.at / constant) / std::log1p(seconds / constant);
  usual_noise(series, random);
}

void add_teeth(Series& series, double period, double height, Random& random,
               int readings_a_second = many_readings) {
  double fell = -period * random.uniform();
  double next = fell + period * between(random, 0.8, 1.2);
  for (Point& point : series) {
    double lowest = height * 10;
    for (int reading = readings_a_second; reading-- > 0;) {
      const double at = point.at - static_cast<double>(reading) / readings_a_second;
      while (at >= next) {
        fell = next;
        next = fell + period * between(random, 0.8, 1.2);
      }
      lowest = std::min(lowest, height * (at - fell) / period);
    }
    point.value += lowest;
  }
}

void sawtooth(Series& series, double seconds, Random& random) {
  add_teeth(series, seconds * scaled(random, 0.01, 0.1), scaled(random, 5, 50), random);
  usual_noise(series, random);
}

void quick_sawtooth(Series& series, double, Random& random) {
  add_teeth(series, scaled(random, 2, 20), scaled(random, 1, 5), random);
  usual_noise(series, random);
}

void warm_sawtooth(Series& series, double seconds, Random& random) {
  add_teeth(series, seconds * scaled(random, 0.01, 0.05), scaled(random, 5, 50), random);
  exponential_warm_up(series, seconds, random);
}

void breathing(Series& series, double seconds, Random& random) {
  const double period = seconds * scaled(random, 0.01, 0.1);
  const double height = scaled(random, 1, 20);
  const double phase = random.uniform();
  for (Point& point : series) {
    point.value += height * std::sin(2 * std::numbers::pi * (point.at / period + phase));
  }
  usual_noise(series, random);
}

void step_up(Series& series, double seconds, Random& random) {
  add_step(series, seconds * between(random, 0.05, 0.95), scaled(random, 2, 60));
  usual_noise(series, random);
}

void steps_up_and_down(Series& series, double seconds, Random& random) {
  for (int pair = 0; pair < 2; ++pair) {
    const double size = scaled(random, 2, 40);
    const double up = between(random, 0.05, 0.7);
    add_step(series, seconds * up, size);
    add_step(series, seconds * between(random, up + 0.05, 0.95), -size);
  }
  usual_noise(series, random);
}

void arenas(Series& series, double seconds, Random& random) {
  const double until = between(random, 0.2, 0.5);
  const int count = 3 + static_cast<int>(random.below(10));
  for (int i = 0; i < count; ++i) {
    // More at first: the square of an even value.
    const double place = random.uniform();
    add_step(series, seconds * until * place * place, scaled(random, 1, 16));
  }
  usual_noise(series, random);
}

void round_to(Series& series, double unit) {
  for (Point& point : series) point.value = std::round(point.value / unit) * unit;
}

void pages(Series& series, double, Random& random) {
  add_noise(series, random, between(random, 0.001, 0.05), between(random, 0, 0.9));
  round_to(series, 4.096e-3);
}

void whole_megabytes(Series& series, double, Random& random) {
  usual_noise(series, random);
  round_to(series, 1);
}

void spikes(Series& series, double, Random& random) {
  for (Point& point : series) point.value += random.uniform() < 0.01 ? scaled(random, 5, 100) : 0;
  usual_noise(series, random);
}

}  // namespace

Noise::Noise(Random& random, double deviation, double persistence)
    : random_(random),
      deviation_(deviation),
      persistence_(persistence),
      value_(deviation * random.normal()) {}

double Noise::next() {
  value_ = persistence_ * value_ + deviation_ * std::sqrt(1 - persistence_ * persistence_) * random_.normal();
  return value_;
}

const std::vector<TraceFamily>& trace_families() {
  static const std::vector<TraceFamily> families{
      {"white noise", white},
      {"autocorrelated noise, 0 to 0.95", persistent},
      {"autocorrelated noise, 0.95", very_persistent},
      {"exponential warm-up", exponential_warm_up},
      {"logarithmic warm-up", logarithmic_warm_up},
      {"sawtooth, 10 to 100 teeth", sawtooth},
      {"sawtooth, teeth of 2 to 20 s", quick_sawtooth},
      {"sawtooth and warm-up", warm_sawtooth},
      {"breathing (sine)", breathing},
      {"one step up", step_up},
      {"two steps up, two down", steps_up_and_down},
      {"arenas, then a plateau", arenas},
      {"quiet, in 4 KiB pages", pages},
      {"in whole megabytes", whole_megabytes},
      {"spikes", spikes},
  };
  return families;
}

const TraceFamily& slow_sawtooth() {
  static const TraceFamily family{
      "sawtooth, 1 to 6 teeth", [](Series& series, double seconds, Random& random) {
        add_teeth(series, seconds / scaled(random, 1.5, 6), scaled(random, 5, 50), random);
        usual_noise(series, random);
      }};
  return family;
}

const TraceFamily& sawtooth_read_once() {
  static const TraceFamily family{
      "sawtooth and warm-up, read once a second", [](Series& series, double seconds, Random& random) {
        add_teeth(series, seconds * scaled(random, 0.01, 0.05), scaled(random, 5, 50), random, one_reading);
        exponential_warm_up(series, seconds, random);
      }};
  return family;
}

const TraceFamily& filling_store() {
  static const TraceFamily family{"store that fills", [](Series& series, double seconds, Random& random) {
                                    const double full_at = between(random, 0.1, 0.4) * seconds;
                                    const double size = scaled(random, 5, 200);
                                    for (Point& point : series)
                                      point.value += size * std::min(1.0, point.at / full_at);
                                    usual_noise(series, random);
                                  }};
  return family;
}

Series leak_in_lumps(double seconds, double per_hour, Random& random) {
  Series series = times(seconds);
  const double lump = per_hour * seconds / trend::seconds_per_hour / between(random, 6, 30);
  const double phase = random.uniform();
  for (Point& point : series) {
    const double leaked = per_hour * point.at / trend::seconds_per_hour;
    point.value = 300 + lump * std::floor(leaked / lump + phase);
  }
  usual_noise(series, random);
  return series;
}

Series make_trace(const TraceFamily& family, double seconds, double per_hour, Random& random) {
  Series series = times(seconds);
  for (Point& point : series) point.value = 300 + per_hour * point.at / trend::seconds_per_hour;
  family.add(series, seconds, random);
  return series;
}

}  // namespace soundcheck::test_support
