#include "runner/trend/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace soundcheck::trend {

namespace {

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void subtract(std::vector<double>& from, double factor, std::span<const double> what) {
  for (std::size_t i = 0; i < from.size(); ++i) from[i] -= factor * what[i];
}

}  // namespace

LeastSquares::LeastSquares(std::vector<double> values) : residuals_(std::move(values)) {}

bool LeastSquares::add(std::vector<double> column) {
  const double before = std::sqrt(dot(column, column));
  std::vector<double> parts(bases_.size() + 1, 0.0);
  for (int pass = 0; pass < 2; ++pass) {
    for (std::size_t i = 0; i < bases_.size(); ++i) {
      const double part = dot(column, bases_[i]);
      parts[i] += part;
      subtract(column, part, bases_[i]);
    }
  }
  const double length = std::sqrt(dot(column, column));
  if (!(length > 1e-6 * before)) return false;
  parts.back() = length;
  for (double& value : column) value /= length;
  const double projection = dot(residuals_, column);
  subtract(residuals_, projection, column);
  bases_.push_back(std::move(column));
  projections_.push_back(projection);
  triangle_.push_back(std::move(parts));
  return true;
}

double LeastSquares::residual_sum() const { return dot(residuals_, residuals_); }

std::vector<double> LeastSquares::coefficients() const {
  std::vector<double> result = projections_;
  for (std::size_t j = columns(); j-- > 0;) {
    result[j] /= triangle_[j][j];
    for (std::size_t i = 0; i < j; ++i) result[i] -= triangle_[j][i] * result[j];
  }
  return result;
}

std::vector<double> LeastSquares::weights(std::span<const double> factors) const {
  // Factors times the inverse of the triangle, times the bases.
  std::vector<double> row(columns(), 0.0);
  std::vector<double> result(residuals_.size(), 0.0);
  for (std::size_t j = 0; j < columns(); ++j) {
    double sum = factors[j];
    for (std::size_t i = 0; i < j; ++i) sum -= row[i] * triangle_[j][i];
    row[j] = sum / triangle_[j][j];
    subtract(result, -row[j], bases_[j]);
  }
  return result;
}

double LeastSquares::error(std::size_t column, std::size_t lags) const {
  std::vector<double> factors(columns(), 0.0);
  factors[column] = 1;
  return error_of_sum(factors, lags);
}

double LeastSquares::error_of_sum(std::span<const double> factors, std::size_t lags) const {
  const std::vector<double> weight = weights(factors);
  const std::size_t n = residuals_.size();
  if (n <= columns()) return INFINITY;
  const double freedom = static_cast<double>(n - columns());
  const double usual = dot(weight, weight) * residual_sum() / freedom;
  std::vector<double> scores(n);
  for (std::size_t i = 0; i < n; ++i) scores[i] = weight[i] * residuals_[i];
  double newey_west = dot(scores, scores);
  for (std::size_t lag = 1; lag <= lags && lag < n; ++lag) {
    const double share = 1 - static_cast<double>(lag) / static_cast<double>(lags + 1);
    newey_west += 2 * share * dot(std::span{scores}.subspan(lag), std::span{scores}.first(n - lag));
  }
  newey_west *= static_cast<double>(n) / freedom;
  return std::sqrt(std::max(usual, newey_west));
}

}  // namespace soundcheck::trend
