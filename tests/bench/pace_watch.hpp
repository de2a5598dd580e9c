// How evenly frames that should come every 20 ms come to the target, over all connections of one thread. Each
// connection's first second is left out.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace soundcheck::bench {

/// What one thread saw.
struct PaceTotals {
  static constexpr std::int64_t frame_ns = 20'000'000;
  static constexpr std::int64_t step_ns = 10'000;
  /// Errors of the gaps, in steps of 10 us; the last counts all from 100 ms on.
  std::array<std::uint64_t, 10'001> gap_errors{};
  std::uint64_t delivered = 0;  ///< frames that came
  double expected = 0;          ///< frames that should have come by the time of the last one

  void add(const PaceTotals& other) {
    for (std::size_t i = 0; i < gap_errors.size(); ++i) gap_errors[i] += other.gap_errors[i];
    delivered += other.delivered;
    expected += other.expected;
  }

  /// In milliseconds: what `share` of the gaps do not exceed. 0 without frames.
  double gap_error_ms(double share) const {
    const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(delivered));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < gap_errors.size(); ++i) {
      seen += gap_errors[i];
      if (seen > rank) return static_cast<double>(i * step_ns) * 1e-6;
    }
    return 0;
  }
};

/// One connection's frames.
class PaceWatch {
 public:
  void frame_came(std::int64_t now, PaceTotals& totals) {
    const std::int64_t gap = now - std::exchange(last_, now);
    if (++frames_ <= skipped) return;
    const std::int64_t error = std::abs(gap - PaceTotals::frame_ns) / PaceTotals::step_ns;
    const auto last_step = static_cast<std::int64_t>(totals.gap_errors.size()) - 1;
    ++totals.gap_errors[static_cast<std::size_t>(std::min(error, last_step))];
    ++totals.delivered;
    totals.expected += static_cast<double>(gap) / PaceTotals::frame_ns;
  }

 private:
  static constexpr std::uint64_t skipped = 50;
  std::int64_t last_ = 0;
  std::uint64_t frames_ = 0;
};

}  // namespace soundcheck::bench
