#include "runner/report/svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runner/report/text.hpp"

namespace soundcheck::report {

namespace {

constexpr double width = 640;
constexpr double height = 220;
constexpr double left = 64;
constexpr double right = width - 10;
constexpr double half_label = 15;  // of the time axis
constexpr double top = 10;
constexpr double bottom = height - 26;
/// More points than these would only lie on each other.
constexpr std::size_t most_points = 300;
/// Places where the pointer can rest.
constexpr std::size_t most_hints = 100;
constexpr int y_ticks = 4;
/// A line at the very top would look cut off.
constexpr double headroom = 1.04;
constexpr int x_ticks = 6;

/// A step of 1, 2, 2.5 or 5 times a power of ten, so that `count` of them reach `span`.
double nice_step(double span, int count) {
  const double raw = span / count;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= raw * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

/// Steps of a clock.
double nice_seconds(double span) {
  for (const double step :
       {1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0}) {
    if (step * x_ticks >= span) return step;
  }
  return std::ceil(span / x_ticks / 3600) * 3600;
}

/// "7.50 ms" as "7.5 ms", "20.0" as "20": zeros at the end tell nothing on an axis.
std::string short_label(std::string text) {
  const std::size_t point = text.find('.');
  if (point == std::string::npos) return text;
  std::size_t end = point + 1;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  std::size_t keep = end;
  while (text[keep - 1] == '0') --keep;
  if (text[keep - 1] == '.') --keep;
  return text.erase(keep, end - keep);
}

std::optional<double> joined(const Line& line, std::size_t begin, std::size_t end) {
  std::optional<double> result;
  double sum = 0;
  int values = 0;
  for (std::size_t i = begin; i < end && i < line.values.size(); ++i) {
    if (!line.values[i]) continue;
    sum += *line.values[i];
    ++values;
    result = std::max(result.value_or(*line.values[i]), *line.values[i]);
  }
  if (values > 0 && line.join == Line::Join::mean) result = sum / values;
  return result;
}

/// The same chart with at most so many times.
Chart thinned(const Chart& chart, std::size_t most) {
  const std::size_t group = (chart.at.size() + most - 1) / most;
  if (group <= 1) return chart;
  Chart thin;
  thin.lines = chart.lines;
  for (Line& line : thin.lines) line.values.clear();
  for (std::size_t i = 0; i < chart.at.size(); i += group) {
    const std::size_t end = std::min(i + group, chart.at.size());
    thin.at.push_back(chart.at[end - 1]);
    for (std::size_t l = 0; l < chart.lines.size(); ++l)
      thin.lines[l].values.push_back(joined(chart.lines[l], i, end));
  }
  return thin;
}

/// From seconds and values to pixels.
struct Scale {
  double seconds;
  double largest;
  double x(double at) const { return left + (right - left) * at / seconds; }
  double y(double value) const { return bottom - (bottom - top) * std::clamp(value / largest, 0.0, 1.0); }
};

std::string path_of(const Chart& chart, const Line& line, const Scale& scale) {
  std::string strokes;
  std::string areas;
  std::string dots;  // single values between two gaps
  std::string piece;
  double first = 0;
  double last = 0;
  double last_y = 0;
  const auto finish = [&] {
    if (piece.empty()) return;
    if (first == last) {
      dots += fmt::format("<circle class=\"dot {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2\"/>", line.style, last,
                          last_y);
    } else {
      strokes += fmt::format("M{}", piece);
    }
    if (line.filled && first != last)
      areas += fmt::format("M{:.1f} {:.1f}L{}L{:.1f} {:.1f}Z", first, bottom, piece, last, bottom);
    piece.clear();
  };
  for (std::size_t i = 0; i < chart.at.size(); ++i) {
    const std::optional<double> value = i < line.values.size() ? line.values[i] : std::nullopt;
    if (!value) {
      finish();
      continue;
    }
    last = scale.x(chart.at[i]);
    last_y = scale.y(*value);
    if (piece.empty()) first = last;
    piece += fmt::format("{}{:.1f} {:.1f}", piece.empty() ? "" : "L", last, last_y);
  }
  finish();
  std::string text;
  if (!areas.empty()) text += fmt::format("<path class=\"area {}\" d=\"{}\"/>", line.style, areas);
  if (!strokes.empty()) text += fmt::format("<path class=\"line {}\" d=\"{}\"/>", line.style, strokes);
  return text + dots;
}

std::string axes(const Chart& chart, const Scale& scale, double step) {
  std::string text;
  for (double value = 0; value <= scale.largest * (1 + 1e-9); value += step) {
    const double y = scale.y(value);
    text += fmt::format(
        "<path class=\"grid\" d=\"M{} {:.1f}H{}\"/><text class=\"y\" x=\"{}\" y=\"{:.1f}\">{}</text>", left,
        y, right, left - 6, y + 4, value == 0 ? "0" : escaped(short_label(chart.label(value))));
  }
  const double x_step = nice_seconds(scale.seconds);
  for (double at = 0; at <= scale.seconds * (1 + 1e-9); at += x_step) {
    const double x = scale.x(at);
    // A label in the middle of the right end would be cut off.
    const bool at_end = x > right - half_label;
    text += fmt::format("<text class=\"x{}\" x=\"{:.1f}\" y=\"{}\">{}</text>", at_end ? " end" : "",
                        at_end ? width : x, height - 8, human_clock(at));
  }
  return text;
}

/// What the browser shows when the pointer rests.
std::string hints(const Chart& whole, const Scale& scale) {
  const Chart chart = thinned(whole, most_hints);
  std::string text;
  double from = 0;
  for (std::size_t i = 0; i < chart.at.size(); ++i) {
    std::string figures;
    for (const Line& line : chart.lines) {
      if (i < line.values.size() && line.values[i])
        figures += fmt::format("\n{}: {}", escaped(line.name), escaped(whole.label(*line.values[i])));
    }
    const double x = scale.x(from);
    text += fmt::format(
        "<rect class=\"hint\" x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" "
        "height=\"{}\"><title>{}{}</title></rect>",
        x, top, std::max(0.0, scale.x(chart.at[i]) - x), bottom - top, human_clock(chart.at[i]), figures);
    from = chart.at[i];
  }
  return text;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string svg_chart(const Chart& whole) {
  const Chart chart = thinned(whole, most_points);
  double largest = 0;
  bool any = false;
  for (const Line& line : chart.lines) {
    for (const auto& value : line.values) {
      any = any || value.has_value();
      largest = std::max(largest, value.value_or(0));
    }
  }
  if (!any) return {};
  const double span = largest > 0 ? largest * headroom : 1;
  const double step = nice_step(span, y_ticks);
  const Scale scale{std::max(chart.at.back(), 1.0), step * std::ceil(span / step)};

  std::string text = fmt::format("<figure><figcaption>{}<span class=\"legend\">", escaped(whole.title));
  for (const Line& line : whole.lines)
    text += fmt::format("<span><i class=\"{}\"></i>{}</span>", line.style, escaped(line.name));
  text +=
      fmt::format("</span></figcaption><svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{} over time\">",
                  width, height, escaped(whole.title));
  if (whole.warm_up_seconds > 0) {
    text += fmt::format("<rect class=\"warm-up\" x=\"{}\" y=\"{}\" width=\"{:.1f}\" height=\"{}\"/>", left,
                        top, scale.x(std::min(whole.warm_up_seconds, scale.seconds)) - left, bottom - top);
  }
  text += axes(whole, scale, step);
  for (const Line& line : chart.lines) text += path_of(chart, line, scale);
  return text + hints(whole, scale) + "</svg></figure>\n";
}

}  // namespace soundcheck::report
