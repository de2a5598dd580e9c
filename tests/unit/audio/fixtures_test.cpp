// The fixtures that the repository carries, and the manifest of human speech.
#include <gmock/gmock.h>

#include <filesystem>
#include <set>

#include "protocols/audio/clip.hpp"
#include "protocols/audio/level.hpp"
#include "protocols/audio/manifest.hpp"
#include "protocols/audio/mulaw.hpp"

namespace soundcheck::audio {
namespace {

const std::filesystem::path fixtures = std::filesystem::path(SOUNDCHECK_SOURCE_DIR) / "audio_fixtures";

/// The clips of a channel at their own rate; fails on any note about them.
std::vector<ClipPtr> clips_of(const std::string& channel, std::uint32_t sample_rate) {
  const ClipSet set = load_clips(fixtures, sample_rate);
  EXPECT_TRUE(set.ok());
  std::vector<ClipPtr> clips;
  for (const ClipPtr& clip : set.clips) {
    if (clip->channel != channel) continue;
    clips.push_back(clip);
    for (const ClipNote& note : set.notes) {
      EXPECT_NE(std::filesystem::path(note.file).stem(), clip->name) << note.text;
    }
  }
  return clips;
}

void expect_as_promised(const Clip& clip) {
  SCOPED_TRACE(clip.name);
  EXPECT_EQ(first_audible(clip.samples), clip.first_speech_sample);
  EXPECT_EQ(last_audible(clip.samples), clip.last_speech_sample);
  const double lead = static_cast<double>(clip.first_speech_sample) / clip.sample_rate;
  EXPECT_GE(lead, 0.15);
  EXPECT_LE(lead, 0.30);
  const double tail = clip.seconds() - static_cast<double>(clip.last_speech_sample) / clip.sample_rate;
  EXPECT_GE(tail, 0.20);
  const auto spoken =
      std::span(clip.samples)
          .subspan(clip.first_speech_sample, clip.last_speech_sample - clip.first_speech_sample + 1);
  EXPECT_NEAR(rms_dbfs(spoken), -20.0, 0.5);
  EXPECT_EQ(clip.language, "en-US");
  EXPECT_FALSE(clip.licence.empty());
}

TEST(Fixtures, WidebandClipsLoadWithoutANoteAndKeepTheirPromises) {
  const auto clips = clips_of("wideband", 16000);
  EXPECT_EQ(clips.size(), 16U);
  for (const ClipPtr& clip : clips) expect_as_promised(*clip);
}

TEST(Fixtures, TelephoneClipsLoadWithoutANoteAndAreCompanded) {
  const auto clips = clips_of("telephone", 8000);
  EXPECT_EQ(clips.size(), 8U);
  for (const ClipPtr& clip : clips) {
    expect_as_promised(*clip);
    EXPECT_TRUE(std::all_of(clip->samples.begin(), clip->samples.end(), [](std::int16_t sample) {
      return mulaw_decode(mulaw_encode(sample)) == sample;
    }));
  }
}

TEST(Fixtures, EverySentenceIsThereInSeveralVoices) {
  std::set<std::string> texts;
  std::set<std::string> voices;
  for (const ClipPtr& clip : load_clips(fixtures, 16000).clips) {
    texts.insert(clip->text);
    voices.insert(clip->voice);
  }
  EXPECT_THAT(voices, testing::ElementsAre("awb", "kal16", "rms", "slt"));
  EXPECT_THAT(texts,
              testing::UnorderedElementsAre(
                  "check my balance", "transfer money to savings", "what are your opening hours",
                  "book an appointment for monday", "book an appointment for friday", "cancel my appointment",
                  "talk to a person", "repeat that please", "yes please", "no thank you",
                  "my account number is one two three four", "my account number is nine eight seven six",
                  "pay my bill", "report a lost card", "what is the weather today", "goodbye"));
}

TEST(Fixtures, TheyStaySmall) {
  std::uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(fixtures)) bytes += file.file_size();
  EXPECT_LT(bytes, 1'500'000U);
}

TEST(Fixtures, HumanSpeechLoadsOrSaysWhatToInstall) {
  const ClipSet set = load_clips(fixtures / "human.yaml", 16000);
  if (std::filesystem::is_directory("/usr/share/pocketsphinx/test/data")) {
    EXPECT_TRUE(set.ok());
    EXPECT_TRUE(set.notes.empty());
    EXPECT_EQ(set.clips.size(), 10U);
    for (const ClipPtr& clip : set.clips) {
      SCOPED_TRACE(clip->name);
      EXPECT_EQ(first_audible(clip->samples), clip->first_speech_sample);
      EXPECT_EQ(last_audible(clip->samples), clip->last_speech_sample);
    }
  } else {
    ASSERT_EQ(set.notes.size(), 1U);
    EXPECT_TRUE(set.notes[0].fatal);
    EXPECT_EQ(
        set.notes[0].text,
        "its clips are in /usr/share/pocketsphinx/test/data, which does not exist here: run apt-get install "
        "pocketsphinx-testdata");
  }
}

}  // namespace
}  // namespace soundcheck::audio
