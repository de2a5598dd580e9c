// The text in which exporters show their figures to Prometheus (exposition format 0.0.4): one sample on each
// line. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace soundcheck::monitor {

struct ExposedSample {
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;  ///< as they stand there, unescaped
  double value = 0;                                         ///< may be infinite or no number

  /// The value of a label; null if it has none of this name.
  const std::string* label(std::string_view wanted) const;
};

struct ExpositionError {
  std::size_t line = 0;  ///< from 1
  std::string text;      ///< what was expected there
};

/// All samples of a scrape. One bad line makes all of it bad: half a scrape would give wrong sums. Help,
/// types and times are passed over, as are exemplars of OpenMetrics.
std::variant<std::vector<ExposedSample>, ExpositionError> parse_exposition(std::string_view text);

}  // namespace soundcheck::monitor
