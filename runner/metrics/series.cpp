#include "runner/metrics/series.hpp"

#include <algorithm>
#include <cmath>

namespace soundcheck::metrics {

namespace {

SeriesPoint join(const SeriesPoint& first, const SeriesPoint& second) {
  SeriesPoint joined;
  joined.samples = first.samples + second.samples;
  const double share = static_cast<double>(second.samples) / static_cast<double>(joined.samples);
  joined.at = first.at + (second.at - first.at) * share;
  joined.value = first.value * (1 - share) + second.value * share;
  joined.min = std::min(first.min, second.min);
  joined.max = std::max(first.max, second.max);
  return joined;
}

}  // namespace

Series::Series(std::size_t limit) : limit_(std::max<std::size_t>(2, limit)) {}

void Series::add(double at_seconds, double value) {
  if (!std::isfinite(value)) return;
  if (points_.size() >= limit_ && points_.back().samples >= per_point_) halve();
  const SeriesPoint point{at_seconds, value, value, value, 1};
  if (!points_.empty() && points_.back().samples < per_point_) {
    points_.back() = join(points_.back(), point);
  } else {
    points_.push_back(point);
  }
}

void Series::halve() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < points_.size(); i += 2)
    points_[kept++] = i + 1 < points_.size() ? join(points_[i], points_[i + 1]) : points_[i];
  points_.resize(kept);
  per_point_ *= 2;
}

}  // namespace soundcheck::metrics
