// A chart of figures over time as inline SVG with its title and legend, for the HTML report. Colours come
// from the style sheet; the figures of a moment are shown by the browser when the pointer rests on it. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace soundcheck::report {

/// `text` for HTML and SVG, as one line.
std::string escaped(std::string_view text);

struct Line {
  enum class Join : unsigned char { worst, mean };  ///< what stands for several rows that share a pixel

  std::string name;
  std::string style;                          ///< class of the style sheet: "a", "b", "c", "d" or "bad"
  std::vector<std::optional<double>> values;  ///< one for each time of the chart; absent: a gap
  Join join = Join::mean;
  bool filled = false;  ///< the area below it, too
};

struct Chart {
  std::string title;
  std::vector<double> at;  ///< seconds from the start of the run, ascending
  std::vector<Line> lines;
  double warm_up_seconds = 0;  ///< shaded
  std::function<std::string(double)> label;
};

/// A <figure>. Empty if no line has a value.
std::string svg_chart(const Chart& chart);

}  // namespace soundcheck::report
