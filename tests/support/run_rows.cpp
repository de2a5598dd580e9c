#include "tests/support/run_rows.hpp"

#include <cmath>

#include "tests/support/traces.hpp"

namespace soundcheck::test_support {

RunRows make_run(const RunKind& kind, core::Random& random) {
  RunRows rows;
  Noise wander{random, kind.wander, kind.persistence};
  metrics::Histogram second;
  double next = random.exponential() / kind.per_second;  // arrival, in seconds
  for (std::size_t at = 0; at < kind.seconds; ++at) {
    const double level = std::log(kind.median) + wander.next();
    double requests = 0, failed = 0;
    for (; next < static_cast<double>(at + 1); next += random.exponential() / kind.per_second) {
      ++requests;
      if (random.uniform() < kind.error_rate) {
        ++failed;
      } else {
        second.record(static_cast<std::int64_t>(std::exp(level + kind.spread * random.normal())));
      }
    }
    rows.times.push_back(second.sparse());
    rows.requests.push_back(requests);
    rows.failed.push_back(failed);
    second.clear();
  }
  return rows;
}

}  // namespace soundcheck::test_support
