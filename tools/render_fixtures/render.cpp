#include "tools/render_fixtures/render.hpp"

#include <flite/flite.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <memory>
#include <span>
#include <utility>

#include "protocols/audio/level.hpp"
#include "protocols/audio/resample.hpp"
#include "tools/render_fixtures/voice_filter.hpp"

extern "C" {
cst_voice* register_cmu_us_awb(const char* folder);
cst_voice* register_cmu_us_kal16(const char* folder);
cst_voice* register_cmu_us_rms(const char* folder);
cst_voice* register_cmu_us_slt(const char* folder);
}

namespace soundcheck::render_fixtures {

namespace {

constexpr std::uint32_t wideband_rate = 16000;
constexpr double loudest_peak = 0.89;  // -1 dBFS

using Registrar = cst_voice* (*)(const char*);

const std::map<std::string, Registrar, std::less<>>& voices() {
  static const std::map<std::string, Registrar, std::less<>> table{{"awb", register_cmu_us_awb},
                                                                   {"kal16", register_cmu_us_kal16},
                                                                   {"rms", register_cmu_us_rms},
                                                                   {"slt", register_cmu_us_slt}};
  return table;
}

struct Speech {
  std::uint32_t sample_rate = 0;
  std::vector<float> samples;
};

/// The samples from the first sound to the last: what Flite puts before and after is not digital silence and,
/// with some voices, even audible, so it goes. The margins keep soft onsets and endings whole.
std::span<const std::int16_t> without_pauses(cst_utterance* utterance, const cst_wave& wave) {
  constexpr double margin_before = 0.03;  // s
  constexpr double margin_after = 0.06;   // s
  const auto is_pause = [](cst_item* segment) { return std::string_view(item_name(segment)) == "pau"; };
  double begin = 0;
  double end = static_cast<double>(wave.num_samples) / wave.sample_rate;
  cst_relation* const segments = utt_relation(utterance, "Segment");
  cst_item* const head = relation_head(segments);
  cst_item* const tail = relation_tail(segments);
  if (head != nullptr && is_pause(head)) begin = item_feat_float(head, "end") - margin_before;
  if (tail != nullptr && is_pause(tail) && item_prev(tail) != nullptr) {
    end = std::min(end, item_feat_float(item_prev(tail), "end") + margin_after);
  }
  const auto first = static_cast<std::size_t>(std::max(0.0, begin) * wave.sample_rate);
  const auto last = std::max(first, static_cast<std::size_t>(end * wave.sample_rate));
  return std::span<const std::int16_t>(wave.samples, static_cast<std::size_t>(wave.num_samples))
      .subspan(first, last - first);
}

Speech speak(const std::string& text, std::string_view voice) {
  struct UtteranceFree {
    void operator()(cst_utterance* utterance) const { delete_utterance(utterance); }
  };
  flite_init();
  std::srand(
      1);  // Flite's excitation noise comes from rand(): without this a clip depends on the ones before it
  // Registering a voice a second time returns the first one.
  cst_voice* const speaker = voices().find(voice)->second(nullptr);
  const std::unique_ptr<cst_utterance, UtteranceFree> utterance(flite_synth_text(text.c_str(), speaker));
  const cst_wave* const wave = utterance ? utt_wave(utterance.get()) : nullptr;
  if (wave == nullptr || wave->num_samples <= 0) return {};
  return {.sample_rate = static_cast<std::uint32_t>(wave->sample_rate),
          .samples = audio::to_float(without_pauses(utterance.get(), *wave))};
}

/// Scales so that the audible part has the loudness wanted, without clipping its peak.
std::vector<std::int16_t> at_loudness(std::vector<float> samples) {
  // Twice: the first gain decides what is audible, and with it what the loudness is measured over.
  for (int pass = 0; pass < 2; ++pass) {
    const std::vector<std::int16_t> pcm = audio::to_pcm16(samples);
    const auto first = audio::first_audible(pcm);
    const auto last = audio::last_audible(pcm);
    if (!first || !last) return pcm;
    const double loudness = audio::rms_dbfs(std::span(pcm).subspan(*first, *last - *first + 1));
    float peak = 0;
    for (const float sample : samples) peak = std::max(peak, std::abs(sample));
    const double gain = std::min(std::pow(10, (loudness_dbfs - loudness) / 20), loudest_peak / peak);
    for (float& sample : samples) sample = static_cast<float>(sample * gain);
  }
  return audio::to_pcm16(samples);
}

}  // namespace

const std::vector<std::string>& voice_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [name, registrar] : voices()) all.push_back(name);
    return all;
  }();
  return names;
}

Rendered render(const std::string& text, std::string_view voice, bool telephone) {
  Speech speech = speak(text, voice);
  Rendered rendered{.sample_rate = telephone ? telephone_rate : wideband_rate, .samples = {}};
  if (speech.samples.empty()) return rendered;
  if (speech.sample_rate != rendered.sample_rate) {
    speech.samples = audio::resample(speech.samples, speech.sample_rate, rendered.sample_rate);
  }
  if (telephone) speech.samples = telephone_band(std::move(speech.samples));
  std::vector<std::int16_t> spoken = at_loudness(std::move(speech.samples));
  if (telephone) compand(spoken);

  const std::size_t leading = std::size_t{rendered.sample_rate} * leading_silence_ms / 1000;
  const std::size_t trailing = std::size_t{rendered.sample_rate} * trailing_silence_ms / 1000;
  rendered.samples.assign(leading + spoken.size() + trailing, 0);
  std::copy(spoken.begin(), spoken.end(), rendered.samples.begin() + static_cast<std::ptrdiff_t>(leading));
  return rendered;
}

}  // namespace soundcheck::render_fixtures
