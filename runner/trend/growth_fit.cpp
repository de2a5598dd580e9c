#include "runner/trend/growth_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "runner/trend/distribution.hpp"
#include "runner/trend/least_squares.hpp"
#include "runner/trend/order.hpp"

namespace soundcheck::trend {

namespace {

constexpr std::size_t slope_column = 1, curve_column = 2;  // after the constant
/// A step must stand out of the noise by five standard deviations: it is looked for at every point.
constexpr double step_evidence = 25;
constexpr std::size_t step_margin = 3;  // points between steps, and from the ends
/// Time constants, as shares of the series. What settles more slowly cannot be told from a slope.
constexpr double fastest = 0.005;
constexpr double slowest(WarmUp::Kind kind) { return kind == WarmUp::Kind::filling ? 0.5 : 0.35; }
constexpr int speeds = 10;
/// Persistences that are tried.
constexpr double persistences[] = {0, 0.2, 0.4, 0.6, 0.75, 0.85, 0.9, 0.94, 0.97};
/// Of a fit's criterion for each parameter: Schwarz's (1978) for the 400 points of a usual analysis, and for
/// fewer points too, where the logarithm of their number would let in curves that explain nothing.
constexpr double price = 6;
/// A fit whose criterion is so close to the best one's is not ruled out.
constexpr double not_ruled_out = 6;
/// So many steps up, spread over both halves, are an allocator's way of showing a leak.
constexpr std::size_t staircase_steps = 5;

struct Shape {
  WarmUp::Kind kind = WarmUp::Kind::exponential;
  double constant = 1;  // share of the series' time

  /// 0 at the start, and levelling off; `share` of the series' time.
  double value(double share) const {
    const double x = share / constant;
    switch (kind) {
      case WarmUp::Kind::exponential:
        return -std::expm1(-x);
      case WarmUp::Kind::logarithmic:
        return std::log1p(x);
      case WarmUp::Kind::filling:
        return std::min(x, 1.0);
    }
    return 0;
  }
  /// Of value() by the logarithm of the constant.
  double derivative(double share) const {
    const double x = share / constant;
    switch (kind) {
      case WarmUp::Kind::exponential:
        return -x * std::exp(-x);
      case WarmUp::Kind::logarithmic:
        return -x / (1 + x);
      case WarmUp::Kind::filling:
        return x < 1 ? -x : 0;
    }
    return 0;
  }
  /// When it has reached a level, one that it reaches.
  double inverse(double level) const {
    switch (kind) {
      case WarmUp::Kind::exponential:
        return -constant * std::log1p(-level);
      case WarmUp::Kind::logarithmic:
        return constant * std::expm1(level);
      case WarmUp::Kind::filling:
        return constant * level;
    }
    return 0;
  }
};

double length_of(std::span<const Point> series) { return series.back().at - series.front().at; }

/// The columns of the regression, before and after the noise's autocorrelation is taken off.
class Design {
 public:
  Design(std::span<const Point> series, double persistence) : series_(series), persistence_(persistence) {}

  std::size_t points() const { return series_.size(); }
  double length() const { return length_of(series_); }
  double persistence() const { return persistence_; }

  std::vector<double> values() const {
    return column([this](std::size_t i) { return series_[i].value - series_.front().value; });
  }
  std::vector<std::vector<double>> base(const std::optional<Shape>& shape) const {
    std::vector<std::vector<double>> result{column([](std::size_t) { return 1.0; }),
                                            column([this](std::size_t i) { return share(i); })};
    if (shape) result.push_back(column([&](std::size_t i) { return shape->value(share(i)); }));
    return result;
  }
  std::vector<double> derivative(const Shape& shape) const {
    return column([&](std::size_t i) { return shape.derivative(share(i)); });
  }
  std::vector<double> step(std::size_t from) const {
    return column([from](std::size_t i) { return i >= from ? 1.0 : 0.0; });
  }
  /// Prais and Winsten 1954: the first point is kept, scaled to the variance of the others.
  std::vector<double> whitened(std::vector<double> column) const {
    for (std::size_t i = column.size(); i-- > 1;) column[i] -= persistence_ * column[i - 1];
    column[0] *= std::sqrt(1 - persistence_ * persistence_);
    return column;
  }

 private:
  double share(std::size_t i) const { return (series_[i].at - series_.front().at) / length(); }
  template <class F>
  std::vector<double> column(F&& value_at) const {
    std::vector<double> result(points());
    for (std::size_t i = 0; i < points(); ++i) result[i] = value_at(i);
    return result;
  }

  std::span<const Point> series_;
  double persistence_;
};

struct Candidate {
  double persistence = 0;
  std::optional<Shape> shape;
  std::vector<std::size_t> steps;  // first point after each
  LeastSquares regression;
  double criterion = INFINITY;  // smaller is better
};

double criterion_of(const Candidate& candidate) {
  const auto n = static_cast<double>(candidate.regression.residuals().size());
  // A series that is explained fully leaves nothing, whose logarithm is no number to compare with.
  const double variance = std::max(candidate.regression.residual_sum() / n, 1e-12);
  const double parameters = (candidate.shape ? 2.0 : 0.0) + 3.0 * static_cast<double>(candidate.steps.size());
  return n * std::log(variance) - std::log(1 - candidate.persistence * candidate.persistence) +
         parameters * price;
}

/// The regression for one curve and the given steps; nothing if the points cannot tell its columns apart.
std::optional<Candidate> regress(const Design& design, const std::optional<Shape>& shape,
                                 const std::vector<std::size_t>& steps) {
  Candidate result{design.persistence(), shape, steps, LeastSquares{design.whitened(design.values())}};
  std::vector<std::vector<double>> columns = design.base(shape);
  for (const std::size_t step : steps) columns.push_back(design.step(step));
  for (auto& column : columns) {
    if (!result.regression.add(design.whitened(std::move(column)))) return std::nullopt;
  }
  result.criterion = criterion_of(result);
  return result;
}

struct Place {
  std::size_t at = 0;
  double gain = 0;  // of the sum of squares
};

/// Where a further step explains most. A whitened step is one, then 1 - persistence for ever, so its product
/// with anything is a sum that is built up on the way from the end.
Place best_step(const Design& design, const Candidate& candidate) {
  const std::size_t n = design.points();
  const double after = 1 - design.persistence();
  const auto bases = candidate.regression.bases();
  const auto residuals = candidate.regression.residuals();
  std::vector<double> products(bases.size(), 0.0);  // of the points after the step
  double residual_product = 0;
  Place best;
  for (std::size_t k = n; k-- > step_margin;) {
    const double length = 1 + after * after * static_cast<double>(n - k - 1);
    double left = length;
    for (std::size_t b = 0; b < bases.size(); ++b) {
      const double product = bases[b][k] + after * products[b];
      left -= product * product;
      products[b] += bases[b][k];
    }
    const double explained = residuals[k] + after * residual_product;
    residual_product += residuals[k];
    const bool apart = std::none_of(candidate.steps.begin(), candidate.steps.end(), [k](std::size_t other) {
      return std::max(k, other) - std::min(k, other) < step_margin;
    });
    if (k + step_margin > n || !apart || left < 0.01 * length) continue;
    const double gain = explained * explained / left;
    if (gain > best.gain) best = {k, gain};
  }
  return best;
}

/// Adds the steps that stand out, largest first.
void add_steps(const Design& design, Candidate& candidate, std::size_t max_steps) {
  LeastSquares& regression = candidate.regression;
  while (candidate.steps.size() < max_steps) {
    const Place place = best_step(design, candidate);
    const double left = std::max(0.0, regression.residual_sum() - place.gain);
    const double freedom =
        static_cast<double>(design.points()) - static_cast<double>(regression.columns()) - 1;
    if (freedom < 3 || place.gain * freedom <= step_evidence * left) break;
    if (!regression.add(design.whitened(design.step(place.at)))) break;
    candidate.steps.push_back(place.at);
  }
  candidate.criterion = criterion_of(candidate);
}

/// The fit with the best persistence, of those with one shape.
std::optional<Candidate> best_with(std::span<const Point> series, const std::optional<Shape>& shape,
                                   std::size_t max_steps) {
  std::optional<Candidate> best;
  for (const double persistence : persistences) {
    const Design design{series, persistence};
    std::optional<Candidate> candidate = regress(design, shape, {});
    if (!candidate) continue;
    add_steps(design, *candidate, max_steps);
    if (!best || candidate->criterion < best->criterion) best = std::move(candidate);
  }
  return best;
}

/// Moves the time constant to its best value (Gauss and Newton), and leaves the curve's derivative in the
/// regression, so that the slope's error contains that of the time constant.
void refine(std::span<const Point> series, Candidate& candidate) {
  const Design design{series, candidate.persistence};
  constexpr int rounds = 6;
  for (int round = 0; round < rounds; ++round) {
    std::optional<Candidate> next = regress(design, candidate.shape, candidate.steps);
    if (!next || !next->regression.add(design.whitened(design.derivative(*candidate.shape)))) return;
    const std::vector<double> coefficients = next->regression.coefficients();
    candidate = std::move(*next);
    const double move = std::clamp(coefficients.back() / coefficients[curve_column], -0.4, 0.4);
    if (round + 1 == rounds || std::abs(move) < 1e-3) return;
    candidate.shape->constant =
        std::clamp(candidate.shape->constant * std::exp(move), fastest, slowest(candidate.shape->kind));
  }
}

/// The best fit with a kind of warm-up: from a grid of time constants to the best one, then again with it,
/// for what the grid misses looks like persistent noise.
std::optional<Candidate> best_warm_up(std::span<const Point> series, WarmUp::Kind kind,
                                      std::size_t max_steps) {
  std::optional<Candidate> best;
  for (int i = 0; i < speeds; ++i) {
    const Shape shape{kind,
                      fastest * std::pow(slowest(kind) / fastest, static_cast<double>(i) / (speeds - 1))};
    std::optional<Candidate> candidate = best_with(series, shape, max_steps);
    if (candidate && (!best || candidate->criterion < best->criterion)) best = std::move(candidate);
  }
  for (int round = 0; best && round < 2; ++round) {
    // Steps near the bend and persistence may stand for what the grid misses, and hold the curve there:
    // without them too.
    for (const bool freed : {false, true}) {
      Candidate moved = *best;
      if (freed) {
        const double bent_until = series.front().at + 1.25 * best->shape->constant * length_of(series);
        std::erase_if(moved.steps, [&](std::size_t step) { return series[step].at < bent_until; });
        moved.persistence = 0;
      }
      refine(series, moved);
      std::optional<Candidate> again = best_with(series, moved.shape, max_steps);
      if (again && again->criterion < best->criterion) best = std::move(again);
    }
  }
  if (best) refine(series, *best);
  return best;
}

/// What a candidate leaves unexplained of the points as they are.
std::vector<double> plain_residuals(const Design& design, const Candidate& candidate) {
  std::vector<std::vector<double>> columns = design.base(candidate.shape);
  for (const std::size_t step : candidate.steps) columns.push_back(design.step(step));
  const std::vector<double> coefficients = candidate.regression.coefficients();
  std::vector<double> result = design.values();
  for (std::size_t c = 0; c < columns.size(); ++c) {
    for (std::size_t i = 0; i < result.size(); ++i) result[i] -= coefficients[c] * columns[c][i];
  }
  return result;
}

/// Factors of the coefficients whose sum is the change from the first point to the last without the warm-up.
std::vector<double> change_factors(const Candidate& candidate) {
  std::vector<double> result(candidate.regression.columns(), 0.0);
  result[slope_column] = 1;
  const std::size_t first = candidate.shape ? curve_column + 1 : curve_column;
  for (std::size_t s = 0; s < candidate.steps.size(); ++s) result[first + s] = 1;
  return result;
}

std::vector<double> slope_factors(const Candidate& candidate) {
  std::vector<double> result(candidate.regression.columns(), 0.0);
  result[slope_column] = 1;
  return result;
}

double sum_of(const Candidate& candidate, const std::vector<double>& factors) {
  const std::vector<double> coefficients = candidate.regression.coefficients();
  return std::inner_product(factors.begin(), factors.end(), coefficients.begin(), 0.0);
}

Interval interval_of(const Candidate& candidate, const std::vector<double>& factors, double confidence) {
  const auto n = static_cast<double>(candidate.regression.residuals().size());
  const double worth = n * (1 - candidate.persistence) / (1 + candidate.persistence);
  const double freedom = std::max(2.0, worth - static_cast<double>(candidate.regression.columns()));
  const auto lags = static_cast<std::size_t>(2 * std::cbrt(n));
  const double reach =
      student_quantile((1 + confidence) / 2, freedom) * candidate.regression.error_of_sum(factors, lags);
  const double sum = sum_of(candidate, factors);
  return {sum - reach, sum + reach};
}

Interval united(const Interval& a, const Interval& b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

std::vector<Candidate> candidates_of(std::span<const Point> series, bool warm_up, std::size_t max_steps) {
  std::vector<Candidate> result;
  if (auto plain = best_with(series, std::nullopt, max_steps)) result.push_back(std::move(*plain));
  for (const WarmUp::Kind kind :
       {WarmUp::Kind::exponential, WarmUp::Kind::logarithmic, WarmUp::Kind::filling}) {
    if (!warm_up) break;
    if (auto candidate = best_warm_up(series, kind, max_steps)) result.push_back(std::move(*candidate));
  }
  return result;
}

const Candidate& best_among(const std::vector<Candidate>& candidates) {
  return *std::min_element(candidates.begin(), candidates.end(),
                           [](const Candidate& a, const Candidate& b) { return a.criterion < b.criterion; });
}

/// Sizes of the steps of a candidate, in their order.
std::vector<Step> steps_of(std::span<const Point> series, const Candidate& candidate) {
  const std::vector<double> coefficients = candidate.regression.coefficients();
  std::vector<Step> result;
  const std::size_t first = candidate.shape ? curve_column + 1 : curve_column;
  for (std::size_t s = 0; s < candidate.steps.size(); ++s) {
    result.push_back({series[candidate.steps[s]].at, coefficients[first + s]});
  }
  std::sort(result.begin(), result.end(), [](const Step& a, const Step& b) { return a.at < b.at; });
  return result;
}

bool is_staircase(std::span<const Point> series, const std::vector<Step>& steps) {
  const double middle = (series.front().at + series.back().at) / 2;
  double up = 0, down = 0, late = 0;
  for (const Step& step : steps) {
    (step.size > 0 ? up : down) += std::abs(step.size);
    if (step.size > 0 && step.at > middle) late += step.size;
  }
  return steps.size() >= staircase_steps && down < 0.2 * up && late > 0.25 * up && late < 0.75 * up;
}

WarmUp warm_up_of(const Shape& shape, double coefficient, double start, double length) {
  const double whole = shape.value(1);
  return {shape.kind,
          start,
          shape.constant * length,
          coefficient * whole,
          start + shape.inverse(0.9 * whole) * length,
          coefficient};
}

}  // namespace

double WarmUp::value(double at) const { return scale * Shape{kind, seconds}.value(at - starts_at); }

GrowthFit fit_growth(std::span<const Point> series, const FitOptions& options) {
  std::vector<Candidate> candidates = candidates_of(series, options.warm_up, options.max_steps);
  if (is_staircase(series, steps_of(series, best_among(candidates)))) {
    candidates = candidates_of(series, options.warm_up, 0);
  }
  const Candidate& best = best_among(candidates);
  const Design design{series, best.persistence};
  const std::vector<double> coefficients = best.regression.coefficients();

  GrowthFit result;
  result.persistence = best.persistence;
  result.noise = deviation(plain_residuals(design, best));
  result.slope = coefficients[slope_column] / design.length();
  result.change = sum_of(best, change_factors(best));
  result.slopes = interval_of(best, slope_factors(best), options.confidence);
  result.changes = interval_of(best, change_factors(best), options.confidence);
  for (const Candidate& candidate : candidates) {
    if (candidate.criterion > best.criterion + not_ruled_out) continue;
    result.slopes =
        united(result.slopes, interval_of(candidate, slope_factors(candidate), options.confidence));
    result.changes =
        united(result.changes, interval_of(candidate, change_factors(candidate), options.confidence));
  }
  result.slopes = {result.slopes.low / design.length(), result.slopes.high / design.length()};
  if (best.shape) {
    result.warm_up = warm_up_of(*best.shape, coefficients[curve_column], series.front().at, design.length());
  }
  result.steps = steps_of(series, best);
  result.cleaned.assign(series.begin(), series.end());
  for (Point& point : result.cleaned) {
    if (result.warm_up) point.value -= result.warm_up->value(point.at);
    for (const Step& step : result.steps) {
      if (point.at >= step.at) point.value -= step.size;
    }
  }
  return result;
}

}  // namespace soundcheck::trend
