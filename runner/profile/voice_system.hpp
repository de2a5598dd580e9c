// How a voice agent is called: dialect, audio, turns. Filled by the loader, constant from then on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>
#include "protocols/audio/codec.hpp"
#include "protocols/core/rtf_source.hpp"
#include "runner/profile/values.hpp"

namespace soundcheck::profile {

struct VoiceSystem {
  std::string path;
  std::string dialect;                     ///< a name in the dialect table
  std::vector<audio::Encoding> encodings;  ///< calls take them in turn
  std::uint32_t sample_rate = 16000;       ///< Hz, on the wire
  std::uint32_t frame_ms = 20;
  std::string fixtures;  ///< path of a manifest, absolute or relative to the install's audio_fixtures
  std::vector<std::string> clips;  ///< names of clips to say in turn; empty: all of the manifest
  std::uint32_t turns = 3;         ///< per call
  core::RtfSource rtf = core::RtfSource::automatic;  ///< where the real-time factor comes from
  Duration setup_timeout{};                          ///< dial -> ready
  Duration answer_timeout{};                         ///< end of speech -> end of the agent's answer
  Pause pause_before_turn;  ///< caller's silence between the agent's answer and the next turn
  Pause pause_between_calls;
  bool abrupt_hang_up = false;
};

}  // namespace soundcheck::profile
