// Quantities as people write them: "1m30s", "5/s", "50MB", "99%", "500ms..1500ms". A number without its unit
// is a mistake, never a guess. Pure, usable from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runner/profile/profile.hpp"

namespace soundcheck::profile {

/// A value, or what is wrong with the text and what to write instead.
template <class T>
struct Parsed {
  std::optional<T> value;
  std::string message;
  std::string hint;

  static Parsed ok(T v) { return {std::move(v), {}, {}}; }
  static Parsed wrong(std::string message, std::string hint = {}) {
    return {std::nullopt, std::move(message), std::move(hint)};
  }
};

/// ns, us, ms, s, m, h, largest first when combined. Rounded to the nearest nanosecond. Zero is fine here.
Parsed<Duration> parse_duration(std::string_view text);
/// "1s", or a range "500ms..1500ms".
Parsed<Pause> parse_pause(std::string_view text);
/// "5/s", "300/min", "10/h".
Parsed<Rate> parse_rate(std::string_view text);
/// B, KB, MB, GB (powers of 1000), KiB, MiB, GiB (powers of 1024).
Parsed<double> parse_bytes(std::string_view text);
/// "10MB/s", in bytes per second.
Parsed<double> parse_byte_rate(std::string_view text);
/// "99%" is 0.99; a plain number is taken as it is.
Parsed<double> parse_ratio(std::string_view text);
/// A plain decimal number that is not negative, such as "2" or "0.5".
Parsed<double> parse_number(std::string_view text);

/// The shortest text that parse_duration reads back exactly, for example "1m30s".
std::string to_text(Duration duration);
std::string to_text(Rate rate);

}  // namespace soundcheck::profile
