#include "runner/profile/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

namespace soundcheck::profile {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array<Unit, 6> duration_units{{{"h", 3'600'000'000'000},
                                              {"m", 60'000'000'000},
                                              {"s", 1'000'000'000},
                                              {"ms", 1'000'000},
                                              {"us", 1'000},
                                              {"ns", 1}}};
constexpr std::array<Unit, 3> rate_units{{{"s", 1}, {"min", 60}, {"h", 3600}}};
constexpr std::array<Unit, 7> byte_units{{{"B", 1},
                                          {"KB", 1'000},
                                          {"MB", 1'000'000},
                                          {"GB", 1'000'000'000},
                                          {"KiB", 1'024},
                                          {"MiB", 1'048'576},
                                          {"GiB", 1'073'741'824}}};

template <std::size_t N>
const Unit* find_unit(const std::array<Unit, N>& units, std::string_view name) {
  auto it = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
  return it == units.end() ? nullptr : &*it;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// Takes digits with an optional fraction from the front; empty if there are none.
std::string_view take_number(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  if (n > 0 && n + 1 < text.size() && text[n] == '.' && is_digit(text[n + 1])) {
    ++n;
    while (n < text.size() && is_digit(text[n])) ++n;
  }
  std::string_view number = text.substr(0, n);
  text.remove_prefix(n);
  return number;
}

std::string_view take_word(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && !is_digit(text[n])) ++n;
  std::string_view word = text.substr(0, n);
  text.remove_prefix(n);
  return word;
}

double to_double(std::string_view number) {
  double value = 0;
  const auto result = std::from_chars(number.data(), number.data() + number.size(), value);
  return result.ec == std::errc{} ? value : std::numeric_limits<double>::infinity();
}

/// number * factor in whole nanoseconds; nothing if it does not fit. The whole part is kept in integers, so
/// that hours keep their nanoseconds.
std::optional<std::int64_t> scaled(std::string_view number, std::int64_t factor) {
  const std::size_t dot = number.find('.');
  const std::string_view whole = number.substr(0, dot);
  std::int64_t ticks = 0;
  const auto result = std::from_chars(whole.data(), whole.data() + whole.size(), ticks);
  if (result.ec != std::errc{} || ticks > std::numeric_limits<std::int64_t>::max() / factor - 1)
    return std::nullopt;
  ticks *= factor;
  if (dot != std::string_view::npos) {
    const double fraction = to_double(fmt::format("0{}", number.substr(dot)));
    ticks += std::llround(fraction * static_cast<double>(factor));
  }
  return ticks;
}

}  // namespace

Parsed<Duration> parse_duration(std::string_view text) {
  using Result = Parsed<Duration>;
  const std::string example = "write for example 500ms, 30s or 1m30s";
  std::string_view rest = trim(text);
  if (rest.empty()) return Result::wrong("a duration is missing", example);
  if (rest.front() == '-') return Result::wrong("a duration cannot be negative", example);
  if (rest.find(' ') != std::string_view::npos) {
    return Result::wrong("a duration is written without spaces", example);
  }
  std::int64_t total = 0;
  std::int64_t last_factor = std::numeric_limits<std::int64_t>::max();
  while (!rest.empty()) {
    const std::string_view number = take_number(rest);
    if (number.empty()) return Result::wrong("this is not a duration", example);
    const std::string_view name = take_word(rest);
    if (name.empty()) {
      return Result::wrong("a duration needs a unit",
                           fmt::format("write a unit, for example {0}s or {0}ms", number));
    }
    const Unit* unit = find_unit(duration_units, name);
    if (unit == nullptr) {
      return Result::wrong(fmt::format("\"{}\" is not a unit of time", name), "units: ns, us, ms, s, m, h");
    }
    if (unit->factor >= last_factor) {
      return Result::wrong("the parts of a duration go from large to small",
                           "write for example 1h30m or 1m30s");
    }
    last_factor = unit->factor;
    const std::optional<std::int64_t> part = scaled(number, unit->factor);
    if (!part || *part > std::numeric_limits<std::int64_t>::max() - total) {
      return Result::wrong("a duration this long is impossible", example);
    }
    total += *part;
  }
  return Result::ok(Duration{total});
}

namespace {

/// The arguments of "name(a, b)", or nothing if the text is no call of this name.
std::optional<std::vector<std::string_view>> arguments_of(std::string_view text, std::string_view name) {
  if (!text.starts_with(name)) return std::nullopt;
  text = trim(text.substr(name.size()));
  if (text.size() < 2 || text.front() != '(' || text.back() != ')') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::vector<std::string_view> arguments;
  for (;;) {
    const std::size_t comma = text.find(',');
    arguments.push_back(trim(text.substr(0, comma)));
    if (comma == std::string_view::npos) return arguments;
    text.remove_prefix(comma + 1);
  }
}

/// "normal(2s, 500ms)" or "exponential(2s)"; nothing if the text is neither.
std::optional<Parsed<Pause>> parse_distribution(std::string_view text) {
  using Result = Parsed<Pause>;
  for (const std::string_view name : {"normal", "exponential"}) {
    const auto arguments = arguments_of(text, name);
    if (!arguments) continue;
    const bool normal = name == "normal";
    const std::string hint = normal ? "write the mean and the deviation, for example normal(2s, 500ms)"
                                    : "write the mean, for example exponential(2s)";
    if (arguments->size() != (normal ? 2U : 1U)) {
      return Result::wrong(fmt::format("{} takes {}", name, normal ? "two durations" : "one duration"), hint);
    }
    const Parsed<Duration> mean = parse_duration(arguments->front());
    if (!mean.value) return Result::wrong(mean.message, mean.hint);
    if (!normal) return Result::ok(Pause::exponential(*mean.value));
    const Parsed<Duration> deviation = parse_duration(arguments->back());
    if (!deviation.value) return Result::wrong(deviation.message, deviation.hint);
    return Result::ok(Pause::normal(*mean.value, *deviation.value));
  }
  return std::nullopt;
}

}  // namespace

Parsed<Pause> parse_pause(std::string_view text) {
  using Result = Parsed<Pause>;
  text = trim(text);
  if (auto distribution = parse_distribution(text)) return *distribution;
  const std::size_t dots = text.find("..");
  const Parsed<Duration> min = parse_duration(text.substr(0, dots));
  if (!min.value) return Result::wrong(min.message, min.hint);
  if (dots == std::string_view::npos) return Result::ok(Pause::constant(*min.value));
  const Parsed<Duration> max = parse_duration(text.substr(dots + 2));
  if (!max.value) return Result::wrong(max.message, max.hint);
  if (*max.value < *min.value) {
    return Result::wrong("the range runs backwards",
                         fmt::format("write {}..{}", to_text(*max.value), to_text(*min.value)));
  }
  return Result::ok(Pause::uniform(*min.value, *max.value));
}

Parsed<Rate> parse_rate(std::string_view text) {
  using Result = Parsed<Rate>;
  const std::string example = "write for example 5/s, 300/min or 10/h";
  std::string_view rest = trim(text);
  if (!rest.empty() && rest.front() == '-') return Result::wrong("a rate cannot be negative", example);
  const std::string_view number = take_number(rest);
  if (number.empty()) return Result::wrong("this is not a rate", example);
  if (rest.empty()) {
    return Result::wrong("a rate needs a unit", fmt::format("write a unit, for example {}/s", number));
  }
  const Unit* unit = rest.front() == '/' ? find_unit(rate_units, rest.substr(1)) : nullptr;
  if (unit == nullptr) return Result::wrong("this is not a rate", example);
  return Result::ok({to_double(number) / static_cast<double>(unit->factor)});
}

Parsed<double> parse_bytes(std::string_view text) {
  using Result = Parsed<double>;
  const std::string example = "write for example 50MB or 1.5GiB";
  std::string_view rest = trim(text);
  if (!rest.empty() && rest.front() == '-') return Result::wrong("a size cannot be negative", example);
  const std::string_view number = take_number(rest);
  if (number.empty()) return Result::wrong("this is not a size", example);
  if (rest.empty()) {
    return Result::wrong("a size needs a unit", fmt::format("write a unit, for example {}MB", number));
  }
  const Unit* unit = find_unit(byte_units, trim(rest));
  if (unit == nullptr) {
    return Result::wrong(fmt::format("\"{}\" is not a unit of size", trim(rest)),
                         "units: B, KB, MB, GB, KiB, MiB, GiB");
  }
  return Result::ok(to_double(number) * static_cast<double>(unit->factor));
}

Parsed<double> parse_byte_rate(std::string_view text) {
  const std::string_view rest = trim(text);
  if (!rest.ends_with("/s"))
    return Parsed<double>::wrong("this is not a size per second", "write for example 10MB/s");
  return parse_bytes(rest.substr(0, rest.size() - 2));
}

Parsed<double> parse_number(std::string_view text) {
  using Result = Parsed<double>;
  std::string_view rest = trim(text);
  if (!rest.empty() && rest.front() == '-') return Result::wrong("a number below zero is impossible here");
  const std::string_view number = take_number(rest);
  if (number.empty() || !rest.empty())
    return Result::wrong("this is not a plain number", "write for example 0.8");
  return Result::ok(to_double(number));
}

Parsed<double> parse_ratio(std::string_view text) {
  std::string_view rest = trim(text);
  const bool percent = !rest.empty() && rest.back() == '%';
  if (percent) rest.remove_suffix(1);
  Parsed<double> number = parse_number(rest);
  if (!number.value) {
    if (!number.hint.empty()) number.hint = "write for example 99% or 0.8";
    return number;
  }
  return Parsed<double>::ok(percent ? *number.value / 100 : *number.value);
}

std::string to_text(Duration duration) {
  if (duration.count() == 0) return "0s";
  std::int64_t rest = duration.count();
  std::string out;
  for (const Unit& unit : duration_units) {
    if (rest / unit.factor != 0) out += fmt::format("{}{}", rest / unit.factor, unit.name);
    rest %= unit.factor;
  }
  return out;
}

std::string to_text(Rate rate) { return fmt::format("{}/s", rate.per_second); }

}  // namespace soundcheck::profile
