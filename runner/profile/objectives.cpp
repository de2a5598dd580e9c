#include "runner/profile/objectives.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "runner/profile/nearest.hpp"
#include "runner/profile/units.hpp"

namespace soundcheck::profile {

namespace {

std::vector<ObjectiveMetric> all_metrics() {
  std::vector<ObjectiveMetric> out;
  for (core::Subsystem s : core::all_subsystems) {
    for (std::size_t i = 0; i < core::metric_count; ++i) {
      const core::MetricInfo& metric = core::info(static_cast<core::Metric>(i));
      out.push_back({fmt::format("{}.{}", core::to_string(s), metric.name), metric.unit, true, false, s});
    }
    out.push_back({fmt::format("{}.success_rate", core::to_string(s)), "ratio", false, true, s});
    out.push_back({fmt::format("{}.error_rate", core::to_string(s)), "ratio", false, true, s});
    out.push_back({fmt::format("{}.rate", core::to_string(s)), "1/s", false, false, s});
  }
  out.push_back({"target.memory_growth", "bytes", false, false, std::nullopt});
  out.push_back({"target.cpu", "cores", false, false, std::nullopt});
  return out;
}

bool declares(const System& system, core::Subsystem subsystem) {
  switch (subsystem) {
    case core::Subsystem::api:
      return system.api.has_value();
    case core::Subsystem::websocket:
      return system.websocket.has_value();
    case core::Subsystem::ai_pipeline:
      return system.ai_pipeline.has_value();
  }
  return false;
}

Parsed<double> parse_amount(const ObjectiveMetric& metric, std::string_view text) {
  if (metric.unit == "s") {
    const Parsed<Duration> duration = parse_duration(text);
    if (!duration.value) return Parsed<double>::wrong(duration.message, duration.hint);
    return Parsed<double>::ok(core::to_seconds(*duration.value));
  }
  if (metric.unit == "bytes") return parse_bytes(text);
  if (metric.unit == "1/s") {
    const Parsed<Rate> rate = parse_rate(text);
    if (!rate.value) return Parsed<double>::wrong(rate.message, rate.hint);
    return Parsed<double>::ok(rate.value->per_second);
  }
  if (metric.unit == "ratio") {
    Parsed<double> ratio = parse_ratio(text);
    if (metric.fraction && ratio.value && *ratio.value > 1) {
      return Parsed<double>::wrong("this ratio cannot pass 100%", fmt::format("write for example {}%", text));
    }
    return ratio;
  }
  return parse_number(text);
}

/// An operator and an amount in the metric's unit.
std::optional<Bound> read_bound(const ObjectiveMetric& metric, const Value& node, Mistakes& mistakes) {
  if (node.kind != Value::Kind::scalar) return std::nullopt;  // reported when the key was read
  const std::string& text = node.text;
  Bound bound;
  bound.text = text;
  std::size_t length = 1;
  if (text.rfind("<=", 0) == 0 || text.rfind(">=", 0) == 0) length = 2;
  if (text.empty() || (text[0] != '<' && text[0] != '>')) {
    mistakes.report(node, "a bound begins with <, <=, > or >=", "write for example \"< 200ms\"");
    return std::nullopt;
  }
  const bool less = text[0] == '<';
  if (length == 2) {
    bound.op = less ? Bound::Op::less_equal : Bound::Op::greater_equal;
  } else {
    bound.op = less ? Bound::Op::less : Bound::Op::greater;
  }
  const std::size_t start = std::min(text.find_first_not_of(' ', length), text.size());
  const Parsed<double> amount = parse_amount(metric, std::string_view(text).substr(start));
  if (!amount.value) {
    mistakes.report(node, fmt::format("the bound of {}: {}", metric.name, amount.message), amount.hint);
    return std::nullopt;
  }
  bound.value = *amount.value;
  return bound;
}

bool upper(const Bound& bound) { return bound.op == Bound::Op::less || bound.op == Bound::Op::less_equal; }
bool inclusive(const Bound& bound) {
  return bound.op == Bound::Op::less_equal || bound.op == Bound::Op::greater_equal;
}

void check_warning(const Bound& target, const Bound& warning, const Value& node, Mistakes& mistakes) {
  if (upper(target) != upper(warning)) {
    mistakes.report(node, fmt::format("the warning points the other way than the target \"{}\"", target.text),
                    "both must begin with <, or both with >");
    return;
  }
  const bool tighter = upper(target) ? warning.value < target.value : warning.value > target.value;
  const bool same_but_open = warning.value == target.value && inclusive(target) && !inclusive(warning);
  if (tighter || same_but_open) {
    mistakes.report(node, fmt::format("the warning is stricter than the target \"{}\"", target.text),
                    "the target is the good level, the warning the one that is still bearable");
  }
}

void check_task(const Objective& objective, const ObjectiveMetric& metric, const System& system,
                const Value& node, Mistakes& mistakes) {
  if (metric.subsystem != core::Subsystem::api) {
    mistakes.report(node, "only the api has tasks", "remove the key, or name a metric of the api");
    return;
  }
  if (!system.api) return;
  std::vector<std::string> names;
  for (const HttpTask& task : system.api->tasks) names.push_back(task.name);
  if (std::find(names.begin(), names.end(), *objective.task) == names.end()) {
    mistakes.report(node, "the api has no such task", nearest_hint(*objective.task, names));
  }
}

void check_aggregation(const Objective& objective, const ObjectiveMetric& metric, const Value& node,
                       Mistakes& mistakes) {
  const Value* given = node.find("aggregation");
  if (given == nullptr) {
    if (metric.distribution) {
      mistakes.report(node, fmt::format("{} is a distribution and needs an aggregation", metric.name),
                      "write for example aggregation: p95");
    }
  } else if (!metric.distribution) {
    mistakes.report(*given, fmt::format("{} is one number and has no aggregation", metric.name),
                    "remove the key");
  } else if (!objective.aggregation.empty()) {
    const auto& known = aggregations();
    if (std::find(known.begin(), known.end(), objective.aggregation) == known.end()) {
      mistakes.report(*given, "unknown aggregation", nearest_hint(objective.aggregation, known));
    }
  }
}

void check_objective(Objective& objective, const Value& node, const System& system, Mistakes& mistakes) {
  objective.line = node.origin.line;
  const Value* metric_node = node.find("metric");
  if (metric_node == nullptr || objective.metric.empty()) return;  // reported when the keys were read
  const auto& known = objective_metrics();
  const auto metric = std::find_if(known.begin(), known.end(),
                                   [&](const ObjectiveMetric& m) { return m.name == objective.metric; });
  if (metric == known.end()) {
    std::vector<std::string> names;
    for (const ObjectiveMetric& m : known) names.push_back(m.name);
    mistakes.report(*metric_node, "unknown metric", nearest_hint(objective.metric, names));
    return;
  }
  if (metric->subsystem && !declares(system, *metric->subsystem)) {
    mistakes.report(*metric_node,
                    fmt::format("the system declares no {}", core::to_string(*metric->subsystem)),
                    "remove the objective, or declare the subsystem");
  }
  check_aggregation(objective, *metric, node, mistakes);
  if (objective.task) check_task(objective, *metric, system, *node.find("task"), mistakes);
  std::optional<Bound> target;
  if (const Value* bound = node.find("target")) target = read_bound(*metric, *bound, mistakes);
  if (target) objective.target = *target;
  if (const Value* bound = node.find("warning")) {
    objective.warning = read_bound(*metric, *bound, mistakes);
    if (target && objective.warning) check_warning(*target, *objective.warning, *bound, mistakes);
  }
}

}  // namespace

const std::vector<ObjectiveMetric>& objective_metrics() {
  static const std::vector<ObjectiveMetric> metrics = all_metrics();
  return metrics;
}

const std::vector<std::string>& aggregations() {
  static const std::vector<std::string> names{"p50", "p90", "p95", "p99", "p99.9", "max", "min", "mean"};
  return names;
}

void check_objectives(const Value& nodes, System& system, Mistakes& mistakes) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < nodes.items.size() && i < system.objectives.size(); ++i) {
    const Value& node = nodes.items[i];
    if (node.kind != Value::Kind::map) continue;
    Objective& objective = system.objectives[i];
    check_objective(objective, node, system, mistakes);
    if (!objective.name.empty() && !seen.insert(objective.name).second) {
      mistakes.report(*node.find("name"), "another objective has this name", "names must differ");
    }
  }
}

}  // namespace soundcheck::profile
