#include "runner/report/leaks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "runner/report/text.hpp"

namespace soundcheck::report {

namespace {

constexpr trend::LeakCriteria of_bytes{
    .least_per_hour = 1e6, .tolerated_per_hour = 10e6, .least_growth = 2e6};
constexpr trend::LeakCriteria of_counts{.least_per_hour = 10, .tolerated_per_hour = 60, .least_growth = 5};

/// `value_of` gives a sample's value, or nothing.
template <class F>
void judge(ProcessResult& process, std::string series, std::string unit, double load_seconds, F&& value_of) {
  trend::Series all;
  for (const ProcessSample& sample : process.samples) {
    if (const std::optional<double> value = value_of(sample)) all.push_back({sample.at, *value});
  }
  const auto end =
      std::find_if(all.begin(), all.end(), [&](const trend::Point& p) { return p.at > load_seconds; });
  if (all.empty() || end == all.begin()) return;
  const trend::Series loaded{all.begin(), end};
  LeakResult result{std::move(series), std::move(unit), {}, trend::judge_drain(all, 0, load_seconds)};
  result.report = trend::judge_leak(loaded, result.unit == "bytes" ? of_bytes : of_counts);
  process.leaks.push_back(std::move(result));
}

std::string amount(double value, const std::string& unit) {
  return unit == "bytes" ? human_bytes(value) : human_number(value);
}

std::string subject(const LeakResult& leak) {
  if (leak.series == "rss") return "memory (RSS)";
  if (leak.series == "pss") return "memory (PSS)";
  return "the number of " + leak.series;
}

std::string why_not(const LeakResult& leak) {
  switch (leak.report.reason) {
    case trend::LeakReason::too_short:
      return "there are too few samples";
    case trend::LeakReason::too_noisy:
      return fmt::format("growth of {} to {} an hour is possible",
                         amount(leak.report.growth_range.low, leak.unit),
                         amount(leak.report.growth_range.high, leak.unit));
    case trend::LeakReason::little_so_far:
      return fmt::format(
          "it grows by {} an hour, but has not grown by {} yet",
          amount(leak.report.growth_per_hour, leak.unit),
          amount(leak.unit == "bytes" ? of_bytes.least_growth : of_counts.least_growth, leak.unit));
    case trend::LeakReason::still_warming_up:
      return "it rises, but ever more slowly";
    case trend::LeakReason::too_few_cycles:
      return "it falls back from time to time, too rarely to know how far";
    case trend::LeakReason::grows:
    case trend::LeakReason::bounded:
      break;
  }
  return "";
}

std::string drained(const trend::DrainReport& drain) {
  switch (drain.verdict) {
    case trend::DrainVerdict::came_back:
    case trend::DrainVerdict::partly:
    case trend::DrainVerdict::kept:
      return fmt::format("; after the load {} of the growth came back",
                         human_percent(std::clamp(*drain.returned, 0.0, 1.0)));
    case trend::DrainVerdict::no_growth:
    case trend::DrainVerdict::no_data:
      break;
  }
  return "";
}

}  // namespace

void judge_leaks(ProcessResult& process, double load_seconds) {
  process.leaks.clear();
  if (load_seconds < min_leak_seconds) return;
  judge(process, "rss", "bytes", load_seconds,
        [](const ProcessSample& s) -> std::optional<double> { return static_cast<double>(s.rss_bytes); });
  judge(process, "pss", "bytes", load_seconds, [](const ProcessSample& s) -> std::optional<double> {
    if (!s.pss_bytes) return std::nullopt;
    return static_cast<double>(*s.pss_bytes);
  });
  judge(process, "descriptors", "count", load_seconds, [](const ProcessSample& s) -> std::optional<double> {
    if (!s.descriptors) return std::nullopt;
    return static_cast<double>(*s.descriptors);
  });
  judge(process, "threads", "count", load_seconds,
        [](const ProcessSample& s) -> std::optional<double> { return static_cast<double>(s.threads); });
}

std::string leak_sentence(const LeakResult& leak) {
  const trend::LeakReport& report = leak.report;
  switch (report.verdict) {
    case trend::LeakVerdict::leak:
      return fmt::format("leak: {} grows by {} an hour ({} to {}, 99 % sure){}", subject(leak),
                         amount(report.growth_per_hour, leak.unit),
                         amount(report.growth_range.low, leak.unit),
                         amount(report.growth_range.high, leak.unit), drained(leak.drain));
    case trend::LeakVerdict::no_leak:
      return fmt::format("no leak: {} grows by less than {} an hour, if at all (99 % sure)", subject(leak),
                         amount(std::max(0.0, report.growth_range.high), leak.unit));
    case trend::LeakVerdict::cannot_tell: {
      const std::string longer =
          report.needed_seconds ? fmt::format("; run for {} or longer", human_time(*report.needed_seconds))
                                : std::string();
      return fmt::format("cannot tell whether {} leaks: {}{}", subject(leak), why_not(leak), longer);
    }
  }
  return "";
}

}  // namespace soundcheck::report
