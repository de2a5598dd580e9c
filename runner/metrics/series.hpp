// One figure over a run, sampled now and then: memory of a process, length of a queue. Memory is bounded by
// the number of points, never by the length of the run: past the limit neighbours are joined, and each point
// stands for twice as many samples. Owned by whoever collects the samples, control thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace soundcheck::metrics {

struct SeriesPoint {
  double at = 0;     ///< seconds from the start of the run; of joined samples their mean
  double value = 0;  ///< in the unit of the series; of joined samples their mean
  double min = 0;    ///< smallest and largest of the joined samples
  double max = 0;
  std::uint64_t samples = 1;
};

class Series {
 public:
  /// Two hours of seconds.
  static constexpr std::size_t max_points = 7'200;

  explicit Series(std::size_t limit = max_points);

  /// `at_seconds` ascends. A value that is not a finite number is no sample.
  void add(double at_seconds, double value);
  const std::vector<SeriesPoint>& points() const { return points_; }

 private:
  void halve();

  std::size_t limit_;
  std::uint64_t per_point_ = 1;  // samples that share a point
  std::vector<SeriesPoint> points_;
};

}  // namespace soundcheck::metrics
