// Text for people and for files: units that a person reads at a glance, and bytes from a target made
// harmless. Pure, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace soundcheck::report {

/// Seconds as "850 µs", "12.3 ms", "1.23 s" or "2 min 03 s".
std::string human_time(double seconds);
/// How long a run was to be: "1 min 00 s", "60 min 00 s and 1 min 00 s of cool-down".
std::string human_plan(double planned_seconds, double cool_down_seconds);
/// Bytes as "512 B", "1.20 MB", in steps of 1000; may be negative.
std::string human_bytes(double bytes);
/// A ratio as "99.5 %". Never rounded up to 100.
std::string human_percent(double ratio);
/// Three significant digits, no exponent.
std::string human_number(double value);
/// 12345 as "12,345".
std::string human_count(std::uint64_t n);
/// m:ss or h:mm:ss.
std::string human_clock(double seconds);
/// A value in one of the units of a result. Ratios of metrics named "..._rate", "..._share" and
/// "monitors...." become percent.
std::string human_value(double value, std::string_view unit, std::string_view metric);

/// Valid UTF-8: every byte that is not part of a valid sequence becomes U+FFFD.
std::string valid_utf8(std::string_view text);
/// One line for a terminal: valid UTF-8 in which control characters (line breaks, escape sequences) became
/// spaces.
std::string printable(std::string_view text);
/// Number of code points: the columns that our own texts take on a terminal.
std::size_t columns_of(std::string_view utf8);
/// Fills up with spaces on the right, to that many columns.
std::string padded(std::string text, std::size_t columns);

}  // namespace soundcheck::report
