// Finds where speech begins and ends in a stream of PCM16 at 16 kHz, from its energy against a noise floor
// that follows the line. Works in blocks of 10 ms. Pure; belongs to one call.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace soundcheck::reference_agent {

class Endpointer {
 public:
  static constexpr std::uint32_t sample_rate = 16000;  // Hz
  static constexpr std::uint32_t block_ms = 10;
  static constexpr std::size_t block_samples = sample_rate * block_ms / 1000;
  /// Speech must last this long to count: clicks do not.
  static constexpr std::uint32_t onset_ms = 60;

  enum class Event : unsigned char { none, speech_started, speech_ended };

  /// Speech has ended once `silence_ms` of silence followed it.
  explicit Endpointer(std::uint32_t silence_ms);

  /// Takes one block of block_samples samples.
  Event push(std::span<const std::int16_t> block);

  bool in_speech() const { return in_speech_; }
  std::uint64_t position_ms() const { return position_ms_; }          ///< audio taken so far
  std::uint64_t speech_begin_ms() const { return speech_begin_ms_; }  ///< of the last speech
  std::uint64_t speech_end_ms() const { return speech_end_ms_; }      ///< end of its last loud block

 private:
  bool is_loud(double level_dbfs);

  std::uint32_t silence_ms_;
  double floor_dbfs_;
  bool in_speech_ = false;
  std::uint32_t loud_run_ms_ = 0;  // loud blocks in the last moments, before speech has begun
  std::uint64_t position_ms_ = 0;
  std::uint64_t speech_begin_ms_ = 0;
  std::uint64_t speech_end_ms_ = 0;
};

}  // namespace soundcheck::reference_agent
