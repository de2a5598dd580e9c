// A log-linear histogram: 3 significant digits from 1 to 3.6e9 (1 us to 1 h when values are microseconds), the
// layout of HdrHistogram (2,048 sub-buckets, doubling). Values outside are counted at the ends, never dropped.
// Merging is exact, associative and commutative. Allocates its counts on the first value. Not thread-safe: owned
// by one shard, or moved.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace soundcheck::metrics {

class Histogram {
 public:
  static constexpr int sub_bucket_bits = 11;  // 2,048 sub-buckets: error below 1/1024 of the value
  static constexpr std::int64_t max_value = 3'600'000'000;

  /// Below 0 counts as 0, above max_value as max_value; saturated() tells how many of the latter.
  void record(std::int64_t value, std::uint64_t count = 1);
  void merge(const Histogram& other);
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

  static std::size_t index_of(std::int64_t value);
  static std::int64_t lowest_of(std::size_t index);
  static std::int64_t width_of(std::size_t index);
  static std::size_t size();

 private:
  std::vector<std::uint64_t> counts_;  // empty until the first value
  std::size_t low_ = 0;                // counts_ is zero outside [low_, high_)
  std::size_t high_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t saturated_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace soundcheck::metrics
