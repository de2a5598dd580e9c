#include "protocols/audio/codec.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <stdexcept>

#include "protocols/audio/level.hpp"

namespace soundcheck::audio {
namespace {

using Samples = std::vector<std::int16_t>;

/// A tone with harmonics, loud enough to be audible.
Samples tone(std::uint32_t sample_rate, std::size_t length) {
  Samples samples;
  for (std::size_t i = 0; i < length; ++i) {
    const double t = static_cast<double>(i) / sample_rate;
    samples.push_back(static_cast<std::int16_t>(
        std::lround(8000 * std::sin(2764.6 * t) + 4000 * std::sin(5529.2 * t + 1))));
  }
  return samples;
}

ClipPtr tone_clip(std::uint32_t sample_rate, std::size_t length) {
  auto clip = std::make_shared<Clip>();
  clip->sample_rate = sample_rate;
  clip->samples = tone(sample_rate, length);
  return clip;
}

Samples decode_all(Decoder& decoder, const std::vector<Bytes>& frames) {
  Samples out;
  for (const Bytes& frame : frames) EXPECT_TRUE(decoder.decode(frame, out));
  return out;
}

TEST(Encoding, NamesGoBothWays) {
  for (const Encoding e : {Encoding::pcm16, Encoding::mulaw, Encoding::opus}) {
    EXPECT_EQ(encoding_from_string(to_string(e)), e);
  }
  EXPECT_EQ(to_string(Encoding::mulaw), "mulaw");
  EXPECT_EQ(encoding_from_string("Opus"), std::nullopt);
  EXPECT_EQ(encoding_from_string(""), std::nullopt);
}

TEST(Codec, Pcm16IsLittleEndianAndExact) {
  const auto encoder = make_encoder(Encoding::pcm16, 100, 40);
  Bytes bytes{0xAA};
  encoder->encode(std::array<std::int16_t, 4>{1, -2, 32767, -32768}, bytes);
  EXPECT_EQ(bytes, (Bytes{0xAA, 0x01, 0x00, 0xFE, 0xFF, 0xFF, 0x7F, 0x00, 0x80}));

  const auto decoder = make_decoder(Encoding::pcm16, 100);
  Samples samples{9};
  EXPECT_TRUE(decoder->decode(std::span(bytes).subspan(1), samples));
  EXPECT_EQ(samples, (Samples{9, 1, -2, 32767, -32768}));
}

TEST(Codec, Pcm16RefusesHalfSamplesAndNothing) {
  const auto decoder = make_decoder(Encoding::pcm16, 16000);
  Samples samples;
  for (const Bytes& bad : {Bytes{}, Bytes{1}, Bytes{1, 2, 3}}) {
    EXPECT_FALSE(decoder->decode(bad, samples));
    EXPECT_EQ(decoder->sample_count(bad), 0U);
  }
  EXPECT_TRUE(samples.empty());
  EXPECT_EQ(decoder->sample_count(Bytes(640)), 320U);
}

TEST(Codec, MulawTakesOneByteForEachSample) {
  const auto encoder = make_encoder(Encoding::mulaw, 8000, 20);
  const auto decoder = make_decoder(Encoding::mulaw, 8000);
  Bytes bytes;
  encoder->encode(tone(8000, 160), bytes);
  EXPECT_EQ(bytes.size(), 160U);
  EXPECT_EQ(decoder->sample_count(bytes), 160U);
  Samples samples;
  EXPECT_TRUE(decoder->decode(bytes, samples));
  EXPECT_NEAR(rms_dbfs(samples), rms_dbfs(tone(8000, 160)), 0.1);
  EXPECT_FALSE(decoder->decode({}, samples));
  EXPECT_EQ(decoder->sample_count({}), 0U);
}

TEST(Codec, OpusKeepsLengthAndEnergyAtEveryRateAndFrame) {
  for (const std::uint32_t rate : {8000U, 12000U, 16000U, 24000U, 48000U}) {
    for (const std::uint32_t frame_ms : {10U, 20U, 40U, 60U}) {
      SCOPED_TRACE(testing::Message() << rate << " Hz, " << frame_ms << " ms");
      const auto encoded = encode_clip(tone_clip(rate, rate), Encoding::opus, frame_ms);
      ASSERT_TRUE(encoded);
      const auto decoder = make_decoder(Encoding::opus, rate);
      const std::uint32_t frame_samples = rate * frame_ms / 1000;
      for (const Bytes& frame : encoded->frames) EXPECT_EQ(decoder->sample_count(frame), frame_samples);
      const Samples heard = decode_all(*decoder, encoded->frames);
      EXPECT_EQ(heard.size(), encoded->frames.size() * frame_samples);
      const auto middle = std::span(heard).subspan(rate / 4, rate / 2);
      EXPECT_NEAR(rms_dbfs(middle), rms_dbfs(encoded->clip->samples), 1.5);
    }
  }
}

TEST(Codec, OpusRefusesGarbageAndAppendsNothing) {
  const auto decoder = make_decoder(Encoding::opus, 16000);
  const std::vector<Bytes> garbage{{},                              // no packet at all
                                   {0x03},                          // frame count missing
                                   {0x03, 0x00},                    // no frames
                                   {0x1B, 0x3F, 0x00},              // 63 frames of 60 ms: more than 120 ms
                                   {0x01, 0x00, 0x00, 0x00},        // two equal frames in three bytes
                                   {0x02, 0xFC, 0xFF, 0x00, 0x00},  // first frame longer than the packet
                                   Bytes(5000, 0x00)};              // one frame of more than 1,275 bytes
  for (const Bytes& bad : garbage) {
    SCOPED_TRACE(testing::Message() << "packet of " << bad.size() << " bytes");
    Samples samples{7};
    EXPECT_EQ(decoder->sample_count(bad), 0U);
    EXPECT_FALSE(decoder->decode(bad, samples));
    EXPECT_EQ(samples, Samples{7});
  }
}

TEST(Codec, OpusCountsPacketsOfSeveralFrames) {
  const auto decoder = make_decoder(Encoding::opus, 16000);
  const Bytes two_of_20_ms{0x49, 0x00, 0x00};  // wide band SILK, 20 ms, two frames of one byte
  EXPECT_EQ(decoder->sample_count(two_of_20_ms), 640U);
}

TEST(Codec, ImpossibleCombinationsAreRefused) {
  EXPECT_FALSE(make_encoder(Encoding::opus, 11025, 20));
  EXPECT_FALSE(make_encoder(Encoding::opus, 44100, 20));
  EXPECT_FALSE(make_encoder(Encoding::opus, 16000, 30));
  EXPECT_FALSE(make_encoder(Encoding::opus, 16000, 20, 11));
  EXPECT_FALSE(make_encoder(Encoding::opus, 16000, 20, -1));
  EXPECT_FALSE(make_decoder(Encoding::opus, 44100));
  EXPECT_FALSE(make_encoder(Encoding::pcm16, 0, 20));
  EXPECT_FALSE(make_encoder(Encoding::mulaw, 8000, 0));
  EXPECT_FALSE(make_encoder(Encoding::pcm16, 11025, 20)) << "220.5 samples";
  EXPECT_TRUE(make_encoder(Encoding::pcm16, 11025, 40));
  EXPECT_TRUE(make_encoder(Encoding::pcm16, 44100, 30));
  EXPECT_FALSE(encode_clip(tone_clip(44100, 1000), Encoding::opus, 20));
}

TEST(Codec, AnEncoderTakesWholeFramesOnly) {
  for (const Encoding e : {Encoding::pcm16, Encoding::mulaw, Encoding::opus}) {
    const auto encoder = make_encoder(e, 16000, 20);
    Bytes bytes;
    EXPECT_THROW(encoder->encode(Samples(319), bytes), std::invalid_argument);
    EXPECT_TRUE(bytes.empty());
  }
}

TEST(EncodedClip, CutsIntoFramesAndPadsTheLast) {
  const ClipPtr clip = tone_clip(16000, 330);
  const auto encoded = encode_clip(clip, Encoding::pcm16, 20);
  ASSERT_TRUE(encoded);
  EXPECT_EQ(encoded->clip, clip);
  EXPECT_EQ(encoded->encoding, Encoding::pcm16);
  EXPECT_EQ(encoded->frame_ms, 20U);
  ASSERT_EQ(encoded->frames.size(), 2U);
  EXPECT_EQ(encoded->silence, Bytes(640, 0));

  Samples expected = clip->samples;
  expected.resize(640);
  EXPECT_EQ(decode_all(*make_decoder(Encoding::pcm16, 16000), encoded->frames), expected);
}

TEST(EncodedClip, AnExactMultipleNeedsNoPadding) {
  EXPECT_EQ(encode_clip(tone_clip(8000, 480), Encoding::mulaw, 20)->frames.size(), 3U);
  EXPECT_TRUE(encode_clip(tone_clip(8000, 0), Encoding::mulaw, 20)->frames.empty());
}

TEST(EncodedClip, SilenceIsSilentBeforeAndAfterTheClip) {
  for (const Encoding e : {Encoding::pcm16, Encoding::mulaw, Encoding::opus}) {
    for (const std::uint32_t frame_ms : {10U, 20U, 40U, 60U}) {
      SCOPED_TRACE(testing::Message() << to_string(e) << ", " << frame_ms << " ms");
      const auto encoded = encode_clip(tone_clip(16000, 16000), e, frame_ms);
      const auto decoder = make_decoder(e, 16000);
      const std::vector<Bytes> pause(20, encoded->silence);
      EXPECT_EQ(first_audible(decode_all(*decoder, pause)), std::nullopt);
      decode_all(*decoder, encoded->frames);
      const Samples after = decode_all(*decoder, pause);
      // Opus lets the tone ring out for some milliseconds.
      const auto settled = std::span(after).subspan(std::max<std::size_t>(1600, after.size() / 20));
      EXPECT_EQ(first_audible(settled), std::nullopt);
    }
  }
}

}  // namespace
}  // namespace soundcheck::audio
