// What a run's figures and their uncertainty are measured from: for every task a row a second, after the
// warm-up. Owned by the Aggregator, control thread only. Memory is bounded by rows and by buckets, never by
// the length of the run: past either, neighbours are joined, exactly, and each row covers twice as long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocols/core/metric.hpp"
#include "runner/metrics/snapshot.hpp"

namespace soundcheck::metrics {

/// One task in one row.
struct TaskRow {
  Histogram::Sparse main;  ///< of the main metric of its subsystem, microseconds
  Histogram::Sparse rtf;   ///< ai_pipeline, millionths
  Histogram::Sparse lag;   ///< ai_pipeline, microseconds
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
};

struct FigureRow {
  double at = 0;               ///< seconds from the start of the run to the end of this row
  double seconds = 1;          ///< how long it covers
  std::vector<TaskRow> tasks;  ///< indexed by core::TaskId
};

class FigureRows {
 public:
  static constexpr std::size_t max_rows = 1200;         // 20 minutes of seconds
  static constexpr std::size_t max_buckets = 1u << 21;  // of 16 bytes
  static constexpr std::size_t fewest_rows = 64;        // below it nothing is joined for its buckets

  /// `subsystems` of the tasks, indexed by core::TaskId.
  explicit FigureRows(std::vector<core::Subsystem> subsystems, std::size_t row_limit = max_rows,
                      std::size_t bucket_limit = max_buckets);

  /// A second after the warm-up; `at` ascending.
  void add(double at, double seconds, const Snapshot& snapshot);

  const std::vector<FigureRow>& rows() const { return rows_; }
  const std::vector<core::Subsystem>& subsystems() const { return subsystems_; }

 private:
  std::size_t buckets() const;
  void halve();

  std::vector<core::Subsystem> subsystems_;
  std::size_t row_limit_, bucket_limit_;
  std::size_t seconds_per_row_ = 1;  // calls of add() that share a row
  std::size_t in_last_row_ = 0;      // of them, how many the last row holds
  std::vector<FigureRow> rows_;
};

}  // namespace soundcheck::metrics
