#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include "runner/profile/declarations.hpp"
#include "runner/profile/dialects.hpp"
#include "runner/profile/match_keys.hpp"

namespace soundcheck::profile {

namespace {

using namespace std::chrono_literals;

void check_voice(const Value& node, VoiceSystem& voice, Mistakes& mistakes) {
  constexpr std::array<std::uint32_t, 5> opus_rates{8'000, 12'000, 16'000, 24'000, 48'000};
  const Value* encodings = node.find("encodings");
  std::set<audio::Encoding> seen;
  for (std::size_t i = 0; i < voice.encodings.size(); ++i) {
    // An element that could not be read is the first encoding; its mistake has been reported.
    const Value& item = encodings->items[i];
    if (item.text != audio::to_string(voice.encodings[i])) continue;
    if (!seen.insert(voice.encodings[i]).second) mistakes.report(item, "the encoding is listed twice");
  }
  const bool opus = seen.count(audio::Encoding::opus) != 0;
  if (opus && std::find(opus_rates.begin(), opus_rates.end(), voice.sample_rate) == opus_rates.end()) {
    mistakes.report(*node.find("sample_rate"), "opus cannot use this sample rate",
                    "write 8000, 12000, 16000, 24000 or 48000, or take opus out of encodings");
  }
}

}  // namespace

Object<VoiceSystem> voice_system() {
  const Choice dialects{{known_dialects.begin(), known_dialects.end()}};
  return Object<VoiceSystem>()
      .required("path", url_path(), &VoiceSystem::path, "where calls are opened")
      .with_default("dialect", dialects, &VoiceSystem::dialect, "binary",
                    "how the target wants to be spoken to")
      .required("encodings", List{EncodingName{}}, &VoiceSystem::encodings,
                "how audio is sent; calls take them in turn")
      .with_default("sample_rate", Count{8'000, 48'000}, &VoiceSystem::sample_rate, "16000",
                    "Hz, on the wire")
      .with_default("frame", FrameLength{}, &VoiceSystem::frame_ms, "20ms",
                    "how much audio one message carries")
      .with_default(
          "fixtures", name_text(), &VoiceSystem::fixtures, "manifest.yaml",
          "manifest of the clips that callers say, or its folder, absolute or relative to audio_fixtures/")
      .optional("clips", List{name_text()}, &VoiceSystem::clips,
                "names of the clips to say in turn; without it: all")
      .with_default("turns", Count{1, 10'000}, &VoiceSystem::turns, "3",
                    "utterances of the caller in one call")
      .with_default(
          "rtf", RtfSourceName{}, &VoiceSystem::rtf, "auto",
          "where the real-time factor comes from: `busy`, compute time that the target reports; `unpaced`, "
          "an "
          "utterance at the end of each call, sent as fast as possible; `live`, the growth of the lag; "
          "`auto`, busy if reported, else unpaced if the dialect allows it, else live")
      .with_default("setup_timeout", timeout_text, &VoiceSystem::setup_timeout, "5s",
                    "from dialling until the target is ready for audio")
      .with_default("answer_timeout", timeout_text, &VoiceSystem::answer_timeout, "15s",
                    "from the end of the caller's speech to the end of the agent's answer")
      .with_default("pause_before_turn", pause_text, &VoiceSystem::pause_before_turn, "500ms",
                    "the caller's silence between the agent's answer and the next turn")
      .with_default("pause_between_calls", pause_text, &VoiceSystem::pause_between_calls, "1s",
                    "a caller's pause after hanging up")
      .with_default(
          "hang_up", Choice{{"clean", "abrupt"}},
          [](VoiceSystem& system, const std::string& how) { system.abrupt_hang_up = how == "abrupt"; },
          "clean",
          "how callers end a call: with a goodbye, or by just going, as a phone that loses its network")
      .check(check_voice);
}

}  // namespace soundcheck::profile
