// A temporary folder of clips and a manifest, for tests: made before each test, removed after it.
#pragma once

#include <gtest/gtest.h>
#include <sndfile.hh>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "protocols/audio/clip.hpp"

namespace soundcheck::audio {

class ClipFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::path(testing::TempDir()) / "soundcheck_clips_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& file) const { return (folder_ / file).string(); }

  std::string write(const std::string& file, const std::string& text) const {
    std::ofstream(path(file), std::ios::binary) << text;
    return path(file);
  }

  /// Interleaved samples as WAV, FLAC or Ogg.
  void write_sound(const std::string& file, const std::vector<std::int16_t>& samples, int sample_rate = 16000,
                   int channels = 1, int format = SF_FORMAT_WAV | SF_FORMAT_PCM_16) const {
    SndfileHandle sound(path(file), SFM_WRITE, format, channels, sample_rate);
    ASSERT_EQ(sound.error(), 0) << sound.strError();
    ASSERT_EQ(sound.write(samples.data(), static_cast<sf_count_t>(samples.size())),
              static_cast<sf_count_t>(samples.size()));
  }

  /// 100 silent samples, then a tone that is audible from its first sample to its last, then 100 silent ones.
  static std::vector<std::int16_t> speech(std::size_t length = 1000) {
    std::vector<std::int16_t> samples(length, 0);
    for (std::size_t i = 100; i + 100 < length; ++i) {
      samples[i] =
          static_cast<std::int16_t>(std::lround(9000 * std::cos(0.2 * static_cast<double>(i - 100))));
    }
    samples[length - 101] = 9000;
    return samples;
  }

  ClipSet load(const std::string& manifest, std::uint32_t sample_rate = 16000) const {
    write("manifest.yaml", manifest);
    return load_clips(folder_, sample_rate);
  }

  /// Notes as they would be printed, with the folder's path left out.
  std::vector<std::string> told(const ClipSet& set) const {
    std::vector<std::string> lines;
    for (const ClipNote& note : set.notes) {
      std::string line = (note.fatal ? "refused " : "note ") + note.file + ": " + note.text;
      for (auto at = line.find(folder_.string()); at != std::string::npos; at = line.find(folder_.string())) {
        line.replace(at, folder_.string().size() + 1, "");
      }
      lines.push_back(line);
    }
    return lines;
  }

  std::filesystem::path folder_;
};

}  // namespace soundcheck::audio
