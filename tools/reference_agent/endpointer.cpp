#include "tools/reference_agent/endpointer.hpp"

#include <algorithm>

#include "protocols/audio/level.hpp"

namespace soundcheck::reference_agent {
namespace {

constexpr double lowest_floor_dbfs = -66;   // digital silence must not make a whisper of the codec loud
constexpr double highest_floor_dbfs = -30;  // a noisy line must not swallow a normal voice at -20
constexpr double speech_over_floor_db = 10;
constexpr double floor_rise_db_per_block =
    0.05;  // 5 dB a second: slower than any sentence, faster than a turn
constexpr double floor_fall_share = 0.2;

}  // namespace

Endpointer::Endpointer(std::uint32_t silence_ms) : silence_ms_(silence_ms), floor_dbfs_(-56) {}

bool Endpointer::is_loud(double level_dbfs) {
  const bool loud = level_dbfs > floor_dbfs_ + speech_over_floor_db;
  if (level_dbfs < floor_dbfs_) {
    floor_dbfs_ += floor_fall_share * (level_dbfs - floor_dbfs_);
  } else if (!in_speech_ || !loud) {
    floor_dbfs_ += std::min(floor_rise_db_per_block, level_dbfs - floor_dbfs_);
  } else {
    floor_dbfs_ += floor_rise_db_per_block / 10;  // so that noise that begins with a bang ends some day
  }
  floor_dbfs_ = std::clamp(floor_dbfs_, lowest_floor_dbfs, highest_floor_dbfs);
  return loud;
}

Endpointer::Event Endpointer::push(std::span<const std::int16_t> block) {
  const bool loud = is_loud(audio::rms_dbfs(block));
  position_ms_ += block_ms;

  if (!in_speech_) {
    if (!loud) {
      loud_run_ms_ -= std::min(loud_run_ms_, 2 * block_ms);
      return Event::none;
    }
    loud_run_ms_ += block_ms;
    if (loud_run_ms_ < onset_ms) return Event::none;
    in_speech_ = true;
    loud_run_ms_ = 0;
    speech_begin_ms_ = position_ms_ - onset_ms;
    speech_end_ms_ = position_ms_;
    return Event::speech_started;
  }

  if (loud) speech_end_ms_ = position_ms_;
  if (position_ms_ - speech_end_ms_ < silence_ms_) return Event::none;
  in_speech_ = false;
  return Event::speech_ended;
}

}  // namespace soundcheck::reference_agent
