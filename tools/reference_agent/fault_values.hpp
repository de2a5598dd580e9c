// Reads the values of faults: durations, delays, shares, rates, amounts. One wrong text gives one line that
// says what to write instead. Pure, usable from any thread.
#pragma once

#include <string>
#include <string_view>

#include "tools/reference_agent/faults.hpp"

namespace soundcheck::reference_agent {

/// A value, or why there is none.
template <class T>
struct Parsed {
  std::optional<T> value;
  std::string error;

  Parsed(T v) : value(std::move(v)) {}  // NOLINT(google-explicit-constructor): reads as `return value;`
  static Parsed wrong(std::string text) { return Parsed(Wrong{}, std::move(text)); }

 private:
  struct Wrong {};
  Parsed(Wrong, std::string text) : error(std::move(text)) {}
};

Parsed<Duration> parse_duration(std::string_view text);
Parsed<Delay> parse_delay(std::string_view text);
/// 0.05 or 5%
Parsed<double> parse_share(std::string_view text);
Parsed<Stall> parse_stall(std::string_view text);
/// Per second, above zero.
Parsed<double> parse_rate(std::string_view text);
Parsed<std::uint64_t> parse_bytes(std::string_view text);
Parsed<double> parse_rtf(std::string_view text);
/// "POST /path=VALUE; GET /path=VALUE"
Parsed<std::vector<OfRoute<double>>> parse_route_shares(std::string_view text);
Parsed<std::vector<OfRoute<Delay>>> parse_route_delays(std::string_view text);

}  // namespace soundcheck::reference_agent
