#include "runner/monitor/exposition.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace soundcheck::monitor {

namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Numbers as Go writes them: 1, 2.5e9, +Inf, NaN.
std::optional<double> parse_value(std::string_view text) {
  std::string low(text);
  std::transform(low.begin(), low.end(), low.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  std::string_view rest = low;
  if (rest.starts_with('+')) rest.remove_prefix(1);
  const bool negative = rest.starts_with('-');
  const std::string_view size = negative ? rest.substr(1) : rest;
  if (size == "inf" || size == "infinity")
    return negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  if (size == "nan") return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const char* end = rest.data() + rest.size();
  const auto [stop, error] = std::from_chars(rest.data(), end, value);
  if (error != std::errc() || stop != end || rest.empty()) return std::nullopt;
  return value;
}

/// Reads one line. Each member takes what it is called after, or says what was expected.
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {}

  /// What was expected; empty if all went well.
  std::string_view read(ExposedSample& sample) {
    sample.name = take_name(true);
    if (sample.name.empty()) return "the name of a metric";
    skip_blanks();
    if (rest_.starts_with('{')) {
      rest_.remove_prefix(1);
      if (const auto problem = read_labels(sample); !problem.empty()) return problem;
    }
    skip_blanks();
    const auto value = parse_value(take_word());
    if (!value) return "a number";
    sample.value = *value;
    skip_blanks();
    if (rest_.empty() || rest_.starts_with('#')) return {};  // an exemplar
    if (!parse_value(take_word())) return "a time";
    skip_blanks();
    return rest_.empty() || rest_.starts_with('#') ? "" : "the end of the line";
  }

 private:
  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  }
  std::string take_name(bool colons) {
    std::size_t n = 0;
    while (n < rest_.size() &&
           (is_letter(rest_[n]) || (colons && rest_[n] == ':') || (n > 0 && is_digit(rest_[n]))))
      ++n;
    std::string name(rest_.substr(0, n));
    rest_.remove_prefix(n);
    return name;
  }
  std::string_view take_word() {
    std::size_t n = 0;
    while (n < rest_.size() && !is_blank(rest_[n])) ++n;
    const std::string_view word = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return word;
  }

  std::string_view read_labels(ExposedSample& sample) {
    for (;;) {
      skip_blanks();
      if (rest_.starts_with('}')) break;
      auto& [name, value] = sample.labels.emplace_back(take_name(false), std::string());
      if (name.empty()) return "the name of a label";
      skip_blanks();
      if (!rest_.starts_with('=')) return "= after the name of a label";
      rest_.remove_prefix(1);
      skip_blanks();
      if (!read_quoted(value)) return "a value of a label in quotes";
      skip_blanks();
      if (rest_.starts_with(',')) {
        rest_.remove_prefix(1);
      } else if (!rest_.starts_with('}')) {
        return ", or } after a label";
      }
    }
    rest_.remove_prefix(1);
    return {};
  }

  /// With \\, \" and \n for what cannot stand in quotes.
  bool read_quoted(std::string& value) {
    if (!rest_.starts_with('"')) return false;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return true;
      }
      if (rest_[i] != '\\') {
        value += rest_[i];
        continue;
      }
      if (++i == rest_.size()) break;
      if (rest_[i] == 'n') {
        value += '\n';
      } else if (rest_[i] == '\\' || rest_[i] == '"') {
        value += rest_[i];
      } else {
        value += '\\';
        value += rest_[i];
      }
    }
    return false;
  }

  std::string_view rest_;
};

}  // namespace

const std::string* ExposedSample::label(std::string_view wanted) const {
  const auto found =
      std::find_if(labels.begin(), labels.end(), [&](const auto& l) { return l.first == wanted; });
  return found == labels.end() ? nullptr : &found->second;
}

std::variant<std::vector<ExposedSample>, ExpositionError> parse_exposition(std::string_view text) {
  std::vector<ExposedSample> samples;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos || line[begin] == '#') continue;
    ExposedSample& sample = samples.emplace_back();
    const std::string_view expected = Line(line.substr(begin)).read(sample);
    if (!expected.empty()) return ExpositionError{number, std::string(expected)};
  }
  return samples;
}

}  // namespace soundcheck::monitor
