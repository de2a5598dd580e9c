#include "runner/report/trend_json.hpp"

#include "runner/report/leaks.hpp"

namespace soundcheck::report {

namespace {

constexpr auto one_line = JsonWriter::Layout::one_line;

void write_steps(JsonWriter& json, std::string_view name, const std::vector<trend::Step>& steps) {
  json.key(name);
  json.begin_array();
  for (const trend::Step& step : steps) {
    json.begin_object(one_line);
    json.member("at", step.at);
    json.member("size", step.size);
    json.end();
  }
  json.end();
}

void write_work(JsonWriter& json, const std::vector<GrowthByWork>& all) {
  json.key("by_work");
  json.begin_array();
  for (const GrowthByWork& work : all) {
    json.begin_object(one_line);
    json.member("unit", work.unit);
    json.member("growth", work.report.per_unit);
    json.member("growth_low", work.report.range.low);
    json.member("growth_high", work.report.range.high);
    json.member("follows", trend::name_of(work.report.follows));
    json.end();
  }
  json.end();
}

}  // namespace

void write_degradation(JsonWriter& json, const std::vector<DegradationResult>& results) {
  json.key("degradation");
  json.begin_array();
  for (const DegradationResult& result : results) {
    const trend::DegradationReport& report = result.report;
    json.begin_object();
    json.member("series", result.series);
    json.member("unit", result.unit);
    json.member("verdict", trend::name_of(report.verdict));
    json.member("level_at_start", report.level_at_start);
    json.member("level_at_end", report.level_at_end);
    json.member("change", report.change);
    json.member("change_low", report.change_range.low);
    json.member("change_high", report.change_range.high);
    json.member("trend_per_hour", report.trend_per_hour);
    json.member("needed_seconds", report.needed_seconds);
    write_steps(json, "jumps", report.jumps);
    json.end();
  }
  json.end();
}

void write_leaks(JsonWriter& json, const std::vector<LeakResult>& leaks) {
  json.key("leaks");
  json.begin_array();
  for (const LeakResult& leak : leaks) {
    const trend::LeakReport& report = leak.report;
    json.begin_object();
    json.member("series", leak.series);
    json.member("unit", leak.unit);
    json.member("verdict", trend::name_of(report.verdict));
    json.member("text", leak_sentence(leak));
    json.member("in_objective", leak.rule.from_objective);
    json.member("least_per_hour", leak.rule.criteria.least_per_hour);
    json.member("tolerated_per_hour", leak.rule.criteria.tolerated_per_hour);
    json.member("growth_per_hour", report.growth_per_hour);
    json.member("growth_per_hour_low", report.growth_range.low);
    json.member("growth_per_hour_high", report.growth_range.high);
    write_work(json, leak.by_work);
    json.member("limit", leak.rule.criteria.limit);
    json.member("limit_is", leak.limit);
    json.member("hours_to_limit", report.hours_to_limit);
    json.member("trend_chance", report.trend.chance_up);
    json.member("warm_up_ends_at", report.warm_up_ends_at);
    json.member("needed_seconds", report.needed_seconds);
    json.member("drain", trend::name_of(leak.drain.verdict));
    json.member("returned", leak.drain.returned);
    write_steps(json, "steps", report.steps);
    json.end();
  }
  json.end();
}

}  // namespace soundcheck::report
