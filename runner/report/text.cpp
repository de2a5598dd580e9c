#include "runner/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace soundcheck::report {

namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Length of the valid UTF-8 sequence at the front, or 0. Rejects overlong forms, surrogates and what lies
/// beyond U+10FFFF, by the table of RFC 3629.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0);
  const unsigned second = byte(1);
  if (first < 0x80) return 1;
  std::size_t length = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  if (text.size() < length || second < low || second > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  return length;
}

}  // namespace

std::string human_number(double value) {
  const double size = std::abs(value);
  if (size >= 99.95) return fmt::format("{:.0f}", value);
  if (size >= 9.995) return fmt::format("{:.1f}", value);
  return fmt::format("{:.2f}", value);
}

std::string human_time(double seconds) {
  const double size = std::abs(seconds);
  if (size >= 60) {
    const auto whole = static_cast<long>(std::lround(seconds));
    return fmt::format("{} min {:02} s", whole / 60, std::abs(whole % 60));
  }
  if (size >= 0.9995) return human_number(seconds) + " s";
  if (size >= 0.0009995) return human_number(seconds * 1e3) + " ms";
  return fmt::format("{:.0f} µs", seconds * 1e6);
}

std::string human_plan(double planned_seconds, double cool_down_seconds) {
  if (cool_down_seconds <= 0) return human_time(planned_seconds);
  return fmt::format("{} and {} of cool-down", human_time(planned_seconds), human_time(cool_down_seconds));
}

std::string human_bytes(double bytes) {
  constexpr std::string_view units[]{"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  while (std::abs(bytes) >= 999.5 && unit + 1 < std::size(units)) {
    bytes /= 1000;
    ++unit;
  }
  if (unit == 0) return fmt::format("{:.0f} B", bytes);
  return fmt::format("{} {}", human_number(bytes), units[unit]);
}

std::string human_percent(double ratio) {
  if (ratio == 1.0) return "100 %";
  if (ratio > 0.5 && ratio < 1.0) return fmt::format("{:.2f} %", std::floor(ratio * 1e4 + 1e-9) / 1e2);
  return human_number(ratio * 100) + " %";
}

std::string human_count(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string human_clock(double seconds) {
  const auto whole = static_cast<long>(std::max(0.0, seconds));
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::string human_value(double value, std::string_view unit, std::string_view metric) {
  if (unit.ends_with("/h")) return human_value(value, unit.substr(0, unit.size() - 2), metric) + "/h";
  if (unit == "s") return human_time(value);
  if (unit == "bytes") return human_bytes(value);
  if (unit == "1/s") return human_number(value) + "/s";
  if (unit == "bytes/s") return human_bytes(value) + "/s";
  if (unit == "count" && value >= 0 && value == std::floor(value) && value < 1e15)
    return human_count(static_cast<std::uint64_t>(value));
  if (unit == "count") return human_number(value);
  if (unit == "cores") return human_number(value) + " cores";
  return metric.ends_with("_rate") || metric.ends_with("_share") || metric.starts_with("monitors.")
             ? human_percent(value)
             : human_number(value);
}

std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    valid += length == 0 ? std::string_view("\uFFFD") : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return valid;
}

std::string printable(std::string_view text) {
  std::string line = valid_utf8(text);
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto c = static_cast<unsigned char>(line[i]);
    if (c < 0x20 || c == 0x7F) line[i] = ' ';
    // U+0080 to U+009F are control characters too, and some terminals obey them.
    if (c == 0xC2 && static_cast<unsigned char>(line[i + 1]) < 0xA0) line.replace(i, 2, " ");
  }
  return line;
}

std::size_t columns_of(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return !is_continuation(c); }));
}

std::string padded(std::string text, std::size_t columns) {
  const std::size_t used = columns_of(text);
  if (used < columns) text.append(columns - used, ' ');
  return text;
}

}  // namespace soundcheck::report
