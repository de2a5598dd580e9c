#include "runner/trend/autocorrelation.hpp"

#include <algorithm>
#include <numeric>

namespace soundcheck::trend {

double autocorrelation(std::span<const double> values, std::size_t lag) {
  if (lag >= values.size()) return 0;
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  double whole = 0;
  double lagged = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    whole += (values[i] - mean) * (values[i] - mean);
    if (i + lag < values.size()) lagged += (values[i] - mean) * (values[i + lag] - mean);
  }
  return whole > 0 ? lagged / whole : 0;
}

double persistence(std::span<const double> residuals, std::size_t parameters) {
  if (residuals.size() < 4) return 0;
  const double plain = autocorrelation(residuals, 1);
  const double bias =
      static_cast<double>(parameters) * (1 + 2 * plain) / static_cast<double>(residuals.size());
  return std::clamp(plain + bias, 0.0, 0.98);
}

}  // namespace soundcheck::trend
