#include "protocols/audio/clip.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "protocols/audio/checksum.hpp"
#include "protocols/audio/level.hpp"
#include "tests/unit/audio/clip_folder.hpp"

namespace soundcheck::audio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ClipTest : public ClipFolder {};

std::string entry(const std::string& file, const std::string& more = "") {
  return "  - {file: " + file + ", text: hi, first_speech_sample: 100, last_speech_sample: 899" + more +
         "}\n";
}

TEST_F(ClipTest, AMatchingFileLoadsUnchangedAndWithoutANote) {
  write_sound("a.wav", speech());
  const std::string sum = sha256_of_file(path("a.wav")).value();
  const ClipSet set = load(
      "clips:\n" + entry("a.wav", ", sample_rate: 16000, voice: anna, channel: wideband, sha256: " + sum));
  EXPECT_THAT(told(set), IsEmpty());
  EXPECT_TRUE(set.ok());
  ASSERT_EQ(set.clips.size(), 1U);
  const Clip& clip = *set.clips[0];
  EXPECT_EQ(clip.name, "a");
  EXPECT_EQ(clip.text, "hi");
  EXPECT_EQ(clip.voice, "anna");
  EXPECT_EQ(clip.channel, "wideband");
  EXPECT_EQ(clip.sample_rate, 16000U);
  EXPECT_EQ(clip.first_speech_sample, 100U);
  EXPECT_EQ(clip.last_speech_sample, 899U);
  EXPECT_EQ(clip.samples, speech());
  EXPECT_DOUBLE_EQ(clip.seconds(), 1000.0 / 16000);
}

TEST_F(ClipTest, FlacAndOggAreReadToo) {
  write_sound("a.flac", speech(), 16000, 1, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  write_sound("b.ogg", speech(), 16000, 1, SF_FORMAT_OGG | SF_FORMAT_VORBIS);
  const ClipSet set = load("clips:\n" + entry("a.flac") + entry("b.ogg"));
  EXPECT_THAT(told(set), IsEmpty());
  ASSERT_EQ(set.clips.size(), 2U);
  EXPECT_EQ(set.clips[0]->samples, speech());
  EXPECT_EQ(set.clips[1]->samples.size(), 1000U);
  EXPECT_NEAR(rms_dbfs(set.clips[1]->samples), rms_dbfs(speech()), 1.0);
}

TEST_F(ClipTest, StereoIsMixedDownWithANote) {
  std::vector<std::int16_t> stereo;
  for (const std::int16_t sample : speech()) {
    stereo.push_back(sample);
    stereo.push_back(0);
  }
  write_sound("a.wav", stereo, 16000, 2);
  const ClipSet set = load("clips:\n" + entry("a.wav"));
  EXPECT_TRUE(set.ok());
  EXPECT_THAT(told(set), ElementsAre("note a.wav: is stereo: its two channels were mixed into one"));
  ASSERT_EQ(set.clips.size(), 1U);
  EXPECT_EQ(set.clips[0]->samples.size(), 1000U);
  EXPECT_EQ(set.clips[0]->samples[100], 4500);
}

TEST_F(ClipTest, AnotherRateIsResampledWithANoteAndTheBoundsFollow) {
  write_sound("a.wav", speech(), 8000);
  const ClipSet set = load("clips:\n" + entry("a.wav", ", sample_rate: 8000"), 16000);
  EXPECT_TRUE(set.ok());
  EXPECT_THAT(told(set), ElementsAre("note a.wav: was resampled from 8000 Hz to 16000 Hz"));
  ASSERT_EQ(set.clips.size(), 1U);
  const Clip& clip = *set.clips[0];
  EXPECT_EQ(clip.sample_rate, 16000U);
  EXPECT_EQ(clip.samples.size(), 2000U);
  EXPECT_EQ(clip.first_speech_sample, 200U);
  EXPECT_EQ(clip.last_speech_sample, 1798U);
  EXPECT_NEAR(rms_dbfs(clip.samples), rms_dbfs(speech()), 0.5);
  // Every second sample is one of the file: nothing has moved in time.
  for (std::size_t i = 300; i < 700; ++i) ASSERT_NEAR(clip.samples[2 * i], speech()[i], 200) << i;
}

TEST_F(ClipTest, AnyRateKeepsTheBoundsInsideTheClip) {
  for (const int rate : {8000, 11025, 22050, 44100, 48000, 96000, 192000}) {
    write_sound("a.wav", speech(), rate);
    write("manifest.yaml",
          "clips:\n  - {file: a.wav, text: hi, first_speech_sample: 0, last_speech_sample: 999}\n");
    for (const std::uint32_t wanted : {8000U, 16000U, 48000U}) {
      SCOPED_TRACE(testing::Message() << rate << " -> " << wanted);
      const ClipSet set = load_clips(folder_, wanted);
      ASSERT_EQ(set.clips.size(), 1U);
      EXPECT_NEAR(set.clips[0]->seconds(), 1000.0 / rate, 0.5 / wanted + 1e-12);
      EXPECT_LT(set.clips[0]->last_speech_sample, set.clips[0]->samples.size());
    }
  }
}

TEST_F(ClipTest, MissingBoundsAreMeasuredWithANote) {
  write_sound("a.wav", speech());
  const ClipSet set = load("clips:\n  - {file: a.wav, text: hi}\n");
  EXPECT_TRUE(set.ok());
  EXPECT_THAT(
      told(set),
      ElementsAre("note a.wav: has no stated speech bounds: measured 100 to 899 (samples at 16000 Hz)"));
  ASSERT_EQ(set.clips.size(), 1U);
  EXPECT_EQ(set.clips[0]->first_speech_sample, 100U);
  EXPECT_EQ(set.clips[0]->last_speech_sample, 899U);
}

TEST_F(ClipTest, EveryRefusalIsTold) {
  write("text.wav", "this is not sound");
  write_sound("empty.wav", {});
  write_sound("quiet.wav", std::vector<std::int16_t>(1000, 328));
  write_sound("changed.wav", speech());
  write_sound("bounds.wav", speech());
  write_sound("swapped.wav", speech());
  write_sound("wrong_rate.wav", speech());
  write_sound("slow.wav", speech(), 7999);
  write_sound("fast.wav", speech(), 192001);
  write_sound("surround.wav", speech(1200), 4000, 3);
  write_sound("good.wav", speech());
  std::filesystem::create_directory(path("folder.wav"));

  const std::string stated(64, 'a');
  const ClipSet set =
      load("clips:\n" + entry("missing.wav") + entry("folder.wav") + entry("text.wav") + entry("empty.wav") +
           entry("quiet.wav") + entry("changed.wav", ", sha256: " + stated) +
           "  - {file: bounds.wav, text: hi, first_speech_sample: 100, last_speech_sample: 1000}\n" +
           "  - {file: swapped.wav, text: hi, first_speech_sample: 800, last_speech_sample: 200}\n" +
           entry("wrong_rate.wav", ", sample_rate: 8000") + entry("slow.wav") + entry("fast.wav") +
           entry("surround.wav") + entry("good.wav"));
  const std::string sum = sha256_of_file(path("changed.wav")).value();
  const std::string outside =
      "is not inside: correct `first_speech_sample` and `last_speech_sample`, or leave them out to have them "
      "measured";
  EXPECT_THAT(
      told(set),
      ElementsAre(
          "refused missing.wav: does not exist: put it there, or correct `file` at line 2 of the manifest",
          "refused folder.wav: does not exist: put it there, or correct `file` at line 3 of the manifest",
          "refused text.wav: cannot be read (Format not recognised.): save it as WAV, FLAC or Ogg",
          "refused empty.wav: holds no samples: record it again, or remove it from the manifest",
          "refused quiet.wav: holds nothing audible (no sample above -40 dBFS): record it louder",
          "refused changed.wav: is not the file that the manifest describes: its SHA-256 is " + sum +
              ", not " + stated + ": restore the file, or correct the manifest",
          "refused bounds.wav: has 1000 samples, the speech from sample 100 to 1000 " + outside,
          "refused swapped.wav: has 1000 samples, the speech from sample 800 to 200 " + outside,
          "refused wrong_rate.wav: has a sample rate of 16000 Hz, the manifest states 8000 Hz: correct "
          "`sample_rate` "
          "and the speech samples",
          "refused slow.wav: has a sample rate of 7999 Hz, 8000 to 192000 Hz are accepted: resample it",
          "refused fast.wav: has a sample rate of 192001 Hz, 8000 to 192000 Hz are accepted: resample it",
          "refused surround.wav: has 3 channels, at most 2 are accepted: mix it down to mono",
          "refused surround.wav: has a sample rate of 4000 Hz, 8000 to 192000 Hz are accepted: resample it"));
  EXPECT_FALSE(set.ok());
  ASSERT_EQ(set.clips.size(), 1U) << "the good one is still there";
  EXPECT_EQ(set.clips[0]->name, "good");
}

TEST_F(ClipTest, TheLengthIsLimited) {
  const std::vector<std::int16_t> five_minutes(8000 * 300, 1000);
  std::vector<std::int16_t> longer = five_minutes;
  longer.resize(8000 * 301, 1000);
  write_sound("ok.wav", five_minutes, 8000);
  write_sound("long.wav", longer, 8000);
  const ClipSet set = load("clips:\n" + entry("ok.wav") + entry("long.wav"), 8000);
  EXPECT_THAT(
      told(set),
      ElementsAre("refused long.wav: is 301 s long, at most 300 s are accepted: cut it into utterances"));
  EXPECT_EQ(set.clips.size(), 1U);
}

TEST_F(ClipTest, AMistakeInTheManifestDoesNotHideOneInTheFile) {
  write("text.wav", "this is not sound");
  const ClipSet set = load("clips:\n  - {file: text.wav, txt: hi}\n");
  EXPECT_EQ(set.notes.size(), 3U) << "unknown key, no text, unreadable";
  EXPECT_TRUE(set.clips.empty());
}

TEST_F(ClipTest, ARefusedEntryIsNotUsedEvenIfItsFileIsGood) {
  write_sound("a.wav", speech());
  const ClipSet set = load("clips:\n" + entry("a.wav") + entry("a.wav"));
  EXPECT_THAT(told(set),
              ElementsAre("refused manifest.yaml:3: the name `a` is taken by the clip at line 2: give one of "
                          "them another `name`"));
  EXPECT_EQ(set.clips.size(), 1U);
  EXPECT_FALSE(set.ok());
}

TEST_F(ClipTest, ATruncatedFileIsRefused) {
  // Noise does not compress, so half of the file holds about half of the samples.
  std::vector<std::int16_t> noise;
  std::uint32_t state = 1;
  for (int i = 0; i < 40000; ++i) {
    state = state * 1664525 + 1013904223;
    noise.push_back(static_cast<std::int16_t>(state >> 16));
  }
  write_sound("a.flac", noise, 16000, 1, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  std::filesystem::resize_file(path("a.flac"), std::filesystem::file_size(path("a.flac")) / 2);
  const ClipSet set = load("clips:\n" + entry("a.flac"));
  ASSERT_EQ(set.notes.size(), 1U);
  EXPECT_TRUE(set.notes[0].fatal);
  EXPECT_THAT(
      set.notes[0].text,
      testing::MatchesRegex("holds only [0-9]+ of the 40000 samples that it announces: copy it again"));
}

TEST_F(ClipTest, AnImpossibleRateIsRefusedOnce) {
  write_sound("a.wav", speech());
  EXPECT_THAT(told(load("clips:\n" + entry("a.wav"), 4000)),
              ElementsAre("refused manifest.yaml: cannot be loaded at 4000 Hz: choose 8000 to 192000 Hz"));
}

TEST(ClipSetTest, NothingLoadedIsNotOk) { EXPECT_FALSE(ClipSet{}.ok()); }

TEST_F(ClipTest, ChecksumOfKnownContent) {
  write("abc", "abc");
  EXPECT_EQ(sha256_of_file(path("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of_file(path("absent")), std::nullopt);
}

}  // namespace
}  // namespace soundcheck::audio
