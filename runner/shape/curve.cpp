#include "runner/shape/curve.hpp"

#include <algorithm>
#include <cmath>

namespace soundcheck::shape {

using core::Duration;

Curve::Curve(const std::vector<Stage>& stages, Duration end) : end_(end) {
  for (const Stage& stage : stages) {
    add(stage.ramp, stage.level);
    level_ = stage.level;
    add(stage.hold, stage.level);
  }
  const Duration so_far = pieces_.empty() ? Duration::zero() : pieces_.back().end;
  add(end - so_far, level_);
}

void Curve::add(Duration length, double to) {
  const Duration begin = pieces_.empty() ? Duration::zero() : pieces_.back().end;
  if (length <= Duration::zero() || begin >= end_) return;
  const double before = pieces_.empty() ? 0 : pieces_.back().area_before + pieces_.back().area();
  Piece piece{begin, begin + length, level_, to, before};
  if (piece.end > end_) {
    piece.to = piece.from + piece.slope() * core::to_seconds(end_ - begin);
    piece.end = end_;
  }
  pieces_.push_back(piece);
}

double Curve::at(Duration t) const {
  for (const Piece& piece : pieces_) {
    if (t < piece.end) return piece.from + piece.slope() * core::to_seconds(t - piece.begin);
  }
  return pieces_.empty() ? 0 : pieces_.back().to;
}

double Curve::peak() const {
  double peak = 0;
  for (const Piece& piece : pieces_) peak = std::max({peak, piece.from, piece.to});
  return peak;
}

std::vector<Span> Curve::above(double x) const {
  std::vector<Span> spans;
  for (const Piece& piece : pieces_) {
    if (std::max(piece.from, piece.to) <= x) continue;
    Span span{piece.begin, piece.end};
    // From the piece's own begin each time, never by adding up: no drift however many users there are.
    if (piece.from <= x) span.begin += core::from_seconds((x - piece.from) / piece.slope());
    if (piece.to <= x) span.end = piece.begin + core::from_seconds((x - piece.from) / piece.slope());
    if (span.begin >= span.end) continue;
    if (!spans.empty() && spans.back().end == span.begin) {
      spans.back().end = span.end;
    } else {
      spans.push_back(span);
    }
  }
  return spans;
}

double Curve::area(Duration t) const {
  double total = 0;
  for (const Piece& piece : pieces_) {
    if (t <= piece.begin) break;
    const double seconds = core::to_seconds(std::min(t, piece.end) - piece.begin);
    total = piece.area_before + (piece.from + piece.slope() * seconds / 2) * seconds;
  }
  return total;
}

std::optional<Duration> Curve::when(double a, std::size_t& hint) const {
  while (hint < pieces_.size() && pieces_[hint].area_before + pieces_[hint].area() < a) ++hint;
  if (hint == pieces_.size()) return std::nullopt;
  const Piece& piece = pieces_[hint];
  const double rest = std::max(0.0, a - piece.area_before);
  // The root of from × t + slope × t² / 2 = rest that does not cancel digits.
  const double discriminant = piece.from * piece.from + 2 * piece.slope() * rest;
  const double divisor = piece.from + std::sqrt(std::max(0.0, discriminant));
  const double seconds = divisor > 0 ? 2 * rest / divisor : 0;
  return piece.begin + std::min(core::from_seconds(seconds), piece.end - piece.begin);
}

}  // namespace soundcheck::shape
