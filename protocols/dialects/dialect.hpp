// How one voice protocol says things: events in, messages out. Pure: no socket, no clock. One instance
// belongs to one call. The table of all dialects is in table.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/audio/codec.hpp"

namespace soundcheck::dialects {

/// How the caller's audio looks on the wire.
struct AudioFormat {
  audio::Encoding encoding{};
  std::uint32_t sample_rate = 16000;  ///< Hz
  std::uint32_t frame_ms = 20;
};

/// A message to send.
struct Outgoing {
  bool binary = false;
  std::string payload;
};

/// What a message of the target means. Views are valid while the message is.
struct Event {
  enum class Kind : unsigned char {
    ready,         // the target takes audio now
    acknowledged,  // audio up to audio_ms has been processed
    speech_started,
    partial,        // text so far; covers audio up to audio_ms
    final,          // the utterance's text
    agent_started,  // agent audio follows
    agent_audio,    // `audio` in the call's format
    agent_ended,    // the answer is complete
    interrupted,    // the rest of the answer is dropped
    goodbye,        // answer to our end of call
    error,          // the target refuses or gives up; text says why
    ignored,        // nothing that matters to a caller
    malformed,      // not this protocol; text says why
  };
  Kind kind = Kind::ignored;
  std::string text;
  std::string_view audio;
  std::optional<double> audio_ms;       ///< position in the caller's audio since the first frame
  std::optional<double> busy_ms;        ///< final: compute time that the target reports for the turn
  std::optional<double> turn_audio_ms;  ///< final: the audio which that time covers
};

class Dialect {
 public:
  virtual ~Dialect() = default;
  /// What to send when the connection opens; nothing if audio may flow at once.
  virtual std::vector<Outgoing> open(const AudioFormat& format) = 0;
  virtual bool ready_at_open() const = 0;
  /// Whether audio may come faster than real time: some targets end calls that do.
  virtual bool allows_bursts() const = 0;
  /// Whether an encoded frame is sent as it is, as one binary message.
  virtual bool raw_frames() const = 0;
  virtual Event on_text(std::string_view message) = 0;
  virtual Event on_binary(std::string_view message) = 0;
  /// What to send to end the call politely; the target then says goodbye or closes.
  virtual std::vector<Outgoing> hang_up() = 0;
};

}  // namespace soundcheck::dialects
