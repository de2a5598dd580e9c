#include "tools/reference_agent/synthesiser.hpp"

#include <flite/flite.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include "protocols/audio/resample.hpp"

extern "C" {
cst_voice* register_cmu_us_kal(const char* folder);
cst_voice* register_cmu_us_kal16(const char* folder);
cst_voice* register_cmu_us_slt(const char* folder);
cst_voice* register_cmu_us_rms(const char* folder);
cst_voice* register_cmu_us_awb(const char* folder);
}

namespace soundcheck::reference_agent {
namespace {

struct Voice {
  std::string_view name;
  cst_voice* (*load)(const char*);
};
constexpr std::array<Voice, 5> voice_table{{{"kal16", register_cmu_us_kal16},
                                            {"kal", register_cmu_us_kal},
                                            {"slt", register_cmu_us_slt},
                                            {"rms", register_cmu_us_rms},
                                            {"awb", register_cmu_us_awb}}};

/// Flite keeps voices in global tables; several synthesisers in one process share them and this lock.
std::mutex& flite_mutex() {
  static std::mutex mutex;
  return mutex;
}

cst_voice* load_voice(std::string_view name) {
  const std::scoped_lock lock(flite_mutex());
  flite_init();
  const auto voice =
      std::find_if(voice_table.begin(), voice_table.end(), [&](const Voice& v) { return v.name == name; });
  return (voice == voice_table.end() ? voice_table.front() : *voice).load(nullptr);
}

}  // namespace

const std::vector<std::string_view>& Synthesiser::voices() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> result;
    for (const auto& voice : voice_table) result.push_back(voice.name);
    return result;
  }();
  return names;
}

Synthesiser::Synthesiser(std::string_view voice, std::size_t capacity)
    : voice_(load_voice(voice)), capacity_(capacity) {}

std::vector<std::int16_t> Synthesiser::render(const std::string& text, std::uint32_t sample_rate) {
  const std::scoped_lock lock(flite_mutex());
  const std::unique_ptr<cst_wave, decltype(&delete_wave)> wave(flite_text_to_wave(text.c_str(), voice_),
                                                               delete_wave);
  const std::span<const std::int16_t> samples(wave->samples, static_cast<std::size_t>(wave->num_samples));
  const auto from_rate = static_cast<std::uint32_t>(wave->sample_rate);
  if (from_rate == sample_rate) return {samples.begin(), samples.end()};
  return audio::to_pcm16(audio::resample(audio::to_float(samples), from_rate, sample_rate));
}

SpokenAnswerPtr Synthesiser::speak(const std::string& text, const AudioFormat& format) {
  const std::scoped_lock lock(mutex_);
  const Key key{format, text};
  if (const auto known = answers_.find(key); known != answers_.end()) return known->second;

  auto samples = render(text, format.sample_rate);
  const std::size_t frame = static_cast<std::size_t>(format.sample_rate) * format.frame_ms / 1000;
  samples.resize((samples.size() + frame - 1) / frame * frame);  // the last frame ends in silence

  auto answer = std::make_shared<SpokenAnswer>();
  answer->text = text;
  answer->frame_ms = format.frame_ms;
  const auto encoder = audio::make_encoder(format.encoding, format.sample_rate, format.frame_ms);
  for (std::size_t at = 0; at < samples.size(); at += frame) {
    audio::Bytes bytes;
    encoder->encode(std::span(samples).subspan(at, frame), bytes);
    answer->frames.push_back(std::make_shared<const audio::Bytes>(std::move(bytes)));
  }

  answers_.emplace(key, answer);
  oldest_first_.push_back(key);
  if (oldest_first_.size() > capacity_) {
    answers_.erase(oldest_first_.front());
    oldest_first_.pop_front();
  }
  return answer;
}

}  // namespace soundcheck::reference_agent
