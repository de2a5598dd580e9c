#include "tools/reference_agent/faults.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tools/reference_agent/fault_values.hpp"

namespace soundcheck::reference_agent {
namespace {

struct Setter {
  std::string_view key;
  /// Sets the member from a text; returns what is wrong with the text, or nothing.
  std::optional<std::string> (*set)(Faults&, std::string_view);
  void (*switch_off)(Faults&);
};

template <auto Member, auto Parse>
constexpr Setter setter(std::string_view key) {
  return {key,
          [](Faults& f, std::string_view text) -> std::optional<std::string> {
            auto parsed = Parse(text);
            if (!parsed.value) return std::move(parsed.error);
            f.*Member = std::move(*parsed.value);
            return std::nullopt;
          },
          [](Faults& f) { f.*Member = {}; }};
}

constexpr std::array<Setter, fault_keys.size()> setters{{
    setter<&Faults::delay, parse_delay>("delay"),
    setter<&Faults::error_rate, parse_share>("error_rate"),
    setter<&Faults::stall, parse_stall>("stall"),
    setter<&Faults::rate_limit, parse_rate>("rate_limit"),
    setter<&Faults::leak_per_call, parse_bytes>("leak_per_call"),
    setter<&Faults::leak_per_request, parse_bytes>("leak_per_request"),
    setter<&Faults::leak_per_connection, parse_bytes>("leak_per_connection"),
    setter<&Faults::leak_per_second, parse_bytes>("leak_per_second"),
    setter<&Faults::breathing, parse_bytes>("breathing"),
    setter<&Faults::rtf, parse_rtf>("rtf"),
    setter<&Faults::answer_delay, parse_delay>("answer_delay"),
    setter<&Faults::drop_rate, parse_share>("drop_rate"),
    setter<&Faults::route_errors, parse_route_shares>("route_errors"),
    setter<&Faults::route_delays, parse_route_delays>("route_delays"),
    setter<&Faults::lost_conversations, parse_share>("lost_conversations"),
    setter<&Faults::first_token, parse_delay>("first_token"),
    setter<&Faults::token_interval, parse_delay>("token_interval"),
    setter<&Faults::token_lifetime, parse_duration>("token_lifetime"),
    setter<&Faults::import_rate, parse_rate>("import_rate"),
    setter<&Faults::import_failures, parse_share>("import_failures"),
    setter<&Faults::call_duration, parse_delay>("call_duration"),
    setter<&Faults::call_failures, parse_share>("call_failures"),
}};

}  // namespace

std::optional<std::string> set_fault(Faults& faults, std::string_view key, std::string_view text) {
  const auto* found =
      std::find_if(setters.begin(), setters.end(), [&](const Setter& s) { return s.key == key; });
  if (found == setters.end()) {
    return fmt::format("{}: there is no fault of this name; the faults are {}", key,
                       fmt::join(fault_keys, ", "));
  }
  if (text.empty() || text == "off") {
    found->switch_off(faults);
    faults.written.erase(std::string(key));
    return std::nullopt;
  }
  if (auto error = found->set(faults, text)) return fmt::format("{}: {}", key, *error);
  faults.written.insert_or_assign(std::string(key), std::string(text));
  return std::nullopt;
}

}  // namespace soundcheck::reference_agent
