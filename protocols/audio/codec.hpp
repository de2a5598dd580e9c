// The three encodings of audio on the wire (PCM16 little endian, G.711 mu-law, Opus) behind one pair of small
// interfaces, and pre-encoded utterances that all calls share. No Asio, no clock. An encoder or decoder
// belongs to one thread; an EncodedClip is immutable and shared.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/audio/clip.hpp"

namespace soundcheck::audio {

enum class Encoding : unsigned char { pcm16, mulaw, opus };

std::string_view to_string(Encoding e);
std::optional<Encoding> encoding_from_string(std::string_view name);

using Bytes = std::vector<std::uint8_t>;

class Encoder {
 public:
  virtual ~Encoder() = default;
  /// Appends one encoded frame. `samples` is exactly sample_rate * frame_ms / 1000 samples of PCM16.
  virtual void encode(std::span<const std::int16_t> samples, Bytes& out) = 0;
};

class Decoder {
 public:
  virtual ~Decoder() = default;
  /// Appends decoded PCM16; false if the bytes are not valid in this encoding (nothing is appended then).
  virtual bool decode(std::span<const std::uint8_t> bytes, std::vector<std::int16_t>& out) = 0;
  /// How many samples the bytes hold, without decoding them; 0 if they are not valid.
  virtual std::uint32_t sample_count(std::span<const std::uint8_t> bytes) const = 0;
};

/// Opus accepts 8, 12, 16, 24 and 48 kHz and frames of 10, 20, 40 or 60 ms; the others accept any rate.
/// nullptr if the combination is impossible. `complexity` (0..10) is used by Opus only.
std::unique_ptr<Encoder> make_encoder(Encoding e, std::uint32_t sample_rate, std::uint32_t frame_ms,
                                      int complexity = 3);
std::unique_ptr<Decoder> make_decoder(Encoding e, std::uint32_t sample_rate);

/// A clip cut into frames and encoded once; frame i is due i * frame_ms after the utterance begins. The last
/// frame is padded with silence. `silence` is one frame of encoded silence, for the time between utterances.
struct EncodedClip {
  ClipPtr clip;
  Encoding encoding{};
  std::uint32_t frame_ms = 0;
  std::vector<Bytes> frames;
  Bytes silence;
};
using EncodedClipPtr = std::shared_ptr<const EncodedClip>;

/// nullptr if make_encoder refuses the combination.
EncodedClipPtr encode_clip(ClipPtr clip, Encoding e, std::uint32_t frame_ms);

}  // namespace soundcheck::audio
