#include "runner/report/leaks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "runner/report/lookup.hpp"
#include "runner/report/text.hpp"

namespace soundcheck::report {

namespace {

/// A nearer limit than the one that an objective sets takes its place.
void take_limit(const std::optional<ResourceLimit>& found, LeakResult& leak) {
  if (!leak.rule.limit.empty())
    leak.limit = fmt::format("the bound of the objective \"{}\"", leak.rule.limit);
  std::optional<double>& limit = leak.rule.criteria.limit;
  if (!found || (limit && *limit <= found->value)) return;
  limit = found->value;
  leak.limit = found->what;
}

/// Nothing without samples of the load. `all`: those after it too.
std::optional<LeakResult> judge(LeakResult leak, const trend::Series& all, double load_seconds,
                                const LeakFacts& facts, const std::optional<ResourceLimit>& limit = {}) {
  const auto end =
      std::find_if(all.begin(), all.end(), [&](const trend::Point& p) { return p.at > load_seconds; });
  if (end == all.begin()) return std::nullopt;
  const trend::Series loaded{all.begin(), end};
  leak.rule = facts.rules.of(leak.monitor, leak.series, leak.unit);
  leak.rule.criteria.load_seconds = load_seconds;
  take_limit(limit, leak);
  leak.report = trend::judge_leak(loaded, leak.rule.criteria);
  leak.drain = trend::judge_drain(all, 0, load_seconds);
  for (const WorkDone& work : facts.work)
    leak.by_work.push_back({work.unit, trend::growth_by_work(leak.report.steady, work.done, 0.99)});
  return leak;
}

/// `value_of` gives a sample's value, or nothing.
template <class F>
trend::Series series_of(const ProcessResult& process, F&& value_of) {
  trend::Series series;
  for (const ProcessSample& sample : process.samples) {
    if (const std::optional<double> value = value_of(sample)) series.push_back({sample.at, *value});
  }
  return series;
}

template <class T>
std::optional<double> as_value(const std::optional<T>& value) {
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

std::string amount(double value, const std::string& unit) { return human_value(value, unit, "monitors."); }

std::string subject(const LeakResult& leak) {
  if (leak.monitor != "target" && leak.monitor != "generator")
    return fmt::format("{} of the monitor {}", with_spaces(leak.series), printable(leak.monitor));
  if (leak.series == "rss") return "memory (RSS)";
  if (leak.series == "pss") return "memory (PSS)";
  return "the number of " + leak.series;
}

std::string why_not(const LeakResult& leak) {
  const trend::LeakReport& report = leak.report;
  switch (report.reason) {
    case trend::LeakReason::too_short:
      return "there are too few samples";
    case trend::LeakReason::too_noisy:
      return fmt::format("growth of {} to {} an hour is possible", amount(report.growth_range.low, leak.unit),
                         amount(report.growth_range.high, leak.unit));
    case trend::LeakReason::little_so_far:
      return fmt::format("it grows by {} an hour, but has not grown by {} yet",
                         amount(report.growth_per_hour, leak.unit),
                         amount(leak.rule.criteria.least_growth, leak.unit));
    case trend::LeakReason::still_warming_up:
      return "it rises, but ever more slowly";
    case trend::LeakReason::too_few_cycles:
      return "it falls back from time to time, too rarely to know how far";
    case trend::LeakReason::unseen:
      return fmt::format("for {} of the load no sample could be taken", human_time(report.unseen_seconds));
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

std::string warmed_up(const trend::LeakReport& report) {
  if (!report.warm_up || report.warm_up->size <= 0) return "";
  return fmt::format(", after a warm-up of {}", human_time(report.warm_up_ends_at - report.from));
}

/// "; that is 1.03 MB for 1,000 requests, or 51.0 kB for a call". Only what the growth certainly goes with,
/// if there is such work.
std::string by_work(const LeakResult& leak) {
  using trend::GrowthFollows;
  const auto follows = [](GrowthFollows what) {
    return [what](const GrowthByWork& work) { return work.report.follows == what; };
  };
  const std::vector<GrowthByWork>& all = leak.by_work;
  if (!all.empty() && std::all_of(all.begin(), all.end(), follows(GrowthFollows::time)))
    return "; it grows with the time, not with what is done";
  const bool known = std::any_of(all.begin(), all.end(), follows(GrowthFollows::work));
  std::vector<std::string> parts;
  for (const GrowthByWork& work : all) {
    if (work.report.range.low <= 0 || (known && work.report.follows != GrowthFollows::work)) continue;
    parts.push_back(work.unit == "request"
                        ? amount(1000 * work.report.per_unit, leak.unit) + " for 1,000 requests"
                        : fmt::format("{} for a {}", amount(work.report.per_unit, leak.unit), work.unit));
  }
  return parts.empty() ? "" : fmt::format("; that is {}", fmt::join(parts, ", or "));
}

std::string until_the_limit(const LeakResult& leak) {
  if (!leak.report.hours_to_limit) return "";
  const double hours = *leak.report.hours_to_limit;
  const std::string limit = fmt::format("{}, {},", amount(*leak.rule.criteria.limit, leak.unit), leak.limit);
  if (hours <= 0) return fmt::format("; it is past {} already", limit);
  return fmt::format("; at this rate it reaches {} in {}", limit,
                     hours < 48 ? human_number(hours) + " hours" : human_number(hours / 24) + " days");
}

std::string what_it_means(const LeakResult& leak) {
  std::string text;
  if (!leak.rule.from_objective) {
    text = "; no objective is about it, so it does not count for the result of the run";
  } else if (leak.report.growth_range.high < leak.rule.criteria.tolerated_per_hour) {
    text = "; the objective allows that much";
  }
  if (leak.monitor == "target") text += "; run_load_tests isolate finds the part of the load that does it";
  return text;
}

}  // namespace

std::vector<WorkDone> work_done(const std::vector<SubsystemResult>& subsystems) {
  std::vector<WorkDone> all;
  for (const SubsystemResult& s : subsystems) {
    const bool calls = s.subsystem == core::Subsystem::ai_pipeline;
    if (s.skipped || (!calls && s.subsystem != core::Subsystem::api)) continue;
    WorkDone work{calls ? "call" : "request", {{0, 0}}};
    for (const SecondRow& row : s.seconds) {
      const double before = work.done.back().value;
      work.done.push_back({row.at, before + static_cast<double>(row.succeeded + row.failed)});
    }
    all.push_back(std::move(work));
  }
  return all;
}

void judge_leaks(ProcessResult& process, double load_seconds, const std::string& monitor,
                 const LeakFacts& facts) {
  process.leaks.clear();
  if (load_seconds < verdict::min_leak_seconds) return;
  const auto add = [&](const char* series, const char* unit, const trend::Series& all,
                       const std::optional<ResourceLimit>& limit = {}) {
    auto leak = judge({series, unit, {}, {}, monitor}, all, load_seconds, facts, limit);
    if (leak) process.leaks.push_back(std::move(*leak));
  };
  using Sample = ProcessSample;
  using Value = std::optional<double>;
  add("rss", "bytes",
      series_of(process,
                [](const Sample& s) {
                  return Value(static_cast<double>(s.rss_lowest_bytes.value_or(s.rss_bytes)));
                }),
      process.memory_limit);
  add("pss", "bytes", series_of(process, [](const Sample& s) { return as_value(s.pss_bytes); }),
      process.memory_limit);
  add("descriptors", "count", series_of(process, [](const Sample& s) { return as_value(s.descriptors); }),
      process.descriptor_limit);
  add("threads", "count",
      series_of(process, [](const Sample& s) { return Value(static_cast<double>(s.threads)); }));
}

void judge_leaks(MonitorResult& monitor, double load_seconds, const LeakFacts& facts) {
  monitor.leaks.clear();
  if (load_seconds < verdict::min_leak_seconds) return;
  for (const metrics::SeriesRecord& series : monitor.record.series) {
    const std::string& name = monitor.record.name;
    if (!series.may_leak && !facts.rules.of(name, series.name, series.unit).from_objective) continue;
    const trend::Series all = verdict::points_until(series.series, std::numeric_limits<double>::infinity());
    auto leak = judge({series.name, series.unit, {}, {}, name}, all, load_seconds, facts);
    if (leak) monitor.leaks.push_back(std::move(*leak));
  }
}

std::string growth_words(const LeakResult& leak) {
  const trend::LeakReport& report = leak.report;
  return fmt::format("{} grows by {} an hour ({} to {}, 99 % sure)", subject(leak),
                     amount(report.growth_per_hour, leak.unit), amount(report.growth_range.low, leak.unit),
                     amount(report.growth_range.high, leak.unit));
}

std::string leak_sentence(const LeakResult& leak) {
  const trend::LeakReport& report = leak.report;
  switch (report.verdict) {
    case trend::LeakVerdict::leak:
      return fmt::format("leak: {}{}{}{}{}{}", growth_words(leak), warmed_up(report), by_work(leak),
                         until_the_limit(leak), drained(leak.drain), what_it_means(leak));
    case trend::LeakVerdict::no_leak:
      if (report.growth_range.high <= 0)
        return fmt::format("no leak: {} does not grow (99 % sure){}", subject(leak), warmed_up(report));
      return fmt::format("no leak: {} grows by less than {} an hour, if at all (99 % sure){}{}",
                         subject(leak), amount(report.growth_range.high, leak.unit), warmed_up(report),
                         leak.drain.verdict == trend::DrainVerdict::kept ? "" : drained(leak.drain));
    case trend::LeakVerdict::cannot_tell: {
      const std::string longer =
          report.needed_seconds ? fmt::format("; run for {} or longer", human_time(*report.needed_seconds))
                                : std::string();
      return fmt::format("cannot tell whether {} leaks: {}{}{}", subject(leak), why_not(leak), longer,
                         drained(leak.drain));
    }
  }
  return "";
}

void explain_growth(RunResult& result) {
  const auto explain = [&](const std::vector<LeakResult>& leaks) {
    for (const LeakResult& leak : leaks) {
      const std::string name = fmt::format("{}.{}", leak.monitor, leak.series);
      for (ObjectiveResult& objective : result.objectives) {
        if (!objective.range || verdict::grown_series(objective.metric, objective.aggregation) != name)
          continue;
        if (!objective.remark.empty()) objective.remark += "; ";
        objective.remark += leak_sentence(leak);
      }
    }
  };
  explain(result.target.leaks);
  explain(result.generator.leaks);
  for (const MonitorResult& monitor : result.monitors) explain(monitor.leaks);
}

}  // namespace soundcheck::report
