// Linear regression on a handful of columns, kept as an orthonormal basis (modified Gram-Schmidt, every
// column twice), so that trying one more column costs a few sums. Pure; one owner.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace soundcheck::trend {

class LeastSquares {
 public:
  explicit LeastSquares(std::vector<double> values);

  /// Adds a regressor. False, and nothing changes, if it is (almost) a combination of those before.
  bool add(std::vector<double> column);

  std::size_t columns() const { return bases_.size(); }
  /// What the columns leave unexplained.
  std::span<const double> residuals() const { return residuals_; }
  double residual_sum() const;
  std::span<const std::vector<double>> bases() const { return bases_; }

  /// One for each column, in the order they were added.
  std::vector<double> coefficients() const;
  /// Standard error of a coefficient: the larger of the usual one and Newey and West's (1987), which allows
  /// for autocorrelation of the residuals up to `lags`.
  double error(std::size_t column, std::size_t lags) const;
  /// The same of a sum of coefficients, each times its factor; one factor for each column.
  double error_of_sum(std::span<const double> factors, std::size_t lags) const;

 private:
  /// How much of each value goes into such a sum.
  std::vector<double> weights(std::span<const double> factors) const;

  std::vector<double> residuals_;
  std::vector<std::vector<double>> bases_;
  std::vector<double> projections_;            // of the values on each basis
  std::vector<std::vector<double>> triangle_;  // column j = sum over i <= j of triangle_[j][i] x basis i
};

}  // namespace soundcheck::trend
