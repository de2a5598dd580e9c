#include <gmock/gmock.h>

#include <fstream>
#include <numbers>
#include <sstream>

#include "protocols/audio/level.hpp"
#include "protocols/audio/resample.hpp"
#include "tests/unit/audio/clip_folder.hpp"
#include "tools/render_fixtures/render.hpp"
#include "tools/render_fixtures/voice_filter.hpp"
#include "tools/render_fixtures/write_fixtures.hpp"

namespace soundcheck::render_fixtures {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RenderFixturesTest : public audio::ClipFolder {
 protected:
  std::string read(const std::string& file) const {
    std::ifstream stream(path(file), std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }
};

constexpr const char* two_clips = R"(language: en-US
licence: free
clips:
  - {file: yes.flac, text: yes please, voice: slt, channel: wideband}
  - {file: phone.flac, text: "yes, \"please\"", voice: rms, channel: telephone}
)";

TEST_F(RenderFixturesTest, WhatItWritesLoadsWithoutANote) {
  const Outcome outcome = write_fixtures(write("script.yaml", two_clips), path("out"));
  EXPECT_THAT(outcome.mistakes, IsEmpty());
  EXPECT_EQ(outcome.clips, 2U);
  const audio::ClipSet wideband = audio::load_clips(path("out"), 16000);
  ASSERT_EQ(wideband.clips.size(), 2U);
  EXPECT_THAT(told(wideband), ElementsAre("note out/phone.flac: was resampled from 8000 Hz to 16000 Hz"));
  EXPECT_EQ(wideband.clips[0]->name, "yes");
  EXPECT_EQ(wideband.clips[1]->text, "yes, \"please\"");
  EXPECT_EQ(wideband.clips[1]->channel, "telephone");
  EXPECT_EQ(wideband.clips[1]->licence, "free");
}

TEST_F(RenderFixturesTest, TheSameScriptGivesTheSameBytesWhateverWasRenderedBefore) {
  const std::string script = write("script.yaml", two_clips);
  write_fixtures(script, path("first"));
  render("something else", "slt", false);
  render("something else", "rms", true);
  write_fixtures(script, path("second"));
  for (const std::string file : {"yes.flac", "phone.flac", "manifest.yaml"}) {
    EXPECT_FALSE(read("first/" + file).empty());
    EXPECT_EQ(read("first/" + file), read("second/" + file)) << file;
  }
}

TEST_F(RenderFixturesTest, AllMistakesOfAScriptAtOnceAndNothingIsWritten) {
  const Outcome outcome = write_fixtures(write("script.yaml", R"(clips:
  - {file: a.wav, text: a, voice: bob, channel: wideband}
  - {file: b.flac, text: b, voice: slt}
  - {file: c.flac, voice: slt, channel: telephone, sample_rate: 8000}
)"),
                                         path("out"));
  const std::string at = path("script.yaml") + ":";
  EXPECT_THAT(
      outcome.mistakes,
      ElementsAre(
          at + "4: the clip has no `text`: write the words that are said in it",
          at + "2: `voice` is `bob`, it must be one of awb, kal16, rms, slt",
          at + "2: `file` must end in .flac: fixtures are written as FLAC",
          at + "3: the clip has no `channel`: write wideband or telephone",
          at + "4: a script must not state sample_rate, speech samples or sha256: they are measured and "
               "written to manifest.yaml"));
  EXPECT_FALSE(std::filesystem::exists(path("out")));
}

TEST_F(RenderFixturesTest, TextWithoutWordsIsRefused) {
  const Outcome outcome = write_fixtures(
      write("script.yaml", "clips:\n  - {file: a.flac, text: '...', voice: slt, channel: wideband}\n"),
      path("out"));
  EXPECT_THAT(outcome.mistakes,
              ElementsAre(path("out/a.flac") + ": nothing audible came out of `...`: write plain words"));
  EXPECT_FALSE(std::filesystem::exists(path("out/manifest.yaml")));
}

TEST_F(RenderFixturesTest, AFolderThatCannotBeMadeIsTold) {
  write("out", "a file where the folder should be");
  const Outcome outcome = write_fixtures(write("script.yaml", two_clips), path("out"));
  EXPECT_THAT(outcome.mistakes, ElementsAre(testing::StartsWith(path("out") + ": cannot be made: ")));
}

TEST(Render, EveryVoiceSpeaksAtTheLoudnessWanted) {
  EXPECT_THAT(voice_names(), ElementsAre("awb", "kal16", "rms", "slt"));
  for (const std::string& voice : voice_names()) {
    for (const bool telephone : {false, true}) {
      SCOPED_TRACE(voice + (telephone ? " on the telephone" : ""));
      const Rendered rendered = render("goodbye", voice, telephone);
      EXPECT_EQ(rendered.sample_rate, telephone ? 8000U : 16000U);
      const auto first = audio::first_audible(rendered.samples);
      const auto last = audio::last_audible(rendered.samples);
      ASSERT_TRUE(first && last);
      EXPECT_NEAR(audio::rms_dbfs(std::span(rendered.samples).subspan(*first, *last - *first + 1)), -20.0,
                  0.5);
      const std::size_t leading = rendered.sample_rate * leading_silence_ms / 1000;
      EXPECT_EQ(audio::rms_dbfs(std::span(rendered.samples).first(leading)), -120.0);
    }
  }
}

/// How much of a tone the telephone band lets through, in dB.
double gain_at(double hertz) {
  std::vector<float> tone;
  for (int i = 0; i < 8000; ++i)
    tone.push_back(static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * hertz * i / 8000)));
  const std::vector<std::int16_t> before = audio::to_pcm16(tone);
  const std::vector<std::int16_t> after = audio::to_pcm16(telephone_band(tone));
  return audio::rms_dbfs(std::span(after).subspan(2000)) - audio::rms_dbfs(std::span(before).subspan(2000));
}

TEST(TelephoneBand, PassesTheMiddleAndStopsTheEdges) {
  EXPECT_NEAR(gain_at(1000), 0.0, 0.2);
  EXPECT_NEAR(gain_at(300), -3.0, 0.2);
  EXPECT_NEAR(gain_at(3400), -3.0, 0.2);
  EXPECT_LT(gain_at(100), -35.0);
  EXPECT_LT(gain_at(3900), -35.0);
}

}  // namespace
}  // namespace soundcheck::render_fixtures
