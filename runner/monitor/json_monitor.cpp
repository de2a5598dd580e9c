#include "runner/monitor/json_monitor.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "protocols/core/json.hpp"

namespace soundcheck::monitor {

namespace {

/// A number, or a text that is one. Nothing for all else, infinities among it.
std::optional<double> to_number(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || text.empty() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

JsonMonitor::JsonMonitor(HttpSource source, const std::vector<profile::JsonSeries>& series)
    : source_(std::move(source)) {
  for (const profile::JsonSeries& settings : series) series_.push_back({settings, {}});
}

Reading JsonMonitor::sample(core::TimePoint now, core::TimePoint deadline) {
  const auto body = source_.get(deadline);
  if (body.index() == 1) return Reading::failed(series_.size(), std::get<1>(body));
  return read(now, std::get<0>(body));
}

Reading JsonMonitor::read(core::TimePoint now, std::string_view answer) {
  const auto document = core::JsonDocument::parse(answer);
  if (!document)
    return Reading::failed(
        series_.size(),
        fmt::format("{} does not answer with JSON: check the path of its url", source_.shown()));
  Reading reading(series_.size());
  for (std::size_t i = 0; i < series_.size(); ++i) {
    auto& [settings, rate] = series_[i];
    const auto text = document->find(settings.pointer);
    const auto value = text ? to_number(*text) : std::nullopt;
    if (value) {
      reading.values[i] = settings.rate ? rate.add(now, *value) : value;
    } else {
      // What stands there instead may be anything, a secret too.
      reading.troubles.push_back(
          {fmt::format("the answer has {} at {} for {}: check the pointer", text ? "no number" : "nothing",
                       settings.pointer, settings.name),
           {i}});
    }
  }
  return reading;
}

}  // namespace soundcheck::monitor
