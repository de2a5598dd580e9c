#include "runner/metrics/histogram.hpp"

#include <cmath>
#include <limits>
#include <tuple>

namespace soundcheck::metrics {

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  if (counts_.empty()) counts_.resize(size());
  for (std::size_t i = other.low_; i < other.high_; ++i) counts_[i] += other.counts_[i];
  widen(other.low_, other.high_, other.min_, other.max_);
  count_ += other.count_;
  saturated_ += other.saturated_;
  sum_ += other.sum_;
}

Histogram::Sparse Histogram::sparse() const {
  Sparse out{{}, count_, saturated_, min_, max_, sum_};
  for (std::size_t i = low_; i < high_; ++i) {
    if (counts_[i] != 0) out.counts.emplace_back(static_cast<std::uint32_t>(i), counts_[i]);
  }
  return out;
}

void Histogram::merge(const Sparse& other) {
  if (other.count == 0) return;
  if (counts_.empty()) counts_.resize(size());
  for (const auto& [i, n] : other.counts) counts_[i] += n;
  widen(other.counts.front().first, other.counts.back().first + 1, other.min, other.max);
  count_ += other.count;
  saturated_ += other.saturated;
  sum_ += other.sum;
}

void Histogram::clear() {
  std::fill(counts_.begin() + static_cast<std::ptrdiff_t>(low_),
            counts_.begin() + static_cast<std::ptrdiff_t>(high_), 0);
  low_ = high_ = 0;
  count_ = saturated_ = 0;
  min_ = max_ = 0;
  sum_ = 0;
}

std::optional<std::int64_t> Histogram::quantile(double quantile) const {
  if (count_ == 0) return std::nullopt;
  // 0.07 * 100 is a little above 7 in binary; without the correction the rank would be 8.
  constexpr double rounding = 1 - 4 * std::numeric_limits<double>::epsilon();
  const double wanted = std::ceil(std::clamp(quantile, 0.0, 1.0) * static_cast<double>(count_) * rounding);
  const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count_);
  if (rank == count_) return max_;  // known exactly
  std::uint64_t seen = 0;
  for (std::size_t i = low_; i < high_; ++i) {
    seen += counts_[i];
    if (seen >= rank) return std::clamp(lowest_of(i) + width_of(i) / 2, min_, max_);
  }
  return max_;
}

bool Histogram::operator==(const Histogram& other) const {
  const auto summary = [](const Histogram& h) {
    return std::tuple{h.low_, h.high_, h.count_, h.saturated_, h.min_, h.max_, h.sum_};
  };
  if (summary(*this) != summary(other)) return false;
  for (std::size_t i = low_; i < high_; ++i) {
    if (counts_[i] != other.counts_[i]) return false;
  }
  return true;
}

Histogram::Sparse joined(const Histogram::Sparse& first, const Histogram::Sparse& second) {
  if (first.count == 0) return second;
  if (second.count == 0) return first;
  Histogram::Sparse out{{},
                        first.count + second.count,
                        first.saturated + second.saturated,
                        std::min(first.min, second.min),
                        std::max(first.max, second.max),
                        first.sum + second.sum};
  auto a = first.counts.begin(), b = second.counts.begin();
  while (a != first.counts.end() || b != second.counts.end()) {
    if (b == second.counts.end() || (a != first.counts.end() && a->first < b->first)) {
      out.counts.push_back(*a++);
    } else if (a == first.counts.end() || b->first < a->first) {
      out.counts.push_back(*b++);
    } else {
      out.counts.emplace_back(a->first, a->second + b->second);
      ++a, ++b;
    }
  }
  out.counts.shrink_to_fit();
  return out;
}

}  // namespace soundcheck::metrics
