// The figures of a synthetic run that a comparison looks at, for tests and the table in
// docs/leak_detection.md.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "runner/compare/comparison.hpp"
#include "tests/support/run_rows.hpp"

namespace soundcheck::test_support {

struct Figure {
  std::string_view name;
  compare::Measurement measurement;
  compare::CompareCriteria criteria;
};

inline std::vector<Figure> figures_of(const RunRows& rows) {
  std::vector<compare::Share> rate, throughput;
  for (std::size_t i = 0; i < rows.requests.size(); ++i) {
    rate.push_back({rows.failed[i], rows.requests[i]});
    throughput.push_back({rows.requests[i], 1});
  }
  compare::CompareCriteria lower;
  compare::CompareCriteria higher;
  higher.better = trend::Better::higher;
  compare::CompareCriteria errors;
  errors.least = 0.001;
  return {{"p50", compare::measure_quantile(rows.times, 0.5), lower},
          {"p95", compare::measure_quantile(rows.times, 0.95), lower},
          {"p99", compare::measure_quantile(rows.times, 0.99), lower},
          {"error rate", compare::measure_ratio(rate, true), errors},
          {"throughput", compare::measure_ratio(throughput), higher}};
}

}  // namespace soundcheck::test_support
