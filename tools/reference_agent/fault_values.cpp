#include "tools/reference_agent/fault_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "tools/reference_agent/apis/routes.hpp"

namespace soundcheck::reference_agent {
namespace {

constexpr std::string_view delay_forms =
    "write a duration (20ms), a mixture (5ms:95%,50ms:5%), uniform(5ms,20ms) or exponential(20ms)";

struct Number {
  double value = 0;
  std::string_view unit;
};

/// Splits "1.5ms" into 1.5 and "ms"; nothing if it does not begin with a plain number.
std::optional<Number> split_number(std::string_view text) {
  Number n;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), n.value, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(n.value) || n.value < 0) return std::nullopt;
  n.unit = text.substr(static_cast<std::size_t>(end - text.data()));
  return n;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(separator);
    auto part = text.substr(0, at);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    parts.push_back(part);
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

Parsed<Delay> parse_mixture(std::string_view text) {
  using Wrong = Parsed<Delay>;
  MixtureDelay mixture;
  int total = 0;
  for (const auto part : split(text, ',')) {
    const auto colon = part.find(':');
    const auto share = colon == std::string_view::npos ? std::string_view{} : part.substr(colon + 1);
    const auto percent = split_number(share);
    if (!percent || percent->unit != "%" || percent->value != std::floor(percent->value) ||
        percent->value < 1 || percent->value > 100) {
      return Wrong::wrong(fmt::format(
          "\"{}\" is not a part of a mixture; write a duration and a whole percentage: 50ms:5%", part));
    }
    const auto value = parse_duration(part.substr(0, colon));
    if (!value.value) return Wrong::wrong(value.error);
    total += static_cast<int>(percent->value);
    mixture.parts.push_back({*value.value, static_cast<int>(percent->value)});
  }
  if (total != 100) {
    return Wrong::wrong(
        fmt::format("the parts of \"{}\" add up to {}%; change the percentages so that they add up to 100%",
                    text, total));
  }
  return Delay{mixture};
}

/// The text between `name(` and `)`, if that is its form.
std::optional<std::string_view> argument_of(std::string_view text, std::string_view name) {
  if (!text.starts_with(name) || text.size() < name.size() + 2 || text[name.size()] != '(' ||
      text.back() != ')') {
    return std::nullopt;
  }
  return text.substr(name.size() + 1, text.size() - name.size() - 2);
}

/// "POST /path=VALUE; GET /path=VALUE", the values read by `parse`.
template <class T>
Parsed<std::vector<OfRoute<T>>> parse_routes(std::string_view text, Parsed<T> (*parse)(std::string_view),
                                             std::string_view example) {
  using Wrong = Parsed<std::vector<OfRoute<T>>>;
  std::vector<OfRoute<T>> result;
  for (const auto part : split(text, ';')) {
    const auto equals = part.rfind('=');
    if (equals == std::string_view::npos) {
      return Wrong::wrong(fmt::format(
          "\"{}\" names no value; write a route and a value: POST /ngx/api/conversations={}", part, example));
    }
    const auto name = part.substr(0, equals);
    const auto& routes = all_routes();
    const auto route =
        std::find_if(routes.begin(), routes.end(), [&](const RouteName& r) { return r.text() == name; });
    if (route == routes.end()) {
      return Wrong::wrong(
          fmt::format("there is no route \"{}\"; write method and pattern as docs/reference_agent.md and GET "
                      "/control do, "
                      "for example GET /ngx/api/conversations/{{id}}",
                      name));
    }
    auto value = parse(part.substr(equals + 1));
    if (!value.value) return Wrong::wrong(std::move(value.error));
    result.push_back({static_cast<std::size_t>(route - routes.begin()), std::move(*value.value)});
  }
  return result;
}

}  // namespace

Parsed<Duration> parse_duration(std::string_view text) {
  using Wrong = Parsed<Duration>;
  const auto n = split_number(text);
  double seconds_per_unit = 0;
  if (n) {
    if (n->unit == "us") seconds_per_unit = 1e-6;
    if (n->unit == "ms") seconds_per_unit = 1e-3;
    if (n->unit == "s") seconds_per_unit = 1;
    if (n->unit == "m") seconds_per_unit = 60;
  }
  if (seconds_per_unit == 0) {
    return Wrong::wrong(
        fmt::format("\"{}\" is not a duration; write a number and a unit: 500us, 20ms, 2s or 1m", text));
  }
  const double seconds = n->value * seconds_per_unit;
  if (seconds > 3600)
    return Wrong::wrong(fmt::format("\"{}\" is more than an hour; write at most 60m", text));
  return core::from_seconds(seconds);
}

Parsed<Delay> parse_delay(std::string_view text) {
  using Wrong = Parsed<Delay>;
  if (const auto arguments = argument_of(text, "uniform")) {
    const auto parts = split(*arguments, ',');
    if (parts.size() != 2)
      return Wrong::wrong(fmt::format("\"{}\" needs two durations: uniform(5ms,20ms)", text));
    const auto min = parse_duration(parts[0]);
    const auto max = parse_duration(parts[1]);
    if (!min.value) return Wrong::wrong(min.error);
    if (!max.value) return Wrong::wrong(max.error);
    if (*min.value > *max.value) {
      return Wrong::wrong(fmt::format("\"{}\" begins above its end; write the smaller duration first", text));
    }
    return Delay{UniformDelay{*min.value, *max.value}};
  }
  if (const auto argument = argument_of(text, "exponential")) {
    const auto mean = parse_duration(*argument);
    if (!mean.value) return Wrong::wrong(mean.error);
    return Delay{ExponentialDelay{*mean.value}};
  }
  if (text.find(':') != std::string_view::npos) return parse_mixture(text);
  const auto value = parse_duration(text);
  if (!value.value) return Wrong::wrong(fmt::format("\"{}\" is not a delay; {}", text, delay_forms));
  return Delay{ConstantDelay{*value.value}};
}

Parsed<double> parse_share(std::string_view text) {
  const auto n = split_number(text);
  const bool percent = n && n->unit == "%";
  const double share = n ? n->value / (percent ? 100 : 1) : -1;
  if (!n || (!percent && !n->unit.empty()) || share > 1) {
    return Parsed<double>::wrong(
        fmt::format("\"{}\" is not a share; write 0.05 or 5%, at most 1 or 100%", text));
  }
  return share;
}

Parsed<Stall> parse_stall(std::string_view text) {
  using Wrong = Parsed<Stall>;
  const auto parts = split(text, '/');
  if (parts.size() != 2) {
    return Wrong::wrong(fmt::format("\"{}\" is not a stall; write how long in how long: 2s/10s", text));
  }
  const auto stalled = parse_duration(parts[0]);
  const auto period = parse_duration(parts[1]);
  if (!stalled.value) return Wrong::wrong(stalled.error);
  if (!period.value) return Wrong::wrong(period.error);
  if (*stalled.value <= Duration::zero() || *stalled.value >= *period.value) {
    return Wrong::wrong(fmt::format(
        "\"{}\" must stall for more than zero and less than its period; write for example 2s/10s", text));
  }
  return Stall{*stalled.value, *period.value};
}

Parsed<double> parse_rate(std::string_view text) {
  const auto n = split_number(text);
  if (!n || n->unit != "/s" || n->value <= 0) {
    return Parsed<double>::wrong(fmt::format("\"{}\" is not a rate; write requests per second: 100/s", text));
  }
  return n->value;
}

Parsed<std::uint64_t> parse_bytes(std::string_view text) {
  const auto n = split_number(text);
  double scale = 0;
  if (n) {
    if (n->unit == "B") scale = 1;
    if (n->unit == "KiB") scale = 1024;
    if (n->unit == "MiB") scale = 1024.0 * 1024;
    if (n->unit == "GiB") scale = 1024.0 * 1024 * 1024;
  }
  const double bytes = scale == 0 ? 0 : n->value * scale;
  if (scale == 0 || bytes > 64.0 * 1024 * 1024 * 1024) {
    return Parsed<std::uint64_t>::wrong(fmt::format(
        "\"{}\" is not an amount of memory; write a number and a unit: 512B, 64KiB, 1MiB, at most 64GiB",
        text));
  }
  return static_cast<std::uint64_t>(bytes);
}

Parsed<double> parse_rtf(std::string_view text) {
  const auto n = split_number(text);
  if (!n || !n->unit.empty() || n->value <= 0 || n->value > 1000) {
    return Parsed<double>::wrong(fmt::format(
        "\"{}\" is not a real-time factor; write a number above 0, for example 0.5 or 1.2", text));
  }
  return n->value;
}

Parsed<std::vector<OfRoute<double>>> parse_route_shares(std::string_view text) {
  return parse_routes<double>(text, parse_share, "5%");
}

Parsed<std::vector<OfRoute<Delay>>> parse_route_delays(std::string_view text) {
  return parse_routes<Delay>(text, parse_delay, "50ms");
}

}  // namespace soundcheck::reference_agent
