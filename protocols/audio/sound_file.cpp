#include "protocols/audio/sound_file.hpp"

#include <fmt/format.h>
#include <sndfile.h>

#include <memory>

namespace soundcheck::audio {

namespace {

struct SndfileClose {
  void operator()(SNDFILE* file) const { sf_close(file); }
};

std::vector<std::string> mistakes_of(const SF_INFO& info) {
  std::vector<std::string> mistakes;
  if (info.channels > 2) {
    mistakes.push_back(
        fmt::format("has {} channels, at most 2 are accepted: mix it down to mono", info.channels));
  }
  const bool rate_accepted = info.samplerate >= static_cast<int>(min_sample_rate) &&
                             info.samplerate <= static_cast<int>(max_sample_rate);
  if (!rate_accepted) {
    mistakes.push_back(fmt::format("has a sample rate of {} Hz, {} to {} Hz are accepted: resample it",
                                   info.samplerate, min_sample_rate, max_sample_rate));
  }
  if (info.frames == 0)
    mistakes.emplace_back("holds no samples: record it again, or remove it from the manifest");
  if (rate_accepted && info.frames > sf_count_t{info.samplerate} * max_clip_seconds) {
    mistakes.push_back(fmt::format("is {:.0f} s long, at most {} s are accepted: cut it into utterances",
                                   static_cast<double>(info.frames) / info.samplerate, max_clip_seconds));
  }
  return mistakes;
}

}  // namespace

SoundFile read_sound_file(const std::filesystem::path& path) {
  SoundFile sound;
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, SndfileClose> file(sf_open(path.c_str(), SFM_READ, &info));
  if (!file) {
    sound.mistakes.push_back(
        fmt::format("cannot be read ({}): save it as WAV, FLAC or Ogg", sf_strerror(nullptr)));
    return sound;
  }
  sound.mistakes = mistakes_of(info);
  if (!sound.mistakes.empty()) return sound;

  sound.sample_rate = static_cast<std::uint32_t>(info.samplerate);
  sound.channels = static_cast<std::uint32_t>(info.channels);
  std::vector<float> interleaved(static_cast<std::size_t>(info.frames) * sound.channels);
  const sf_count_t frames = sf_readf_float(file.get(), interleaved.data(), info.frames);
  if (frames != info.frames) {
    sound.mistakes.push_back(
        fmt::format("holds only {} of the {} samples that it announces: copy it again", frames, info.frames));
    return sound;
  }
  if (sound.channels == 1) {
    sound.samples = std::move(interleaved);
    return sound;
  }
  sound.samples.reserve(static_cast<std::size_t>(frames));
  for (std::size_t i = 0; i < interleaved.size(); i += 2) {
    sound.samples.push_back((interleaved[i] + interleaved[i + 1]) / 2);
  }
  return sound;
}

}  // namespace soundcheck::audio
