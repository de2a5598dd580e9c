// When each audio frame of a call is due: t0 + i * frame, never "last + frame". Pure; belongs to one call.
#pragma once

#include <cstdint>

#include "protocols/core/time.hpp"

namespace soundcheck::audio {

/// What to do with frames whose time has passed: send them all at once (as TCP would deliver them after a
/// stall), or leave them out and count them.
enum class CatchUp : unsigned char { burst, skip };

class Pacer {
 public:
  Pacer(core::TimePoint t0, core::Duration frame, CatchUp catch_up = CatchUp::burst);

  core::TimePoint due(std::uint64_t index) const;
  /// The index to send next, and its due time.
  std::uint64_t next_index() const { return next_; }
  core::TimePoint next_due() const { return due(next_); }
  /// Frames that are due at `now` and were not taken.
  std::uint64_t overdue(core::TimePoint now) const;

  struct Step {
    bool send = false;          ///< the next frame is due at `now`
    std::uint64_t index = 0;    ///< which frame
    std::uint64_t skipped = 0;  ///< frames left out before it (CatchUp::skip only)
    core::Duration error{};     ///< now - due(index), never negative
  };
  /// Takes the next frame if it is due. With CatchUp::skip, frames that are one whole frame or more late are
  /// skipped and counted.
  Step take(core::TimePoint now);

 private:
  core::TimePoint t0_;
  core::Duration frame_;
  CatchUp catch_up_;
  std::uint64_t next_ = 0;
};

}  // namespace soundcheck::audio
