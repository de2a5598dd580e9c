#include "protocols/audio/codec.hpp"

#include <opus/opus.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "protocols/audio/mulaw.hpp"

namespace soundcheck::audio {

namespace {

constexpr std::array<std::string_view, 3> encoding_names{"pcm16", "mulaw", "opus"};

void require_frame(std::span<const std::int16_t> samples, std::size_t frame_samples) {
  if (samples.size() != frame_samples) throw std::invalid_argument("an encoder takes whole frames only");
}

class Pcm16Encoder final : public Encoder {
 public:
  explicit Pcm16Encoder(std::size_t frame_samples) : frame_samples_(frame_samples) {}

  void encode(std::span<const std::int16_t> samples, Bytes& out) override {
    require_frame(samples, frame_samples_);
    out.reserve(out.size() + samples.size() * 2);
    for (const std::int16_t sample : samples) {
      const auto bits = static_cast<std::uint16_t>(sample);
      out.push_back(static_cast<std::uint8_t>(bits & 0xFF));
      out.push_back(static_cast<std::uint8_t>(bits >> 8));
    }
  }

 private:
  std::size_t frame_samples_;
};

class Pcm16Decoder final : public Decoder {
 public:
  bool decode(std::span<const std::uint8_t> bytes, std::vector<std::int16_t>& out) override {
    if (sample_count(bytes) == 0) return false;
    out.reserve(out.size() + bytes.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
      out.push_back(static_cast<std::int16_t>(static_cast<std::uint16_t>(bytes[i] | bytes[i + 1] << 8)));
    }
    return true;
  }

  std::uint32_t sample_count(std::span<const std::uint8_t> bytes) const override {
    return bytes.size() % 2 == 0 ? static_cast<std::uint32_t>(bytes.size() / 2) : 0;
  }
};

class MulawEncoder final : public Encoder {
 public:
  explicit MulawEncoder(std::size_t frame_samples) : frame_samples_(frame_samples) {}

  void encode(std::span<const std::int16_t> samples, Bytes& out) override {
    require_frame(samples, frame_samples_);
    out.reserve(out.size() + samples.size());
    for (const std::int16_t sample : samples) out.push_back(mulaw_encode(sample));
  }

 private:
  std::size_t frame_samples_;
};

class MulawDecoder final : public Decoder {
 public:
  bool decode(std::span<const std::uint8_t> bytes, std::vector<std::int16_t>& out) override {
    if (bytes.empty()) return false;
    out.reserve(out.size() + bytes.size());
    for (const std::uint8_t code : bytes) out.push_back(mulaw_decode(code));
    return true;
  }

  std::uint32_t sample_count(std::span<const std::uint8_t> bytes) const override {
    return static_cast<std::uint32_t>(bytes.size());
  }
};

struct OpusEncoderFree {
  void operator()(::OpusEncoder* encoder) const { opus_encoder_destroy(encoder); }
};
struct OpusDecoderFree {
  void operator()(::OpusDecoder* decoder) const { opus_decoder_destroy(decoder); }
};
using OpusEncoderPtr = std::unique_ptr<::OpusEncoder, OpusEncoderFree>;
using OpusDecoderPtr = std::unique_ptr<::OpusDecoder, OpusDecoderFree>;

class OpusFrameEncoder final : public Encoder {
 public:
  OpusFrameEncoder(OpusEncoderPtr encoder, std::size_t frame_samples)
      : encoder_(std::move(encoder)), frame_samples_(frame_samples) {}

  void encode(std::span<const std::int16_t> samples, Bytes& out) override {
    require_frame(samples, frame_samples_);
    // The longest packet that one frame can need (RFC 6716, section 3.2.1: 1,275 bytes for each 20 ms).
    std::array<std::uint8_t, 3 * 1275 + 7> packet;
    const opus_int32 size = opus_encode(encoder_.get(), samples.data(), static_cast<int>(frame_samples_),
                                        packet.data(), static_cast<opus_int32>(packet.size()));
    if (size < 0) throw std::runtime_error(std::string("opus_encode: ") + opus_strerror(size));
    out.insert(out.end(), packet.begin(), packet.begin() + size);
  }

 private:
  OpusEncoderPtr encoder_;
  std::size_t frame_samples_;
};

class OpusFrameDecoder final : public Decoder {
 public:
  OpusFrameDecoder(OpusDecoderPtr decoder, std::uint32_t sample_rate)
      : decoder_(std::move(decoder)), sample_rate_(sample_rate) {}

  bool decode(std::span<const std::uint8_t> bytes, std::vector<std::int16_t>& out) override {
    const std::uint32_t count = sample_count(bytes);
    if (count == 0) return false;
    const std::size_t before = out.size();
    out.resize(before + count);
    const int decoded = opus_decode(decoder_.get(), bytes.data(), static_cast<opus_int32>(bytes.size()),
                                    out.data() + before, static_cast<int>(count), 0);
    const bool ok = decoded == static_cast<int>(count);
    if (!ok) out.resize(before);
    return ok;
  }

  std::uint32_t sample_count(std::span<const std::uint8_t> bytes) const override {
    // Reads the packet's framing too: opus_packet_get_nb_samples() alone trusts the first two bytes.
    if (bytes.empty()) return 0;
    const auto size = static_cast<opus_int32>(bytes.size());
    std::array<opus_int16, 48> frame_sizes;  // room that opus_packet_parse asks for; never read
    const int frames = opus_packet_parse(bytes.data(), size, nullptr, nullptr, frame_sizes.data(), nullptr);
    if (frames <= 0) return 0;
    const int per_frame =
        opus_packet_get_samples_per_frame(bytes.data(), static_cast<opus_int32>(sample_rate_));
    return static_cast<std::uint32_t>(frames * per_frame);
  }

 private:
  OpusDecoderPtr decoder_;
  std::uint32_t sample_rate_;
};

bool opus_rate(std::uint32_t sample_rate) {
  constexpr std::array<std::uint32_t, 5> rates{8000, 12000, 16000, 24000, 48000};
  return std::find(rates.begin(), rates.end(), sample_rate) != rates.end();
}

bool opus_frame(std::uint32_t frame_ms) {
  constexpr std::array<std::uint32_t, 4> lengths{10, 20, 40, 60};
  return std::find(lengths.begin(), lengths.end(), frame_ms) != lengths.end();
}

std::unique_ptr<Encoder> make_opus_encoder(std::uint32_t sample_rate, std::uint32_t frame_ms,
                                           std::size_t frame_samples, int complexity) {
  if (!opus_rate(sample_rate) || !opus_frame(frame_ms) || complexity < 0 || complexity > 10) return nullptr;
  int error = OPUS_OK;
  OpusEncoderPtr encoder(
      opus_encoder_create(static_cast<opus_int32>(sample_rate), 1, OPUS_APPLICATION_VOIP, &error));
  if (!encoder) return nullptr;
  opus_encoder_ctl(encoder.get(), OPUS_SET_BITRATE(24000));
  opus_encoder_ctl(encoder.get(), OPUS_SET_COMPLEXITY(complexity));
  opus_encoder_ctl(encoder.get(), OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
  // Silence must load the target like speech, so it is sent in full.
  opus_encoder_ctl(encoder.get(), OPUS_SET_DTX(0));
  return std::make_unique<OpusFrameEncoder>(std::move(encoder), frame_samples);
}

std::unique_ptr<Decoder> make_opus_decoder(std::uint32_t sample_rate) {
  if (!opus_rate(sample_rate)) return nullptr;
  int error = OPUS_OK;
  OpusDecoderPtr decoder(opus_decoder_create(static_cast<opus_int32>(sample_rate), 1, &error));
  if (!decoder) return nullptr;
  return std::make_unique<OpusFrameDecoder>(std::move(decoder), sample_rate);
}

}  // namespace

std::string_view to_string(Encoding e) { return encoding_names[static_cast<std::size_t>(e)]; }

std::optional<Encoding> encoding_from_string(std::string_view name) {
  const auto found = std::find(encoding_names.begin(), encoding_names.end(), name);
  if (found == encoding_names.end()) return std::nullopt;
  return static_cast<Encoding>(found - encoding_names.begin());
}

std::unique_ptr<Encoder> make_encoder(Encoding e, std::uint32_t sample_rate, std::uint32_t frame_ms,
                                      int complexity) {
  const std::uint64_t thousandths = std::uint64_t{sample_rate} * frame_ms;
  if (thousandths == 0 || thousandths % 1000 != 0) return nullptr;
  const auto frame_samples = static_cast<std::size_t>(thousandths / 1000);
  switch (e) {
    case Encoding::pcm16:
      return std::make_unique<Pcm16Encoder>(frame_samples);
    case Encoding::mulaw:
      return std::make_unique<MulawEncoder>(frame_samples);
    case Encoding::opus:
      return make_opus_encoder(sample_rate, frame_ms, frame_samples, complexity);
  }
  return nullptr;
}

std::unique_ptr<Decoder> make_decoder(Encoding e, std::uint32_t sample_rate) {
  switch (e) {
    case Encoding::pcm16:
      return std::make_unique<Pcm16Decoder>();
    case Encoding::mulaw:
      return std::make_unique<MulawDecoder>();
    case Encoding::opus:
      return make_opus_decoder(sample_rate);
  }
  return nullptr;
}

EncodedClipPtr encode_clip(ClipPtr clip, Encoding e, std::uint32_t frame_ms) {
  const auto encoder = make_encoder(e, clip->sample_rate, frame_ms);
  const auto silence_encoder = make_encoder(e, clip->sample_rate, frame_ms);
  if (!encoder || !silence_encoder) return nullptr;

  auto encoded = std::make_shared<EncodedClip>();
  encoded->encoding = e;
  encoded->frame_ms = frame_ms;
  std::vector<std::int16_t> frame(std::size_t{clip->sample_rate} * frame_ms / 1000);
  silence_encoder->encode(frame, encoded->silence);

  std::span<const std::int16_t> rest = clip->samples;
  while (!rest.empty()) {
    const auto part = rest.first(std::min(frame.size(), rest.size()));
    const auto padding = std::copy(part.begin(), part.end(), frame.begin());
    std::fill(padding, frame.end(), std::int16_t{0});
    encoder->encode(frame, encoded->frames.emplace_back());
    rest = rest.subspan(part.size());
  }
  encoded->clip = std::move(clip);
  return encoded;
}

}  // namespace soundcheck::audio
