#include "runner/compare/measurement.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "protocols/core/random.hpp"
#include "runner/compare/block_bootstrap.hpp"

namespace soundcheck::compare {

namespace {

constexpr std::size_t resamples = 400;  // the error of an error: 1 / sqrt(800)
constexpr std::size_t most_rows = 3600;
constexpr double usual_seconds = 60;  // of a block
constexpr std::size_t usual_blocks = 12, fewest_blocks = 4;
constexpr std::uint64_t seed = 1992;

/// Consecutive rows in one, for runs of more than an hour: bounded work, and blocks are longer anyway.
std::size_t rows_in_one(std::size_t rows) { return (rows + most_rows - 1) / most_rows; }

double deviation_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / (n - 1));
}

/// `influence`: what each row adds to the figure; `figure` gives it from how often each row is drawn.
template <class Figure>
Measurement bootstrap(double value, const std::vector<double>& influence, double row_seconds,
                      Figure&& figure) {
  const std::size_t rows = influence.size();
  if (rows < fewest_blocks) return {value, 0, 0};
  const auto usual_length = static_cast<std::size_t>(std::ceil(usual_seconds / row_seconds));
  // The rule's length gives the most precise error, but one that is a little too small on average, and it
  // does not see a slow wander below the noise of single seconds: hence a minute. Longer blocks cost
  // precision, which the degrees of freedom tell, and nothing else.
  const std::size_t length = std::clamp(2 * block_length(influence),
                                        std::max<std::size_t>(1, std::min(usual_length, rows / usual_blocks)),
                                        std::max<std::size_t>(1, rows / fewest_blocks));
  core::Random random{seed};
  std::vector<double> values;
  values.reserve(resamples);
  for (std::size_t i = 0; i < resamples; ++i) values.push_back(figure(draw_blocks(rows, length, random)));
  // The mean of few blocks is close to each of them, so that their spread about it is too small.
  const double share = static_cast<double>(length) / static_cast<double>(rows);
  return {value, deviation_of(values) / std::sqrt(1 - share), std::max(1.0, 1 / share - 1)};
}

/// The quantile from how many values of each row lie at or below each of some edges about it.
class QuantileTable {
 public:
  QuantileTable(std::span<const metrics::Histogram::Sparse> rows, double quantile) : quantile_(quantile) {
    metrics::Histogram all;
    for (const auto& row : rows) all.merge(row);
    total_ = all.count();
    if (total_ == 0) return;
    value_ = static_cast<double>(*all.quantile(quantile));
    // Eight tenths of the way to the nearer end: further than any resample of a run that is worth comparing.
    const double reach = 0.8 * std::min(quantile, 1 - quantile);
    for (std::size_t i = 0; i <= edges_wanted; ++i) {
      const double level = quantile - reach + 2 * reach * static_cast<double>(i) / edges_wanted;
      const std::size_t bucket = metrics::Histogram::index_of(*all.quantile(level));
      if (buckets_.empty() || bucket > buckets_.back()) buckets_.push_back(bucket);
    }
    const std::size_t step = rows_in_one(rows.size());
    for (std::size_t first = 0; first < rows.size(); first += step) {
      add_row(rows.subspan(first, std::min(step, rows.size() - first)));
    }
  }

  std::uint64_t total() const { return total_; }
  double value() const { return value_; }

  /// Of each row: how many values it has too many above the quantile.
  std::vector<double> influence() const {
    const auto middle = static_cast<std::size_t>(
        std::lower_bound(buckets_.begin(), buckets_.end(),
                         metrics::Histogram::index_of(static_cast<std::int64_t>(value_))) -
        buckets_.begin());
    const std::size_t edge = std::min(middle, buckets_.size() - 1);
    std::vector<double> result;
    for (std::size_t row = 0; row < counts_.size(); ++row) {
      result.push_back(quantile_ * static_cast<double>(counts_[row]) -
                       static_cast<double>(below_[row * buckets_.size() + edge]));
    }
    return result;
  }

  double resampled(const std::vector<std::uint32_t>& times) const {
    std::vector<std::uint64_t> sums(buckets_.size(), 0);
    std::uint64_t count = 0;
    for (std::size_t row = 0; row < counts_.size(); ++row) {
      if (times[row] == 0) continue;
      count += times[row] * std::uint64_t{counts_[row]};
      const std::uint32_t* below = &below_[row * buckets_.size()];
      for (std::size_t e = 0; e < sums.size(); ++e) sums[e] += std::uint64_t{times[row]} * below[e];
    }
    const double wanted = quantile_ * static_cast<double>(count);
    std::size_t edge = 0;
    while (edge + 1 < sums.size() && static_cast<double>(sums[edge]) < wanted) ++edge;
    const double high = middle_of(edge);
    if (edge == 0 || sums[edge] == sums[edge - 1]) return high;
    const double low = middle_of(edge - 1);
    const auto before = static_cast<double>(sums[edge - 1]);
    const double share = (wanted - before) / (static_cast<double>(sums[edge]) - before);
    return low + (high - low) * std::clamp(share, 0.0, 1.0);
  }

 private:
  static constexpr std::size_t edges_wanted = 64;

  double middle_of(std::size_t edge) const {
    const std::size_t bucket = buckets_[edge];
    return static_cast<double>(metrics::Histogram::lowest_of(bucket)) +
           static_cast<double>(metrics::Histogram::width_of(bucket) - 1) / 2;
  }

  void add_row(std::span<const metrics::Histogram::Sparse> rows) {
    std::vector<std::uint32_t> below(buckets_.size(), 0);
    std::uint32_t count = 0;
    for (const auto& row : rows) {
      count += static_cast<std::uint32_t>(row.count);
      for (const auto& [bucket, values] : row.counts) {
        const auto from = std::lower_bound(buckets_.begin(), buckets_.end(), bucket) - buckets_.begin();
        if (from < static_cast<std::ptrdiff_t>(below.size())) {
          below[static_cast<std::size_t>(from)] += static_cast<std::uint32_t>(values);
        }
      }
    }
    std::partial_sum(below.begin(), below.end(), below.begin());
    counts_.push_back(count);
    below_.insert(below_.end(), below.begin(), below.end());
  }

  double quantile_;
  std::uint64_t total_ = 0;
  double value_ = 0;
  std::vector<std::size_t> buckets_;   // edges, ascending
  std::vector<std::uint32_t> counts_;  // values of each row
  std::vector<std::uint32_t> below_;   // row by row: values at or below each edge
};

}  // namespace

Measurement measure_ratio(std::span<const Share> rows, bool of_events, double row_seconds) {
  std::vector<Share> sums;
  Share all;
  const std::size_t step = rows_in_one(std::max<std::size_t>(1, rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i % step == 0) sums.emplace_back();
    sums.back().part += rows[i].part;
    sums.back().whole += rows[i].whole;
    all.part += rows[i].part;
    all.whole += rows[i].whole;
  }
  if (!(all.whole > 0)) return {};
  const double value = all.part / all.whole;
  std::vector<double> influence;
  for (const Share& row : sums) influence.push_back(row.part - value * row.whole);
  const auto figure = [&](const std::vector<std::uint32_t>& times) {
    Share drawn;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      drawn.part += times[i] * sums[i].part;
      drawn.whole += times[i] * sums[i].whole;
    }
    return drawn.whole > 0 ? drawn.part / drawn.whole : value;
  };
  Measurement result = bootstrap(value, influence, row_seconds * static_cast<double>(step), figure);
  if (of_events) result.error = std::max(result.error, std::sqrt(std::max(1.0, all.part)) / all.whole);
  return result;
}

Measurement measure_quantile(std::span<const metrics::Histogram::Sparse> rows, double quantile,
                             double row_seconds) {
  const QuantileTable table{rows, quantile};
  if (table.total() == 0) return {};
  return bootstrap(table.value(), table.influence(),
                   row_seconds * static_cast<double>(rows_in_one(rows.size())),
                   [&](const std::vector<std::uint32_t>& times) { return table.resampled(times); });
}

}  // namespace soundcheck::compare
