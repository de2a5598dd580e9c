// A log-linear histogram: 3 significant digits from 1 to 3.6e9 (1 us to 1 h when values are microseconds),
// the layout of HdrHistogram (2,048 sub-buckets, doubling). Values outside are counted at the ends, never
// dropped. Merging is exact, associative and commutative. Allocates its counts on the first value. Not
// thread-safe: owned by one shard, or moved.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace soundcheck::metrics {

class Histogram {
 public:
  static constexpr int sub_bucket_bits = 11;  // 2,048 sub-buckets: error below 1/1024 of the value
  static constexpr std::int64_t max_value = 3'600'000'000;

  /// Below 0 counts as 0, above max_value as max_value; saturated() tells how many of the latter.
  void record(std::int64_t value, std::uint64_t count = 1) {
    if (count == 0) return;
    if (counts_.empty()) counts_.resize(size());
    if (value > max_value) saturated_ += count;
    value = std::clamp<std::int64_t>(value, 0, max_value);
    const std::size_t index = index_of(value);
    counts_[index] += count;
    widen(index, index + 1, value, value);
    count_ += count;
    sum_ += static_cast<double>(value) * static_cast<double>(count);
  }
  void merge(const Histogram& other);

  /// The same in little memory: only the buckets that hold something. For keeping many of them.
  struct Sparse {
    std::vector<std::pair<std::uint32_t, std::uint64_t>> counts;  ///< bucket and count, ascending
    std::uint64_t count = 0;
    std::uint64_t saturated = 0;
    std::int64_t min = 0;
    std::int64_t max = 0;
    double sum = 0;
  };
  Sparse sparse() const;
  void merge(const Sparse& other);
  /// Forgets the values and keeps the memory.
  void clear();

  std::uint64_t count() const { return count_; }
  std::uint64_t saturated() const { return saturated_; }
  std::int64_t min() const { return count_ == 0 ? 0 : min_; }
  std::int64_t max() const { return count_ == 0 ? 0 : max_; }
  double mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }

  /// The smallest recorded value v such that at least `quantile` (0..1) of the values are <= v, to 3 digits
  /// (the middle of the bucket, clamped to [min, max]). Nothing if empty.
  std::optional<std::int64_t> quantile(double quantile) const;

  bool operator==(const Histogram& other) const;

  /// Calls f(lowest value of the bucket, count) for every bucket that holds something, ascending.
  template <class F>
  void for_each(F&& f) const {
    for (std::size_t i = low_; i < high_; ++i) {
      if (counts_[i] != 0) f(lowest_of(i), counts_[i]);
    }
  }

  /// Bucket of a value in [0, max_value]. Below 2,048 a bucket holds one value; from there on each doubling
  /// of the value is cut into 1,024 buckets.
  static constexpr std::size_t index_of(std::int64_t value) {
    const auto v = static_cast<std::uint64_t>(value);
    const int shift = std::max(0, static_cast<int>(std::bit_width(v)) - sub_bucket_bits);
    return static_cast<std::size_t>(shift) * half_count + static_cast<std::size_t>(v >> shift);
  }
  static constexpr std::int64_t lowest_of(std::size_t index) {
    const std::size_t shift = shift_of(index);
    return static_cast<std::int64_t>(index - shift * half_count) << shift;
  }
  static constexpr std::int64_t width_of(std::size_t index) { return std::int64_t{1} << shift_of(index); }
  static constexpr std::size_t size() { return index_of(max_value) + 1; }

 private:
  static constexpr std::size_t half_count = std::size_t{1} << (sub_bucket_bits - 1);
  static constexpr std::size_t shift_of(std::size_t index) {
    return index < 2 * half_count ? 0 : index / half_count - 1;
  }

  /// Extends the used range and the extremes; called before count_ changes.
  void widen(std::size_t low, std::size_t high, std::int64_t min, std::int64_t max) {
    const bool first = count_ == 0;
    low_ = first ? low : std::min(low_, low);
    high_ = first ? high : std::max(high_, high);
    min_ = first ? min : std::min(min_, min);
    max_ = first ? max : std::max(max_, max);
  }

  std::vector<std::uint64_t> counts_;  // empty until the first value
  std::size_t low_ = 0;                // counts_ is zero outside [low_, high_)
  std::size_t high_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t saturated_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
  double sum_ = 0;  // of whole numbers, so exact up to 2^53: 285 years of microseconds
};

/// Two as one, exactly, in no more memory than it needs.
Histogram::Sparse joined(const Histogram::Sparse& first, const Histogram::Sparse& second);

}  // namespace soundcheck::metrics
