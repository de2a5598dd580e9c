#include "protocols/audio/manifest.hpp"

#include <gmock/gmock.h>

#include "tests/unit/audio/clip_folder.hpp"

namespace soundcheck::audio {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Lines = std::vector<std::string>;

class ManifestTest : public ClipFolder {};

TEST_F(ManifestTest, ReadsEveryKey) {
  write("manifest.yaml", R"(
clips:
  - name: hello
    file: sub/a.wav
    text: Hello There
    language: de-DE
    voice: anna
    channel: telephone
    licence: CC0-1.0
    sample_rate: 8000
    first_speech_sample: 10
    last_speech_sample: 20
    sha256: 0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef
)");
  const Manifest manifest = read_manifest(folder_);
  EXPECT_TRUE(manifest.notes.empty());
  ASSERT_EQ(manifest.entries.size(), 1U);
  const ManifestEntry& entry = manifest.entries[0];
  EXPECT_EQ(entry.line, 3);
  EXPECT_EQ(entry.name, "hello");
  EXPECT_EQ(entry.path, folder_ / "sub/a.wav");
  EXPECT_EQ(entry.text, "hello there");
  EXPECT_EQ(entry.language, "de-DE");
  EXPECT_EQ(entry.voice, "anna");
  EXPECT_EQ(entry.channel, "telephone");
  EXPECT_EQ(entry.licence, "CC0-1.0");
  EXPECT_EQ(entry.sample_rate, 8000U);
  EXPECT_EQ(entry.first_speech_sample, 10U);
  EXPECT_EQ(entry.last_speech_sample, 20U);
  EXPECT_EQ(entry.sha256, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
  EXPECT_FALSE(entry.refused);
}

TEST_F(ManifestTest, WhatIsLeftOutHasDefaults) {
  write("manifest.yaml",
        "licence: CC0-1.0\nclips:\n  - {file: a.b.wav, text: hi}\n  - {file: /x/c.wav, text: hi, licence: "
        "own}\n");
  const Manifest manifest = read_manifest(folder_ / "manifest.yaml");
  EXPECT_TRUE(manifest.notes.empty());
  ASSERT_EQ(manifest.entries.size(), 2U);
  EXPECT_EQ(manifest.entries[0].name, "a.b");
  EXPECT_EQ(manifest.entries[0].language, "und");
  EXPECT_EQ(manifest.entries[0].licence, "CC0-1.0");
  EXPECT_EQ(manifest.entries[0].sha256, std::nullopt);
  EXPECT_EQ(manifest.entries[0].first_speech_sample, std::nullopt);
  EXPECT_EQ(manifest.entries[1].path, "/x/c.wav") << "an absolute path stays";
  EXPECT_EQ(manifest.entries[1].licence, "own");
}

TEST_F(ManifestTest, AllMistakesAtOnce) {
  const ClipSet set = load(R"(clips:
  - {file: a.wav, txt: hi, text: hi, first_speech_sample: -1, last_speech_sample: 3}
  - {text: no file}
  - {file: a.wav, text: "  "}
  - {file: b.wav, text: x, channel: stereo, sha256: abc}
  - {file: c.wav, text: x, text: y, last_speech_sample: 7}
  - just words
  - {file: [d.wav], text: x}
colour: red
)");
  EXPECT_FALSE(set.ok());
  Lines told_about_manifest;
  for (const std::string& line : told(set)) {
    if (line.find("manifest.yaml:") != std::string::npos) told_about_manifest.push_back(line);
  }
  EXPECT_THAT(
      told_about_manifest,
      ElementsAre(
          "refused manifest.yaml:9: unknown key `colour`: the keys here are clips, folder, install, "
          "language, licence",
          "refused manifest.yaml:2: unknown key `txt`: the keys here are name, file, text, language, voice, "
          "sample_rate, channel, first_speech_sample, last_speech_sample, licence, sha256",
          "refused manifest.yaml:2: `first_speech_sample` is `-1`, it must be a whole number from 0",
          "refused manifest.yaml:2: state both `first_speech_sample` and `last_speech_sample`, or neither to "
          "have "
          "them measured",
          "refused manifest.yaml:3: the clip has no `file`: name its sound file, relative to the manifest",
          "refused manifest.yaml:4: the clip has no `text`: write the words that are said in it",
          "refused manifest.yaml:4: the name `a` is taken by the clip at line 2: give one of them another "
          "`name`",
          "refused manifest.yaml:5: `channel` is `stereo`, it must be wideband or telephone",
          "refused manifest.yaml:5: `sha256` must have 64 hexadecimal digits: take it from `sha256sum FILE`",
          "refused manifest.yaml:6: `text` is given twice: keep one of them",
          "refused manifest.yaml:6: state both `first_speech_sample` and `last_speech_sample`, or neither to "
          "have "
          "them measured",
          "refused manifest.yaml:7: a clip must be a mapping with at least `file` and `text`",
          "refused manifest.yaml:8: `file` must be a single value, not a list or mapping",
          "refused manifest.yaml:8: the clip has no `file`: name its sound file, relative to the manifest"));
}

TEST_F(ManifestTest, ThereIsNoManifest) {
  const ClipSet set = load_clips(folder_, 16000);
  EXPECT_FALSE(set.ok());
  EXPECT_THAT(told(set),
              ElementsAre("refused manifest.yaml: there is no manifest here: correct the path, or write one "
                          "(the manifest's keys are explained in audio_fixtures/README.md)"));
}

TEST_F(ManifestTest, ItIsNotYaml) {
  const ClipSet set = load("clips:\n  - {file: a.wav\n");
  EXPECT_FALSE(set.ok());
  ASSERT_EQ(set.notes.size(), 1U);
  EXPECT_THAT(told(set)[0], HasSubstr("refused manifest.yaml: is not valid YAML at line 3: "));
}

TEST_F(ManifestTest, ItListsNothing) {
  const std::string expected =
      "refused manifest.yaml: `clips` must list at least one clip: the manifest's keys are explained in "
      "audio_fixtures/README.md";
  EXPECT_THAT(told(load("language: en-US\n")), ElementsAre(expected));
  EXPECT_THAT(told(load("clips: []\n")), ElementsAre(expected));
  EXPECT_THAT(told(load("clips: 7\n")), ElementsAre(expected));
  EXPECT_THAT(told(load("")), ElementsAre("refused manifest.yaml: must be a mapping with a list `clips`: the "
                                          "manifest's keys are explained in audio_fixtures/README.md"));
}

TEST_F(ManifestTest, AFolderThatIsNotInstalledGivesOneNote) {
  const std::string clips = "clips:\n  - {file: a.wav, text: a}\n  - {file: b.wav, text: b}\n";
  EXPECT_THAT(
      told(load("folder: /no/such/place\ninstall: apt-get install the-clips\n" + clips)),
      ElementsAre("refused manifest.yaml: its clips are in /no/such/place, which does not exist here: run "
                  "apt-get install the-clips"));
  EXPECT_THAT(
      told(load("folder: /no/such/place\n" + clips)),
      ElementsAre(
          "refused manifest.yaml: its clips are in /no/such/place, which does not exist here: correct "
          "`folder`"));
}

}  // namespace
}  // namespace soundcheck::audio
