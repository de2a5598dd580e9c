#include "protocols/audio/clip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocols/audio/checksum.hpp"
#include "protocols/audio/level.hpp"
#include "protocols/audio/manifest.hpp"
#include "protocols/audio/resample.hpp"
#include "protocols/audio/sound_file.hpp"

namespace soundcheck::audio {

namespace {

/// Turns one entry of a manifest into a clip, and writes down every refusal and conversion on the way.
class Loader {
 public:
  Loader(const ManifestEntry& entry, std::uint32_t sample_rate, std::vector<ClipNote>& notes)
      : entry_(entry), sample_rate_(sample_rate), notes_(notes), refused_(entry.refused) {}

  /// nullptr if any fatal note speaks about the clip.
  ClipPtr load() {
    if (!check_file()) return nullptr;
    SoundFile sound = read_sound_file(entry_.path);
    for (std::string& mistake : sound.mistakes) refuse(std::move(mistake));
    if (sound.samples.empty()) return nullptr;
    check_truth(sound);
    if (sound.channels == 2) remark("is stereo: its two channels were mixed into one");
    auto clip = std::make_shared<Clip>();
    clip->name = entry_.name;
    clip->text = entry_.text;
    clip->language = entry_.language;
    clip->voice = entry_.voice;
    clip->channel = entry_.channel;
    clip->licence = entry_.licence;
    clip->sample_rate = sample_rate_;
    clip->samples = to_pcm16(at_our_rate(sound));
    place_speech(sound.sample_rate, *clip);
    return refused_ ? nullptr : clip;
  }

 private:
  void refuse(std::string text) {
    notes_.push_back({.file = entry_.path.string(), .text = std::move(text), .fatal = true});
    refused_ = true;
  }

  void remark(std::string text) {
    notes_.push_back({.file = entry_.path.string(), .text = std::move(text), .fatal = false});
  }

  bool check_file() {
    if (std::error_code ignored; !std::filesystem::is_regular_file(entry_.path, ignored)) {
      refuse(fmt::format("does not exist: put it there, or correct `file` at line {} of the manifest",
                         entry_.line));
      return false;
    }
    if (!entry_.sha256) return true;
    const std::optional<std::string> sum = sha256_of_file(entry_.path);
    if (sum && *sum != *entry_.sha256) {
      refuse(fmt::format(
          "is not the file that the manifest describes: its SHA-256 is {}, not {}: restore the file, "
          "or correct the manifest",
          *sum, *entry_.sha256));
    }
    return true;
  }

  void check_truth(const SoundFile& sound) {
    if (entry_.sample_rate && *entry_.sample_rate != sound.sample_rate) {
      refuse(
          fmt::format("has a sample rate of {} Hz, the manifest states {} Hz: correct `sample_rate` and the "
                      "speech samples",
                      sound.sample_rate, *entry_.sample_rate));
    }
    if (!entry_.first_speech_sample || !entry_.last_speech_sample) return;
    const std::uint64_t end = sound.samples.size();
    const std::uint64_t first = *entry_.first_speech_sample;
    const std::uint64_t last = *entry_.last_speech_sample;
    if (first > last || last >= end) {
      refuse(fmt::format(
          "has {} samples, the speech from sample {} to {} is not inside: correct "
          "`first_speech_sample` and `last_speech_sample`, or leave them out to have them measured",
          end, first, last));
    }
  }

  std::vector<float> at_our_rate(SoundFile& sound) {
    if (sound.sample_rate == sample_rate_) return std::move(sound.samples);
    remark(fmt::format("was resampled from {} Hz to {} Hz", sound.sample_rate, sample_rate_));
    return resample(sound.samples, sound.sample_rate, sample_rate_);
  }

  /// Stated bounds count samples of the file, so they move with the rate; missing ones are measured.
  void place_speech(std::uint32_t file_rate, Clip& clip) {
    const auto first = first_audible(clip.samples);
    const auto last = last_audible(clip.samples);
    if (!first || !last) {
      refuse("holds nothing audible (no sample above -40 dBFS): record it louder");
      return;
    }
    const auto rescaled = [&](std::uint64_t sample) {
      return std::min<std::uint64_t>((sample * sample_rate_ + file_rate / 2) / file_rate,
                                     clip.samples.size() - 1);
    };
    if (entry_.first_speech_sample && entry_.last_speech_sample) {
      clip.first_speech_sample = rescaled(*entry_.first_speech_sample);
      clip.last_speech_sample = rescaled(*entry_.last_speech_sample);
    } else {
      clip.first_speech_sample = *first;
      clip.last_speech_sample = *last;
      remark(fmt::format("has no stated speech bounds: measured {} to {} (samples at {} Hz)", *first, *last,
                         sample_rate_));
    }
  }

  const ManifestEntry& entry_;
  std::uint32_t sample_rate_;
  std::vector<ClipNote>& notes_;
  bool refused_;
};

}  // namespace

bool ClipSet::ok() const {
  return !clips.empty() &&
         std::none_of(notes.begin(), notes.end(), [](const ClipNote& note) { return note.fatal; });
}

ClipSet load_clips(const std::filesystem::path& manifest, std::uint32_t sample_rate) {
  ClipSet set;
  Manifest document = read_manifest(manifest);
  set.notes = std::move(document.notes);
  if (sample_rate < min_sample_rate || sample_rate > max_sample_rate) {
    set.notes.push_back({.file = document.path.string(),
                         .text = fmt::format("cannot be loaded at {} Hz: choose {} to {} Hz", sample_rate,
                                             min_sample_rate, max_sample_rate),
                         .fatal = true});
    return set;
  }
  for (const ManifestEntry& entry : document.entries) {
    if (ClipPtr clip = Loader(entry, sample_rate, set.notes).load()) set.clips.push_back(std::move(clip));
  }
  return set;
}

}  // namespace soundcheck::audio
