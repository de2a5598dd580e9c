#include "tools/render_fixtures/voice_filter.hpp"

#include <cmath>
#include <numbers>

#include "protocols/audio/mulaw.hpp"

namespace soundcheck::render_fixtures {

namespace {

enum class Edge : unsigned char { high_pass, low_pass };

/// One second-order section (R. Bristow-Johnson, Audio EQ Cookbook), in place.
void filter(std::vector<float>& samples, Edge edge, double corner_hz, double q) {
  const double w = 2 * std::numbers::pi * corner_hz / telephone_rate;
  const double alpha = std::sin(w) / (2 * q);
  const double a0 = 1 + alpha;
  const double a1 = -2 * std::cos(w) / a0;
  const double a2 = (1 - alpha) / a0;
  const double sign = edge == Edge::high_pass ? 1 : -1;
  const double b0 = (1 + sign * std::cos(w)) / 2 / a0;
  const double b1 = -sign * 2 * b0;
  double s1 = 0;
  double s2 = 0;
  for (float& sample : samples) {
    const double in = sample;
    const double out = b0 * in + s1;
    s1 = b1 * in - a1 * out + s2;
    s2 = b0 * in - a2 * out;
    sample = static_cast<float>(out);
  }
}

}  // namespace

std::vector<float> telephone_band(std::vector<float> samples) {
  // The two sections of a fourth-order Butterworth filter differ in their Q only.
  for (const double q : {0.54119610, 1.30656296}) {
    filter(samples, Edge::high_pass, 300, q);
    filter(samples, Edge::low_pass, 3400, q);
  }
  return samples;
}

void compand(std::vector<std::int16_t>& samples) {
  for (std::int16_t& sample : samples) sample = audio::mulaw_decode(audio::mulaw_encode(sample));
}

}  // namespace soundcheck::render_fixtures
