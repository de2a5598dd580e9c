#include "runner/profile/objectives.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "runner/profile/monitors.hpp"
#include "runner/profile/nearest.hpp"
#include "runner/profile/units.hpp"

namespace soundcheck::profile {

namespace {

std::vector<ObjectiveMetric> all_metrics() {
  std::vector<ObjectiveMetric> out;
  for (core::Subsystem s : core::all_subsystems) {
    for (std::size_t i = 0; i < core::metric_count; ++i) {
      const core::MetricInfo& metric = core::info(static_cast<core::Metric>(i));
      out.push_back(
          {fmt::format("{}.{}", core::to_string(s), metric.name), std::string(metric.unit), true, false, s});
    }
    out.push_back({fmt::format("{}.success_rate", core::to_string(s)), "ratio", false, true, s});
    out.push_back({fmt::format("{}.error_rate", core::to_string(s)), "ratio", false, true, s});
    if (s == core::Subsystem::api) {
      out.push_back({"api.client_error_rate", "ratio", false, true, s});
      out.push_back({"api.server_error_rate", "ratio", false, true, s});
    }
    out.push_back({fmt::format("{}.rate", core::to_string(s)), "1/s", false, false, s});
  }
  out.push_back({"target.memory_growth", "bytes", false, false, std::nullopt});
  out.push_back({std::string(target_growth_per_hour), "bytes/h", false, false, std::nullopt});
  out.push_back({"target.memory", "bytes", false, false, std::nullopt});
  out.push_back({"target.cpu", "cores", false, false, std::nullopt});
  out.push_back({"target.cpu_share", "ratio", false, true, std::nullopt});
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

/// Of the amounts in the bounds.
std::string unit_of(const Objective& objective, const ObjectiveMetric& metric) {
  return objective.aggregation == growth_per_hour ? metric.unit + "/h" : metric.unit;
}

/// `fraction`: a ratio that cannot pass 1.
Parsed<double> parse_amount(std::string_view unit, bool fraction, std::string_view text) {
  if (unit.ends_with("/h")) {
    if (!text.ends_with("/h")) {
      return Parsed<double>::wrong("this is not a growth an hour",
                                   unit == "bytes/h" ? "write for example 10MB/h" : "write for example 60/h");
    }
    return parse_amount(unit.substr(0, unit.size() - 2), false, text.substr(0, text.size() - 2));
  }
  if (unit == "s") {
    const Parsed<Duration> duration = parse_duration(text);
    if (!duration.value) return Parsed<double>::wrong(duration.message, duration.hint);
    return Parsed<double>::ok(core::to_seconds(*duration.value));
  }
  if (unit == "bytes") return parse_bytes(text);
  if (unit == "bytes/s") return parse_byte_rate(text);
  if (unit == "1/s") {
    const Parsed<Rate> rate = parse_rate(text);
    if (!rate.value) return Parsed<double>::wrong(rate.message, rate.hint);
    return Parsed<double>::ok(rate.value->per_second);
  }
  if (unit == "ratio") {
    Parsed<double> ratio = parse_ratio(text);
    if (fraction && ratio.value && *ratio.value > 1) {
      return Parsed<double>::wrong("this ratio cannot pass 100%", fmt::format("write for example {}%", text));
    }
    return ratio;
  }
  return parse_number(text);
}

/// An operator and an amount in the metric's unit; a stability is a ratio, whatever the unit.
std::optional<Bound> read_bound(const Objective& objective, const ObjectiveMetric& metric, const Value& node,
                                Mistakes& mistakes) {
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
  const std::string_view amount_text = std::string_view(text).substr(start);
  const bool stability = objective.stability;
  const std::string unit = unit_of(objective, metric);
  const Parsed<double> amount =
      stability ? parse_ratio(amount_text) : parse_amount(unit, metric.fraction, amount_text);
  if (!amount.value) {
    mistakes.report(node,
                    fmt::format("the bound of {}{}: {}", stability ? "the stability of " : "", metric.name,
                                amount.message),
                    stability ? "write for example \"<= 1.2\"" : amount.hint);
    return std::nullopt;
  }
  bound.value = *amount.value;
  if (unit.ends_with("/h") && (!bound.upper() || bound.value <= 0)) {
    mistakes.report(node, "growth an hour is bounded from above, by more than 0",
                    "it is known within an interval only; write for example \"< 10MB/h\"");
    return std::nullopt;
  }
  return bound;
}

bool inclusive(const Bound& bound) {
  return bound.op == Bound::Op::less_equal || bound.op == Bound::Op::greater_equal;
}

/// A level must be easier to reach than the better one before it.
void check_order(const ObjectiveLevel& better, const ObjectiveLevel& level, const Value& node,
                 Mistakes& mistakes) {
  const Bound& first = better.bound;
  const Bound& second = level.bound;
  if (first.upper() != second.upper()) {
    mistakes.report(
        node,
        fmt::format("the {} points the other way than the {} \"{}\"", level.name, better.name, first.text),
        "both must begin with <, or both with >");
    return;
  }
  const bool tighter = first.upper() ? second.value < first.value : second.value > first.value;
  const bool same_but_open = second.value == first.value && inclusive(first) && !inclusive(second);
  if (tighter || same_but_open) {
    mistakes.report(
        node, fmt::format("the {} is stricter than the {} \"{}\"", level.name, better.name, first.text),
        level.name == "warning" ? "the target is the good level, the warning the one that is still bearable"
                                : "write the best level first");
  }
}

/// Names and places of levels with names of their own. True if their bounds can be read.
bool check_level_names(const Value& list, Mistakes& mistakes) {
  if (list.kind != Value::Kind::list) return false;
  std::set<std::string> names;
  bool good = true;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Value& item = list.items[i];
    if (item.kind != Value::Kind::map) return false;
    if (const Value* name = item.find("name")) {
      if (name->text == "no_data")
        mistakes.report(*name, "no_data stands for missing figures and cannot name a level");
      if (name->text == "cannot_tell")
        mistakes.report(*name, "cannot_tell stands for figures that are not certain and cannot name a level");
      if (!names.insert(name->text).second)
        mistakes.report(*name, "another level has this name", "names must differ");
    }
    const bool last = i + 1 == list.items.size() && i > 0;
    if (item.find("bound") == nullptr && !last) {
      mistakes.report(item, "the key \"bound\" is missing",
                      "only the last level of several may go without: it names what is left");
      good = false;
    }
  }
  return good;
}

/// The nodes that the bounds of the levels were read from, in the order of the levels.
std::vector<const Value*> bound_nodes(const Value& node) {
  std::vector<const Value*> nodes;
  for (const char* key : {"target", "warning"}) {
    if (const Value* bound = node.find(key)) nodes.push_back(bound);
  }
  if (const Value* levels = node.find("levels")) {
    for (const Value& level : levels->items) {
      if (const Value* bound = level.find("bound")) nodes.push_back(bound);
    }
  }
  return nodes;
}

void check_levels(Objective& objective, const ObjectiveMetric& metric, const Value& node,
                  Mistakes& mistakes) {
  const Value* named = node.find("levels");
  if (named != nullptr && (node.find("target") != nullptr || !check_level_names(*named, mistakes))) return;
  const std::vector<const Value*> nodes = bound_nodes(node);
  if (nodes.size() != objective.levels.size()) return;  // reported when the keys were read
  bool all_read = true;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto bound = read_bound(objective, metric, *nodes[i], mistakes);
    if (bound) objective.levels[i].bound = *bound;
    all_read = all_read && bound;
  }
  for (std::size_t i = 1; all_read && i < nodes.size(); ++i)
    check_order(objective.levels[i - 1], objective.levels[i], *nodes[i], mistakes);
}

/// Fills objective.tasks from `task` or `tag`.
void check_tasks(Objective& objective, const ObjectiveMetric& metric, const System& system, const Value& node,
                 Mistakes& mistakes) {
  if (!objective.task && !objective.tag) return;
  const Value& given = *node.find(objective.task ? "task" : "tag");
  if (objective.task && objective.tag) {
    mistakes.report(*node.find("tag"), "an objective is about a task or a tag, not both", "remove one");
    return;
  }
  if (!metric.subsystem) {
    mistakes.report(given, fmt::format("{} is not measured by task", metric.name), "remove the key");
    return;
  }
  if (!declares(system, *metric.subsystem)) return;  // reported with the metric
  const std::vector<std::string> names = task_names(system, *metric.subsystem);
  const auto known = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const std::string_view subsystem = core::to_string(*metric.subsystem);
  if (objective.task) {
    if (!known(*objective.task)) {
      mistakes.report(given, fmt::format("the {} has no such task", subsystem),
                      nearest_hint(*objective.task, names));
    }
    objective.tasks = {*objective.task};
    return;
  }
  const auto tag = system.tags.find(*objective.tag);
  if (tag == system.tags.end()) {
    std::vector<std::string> tags;
    for (const auto& [name, tasks] : system.tags) tags.push_back(name);
    mistakes.report(given, "the system has no such tag",
                    tags.empty() ? "declare it, for example tags: {read: [list_calls]}"
                                 : nearest_hint(*objective.tag, tags));
    return;
  }
  std::copy_if(tag->second.begin(), tag->second.end(), std::back_inserter(objective.tasks), known);
  if (objective.tasks.empty())
    mistakes.report(given, fmt::format("no task of the {} has this tag", subsystem));
}

/// What is judged over time.
void check_time(Objective& objective, const ObjectiveMetric& metric, const Value& node, Mistakes& mistakes) {
  const auto refuse = [&](const char* key, bool given, std::string_view why, std::string_view hint) {
    if (given) mistakes.report(*node.find(key), std::string(why), std::string(hint));
  };
  if (!metric.subsystem) {
    const std::string why =
        fmt::format("{} is {} for the whole run", metric.name, metric.series ? "judged" : "one figure");
    refuse("over", objective.over.has_value(), why, "remove the key");
    refuse("stability", objective.stability, why, "remove the key");
    refuse("abort_on_fail", objective.abort_on_fail, why, "remove the key");
    return;
  }
  if (objective.over && *objective.over % std::chrono::seconds(1) != Duration::zero())
    refuse("over", true, "a window is a whole number of seconds", "write for example 30s");
  refuse("stability", objective.stability && objective.over.has_value(),
         "a stability compares thirds of the run and has no window", "remove one of over and stability");
  refuse("abort_on_fail", objective.abort_on_fail && objective.stability,
         "a stability is known only at the end of the run", "remove the key");
  if (node.find("grace") == nullptr) objective.grace = default_grace;
}

void check_aggregation(const Objective& objective, const ObjectiveMetric& metric, const Value& node,
                       Mistakes& mistakes) {
  const Value* given = node.find("aggregation");
  const auto& known = metric.series ? monitor_aggregations() : aggregations();
  if (given == nullptr) {
    if (metric.series) {
      mistakes.report(node, fmt::format("{} is a series and needs an aggregation", metric.name),
                      "write for example aggregation: max");
    } else if (metric.distribution) {
      mistakes.report(node, fmt::format("{} is a distribution and needs an aggregation", metric.name),
                      "write for example aggregation: p95");
    }
  } else if (!metric.distribution && !metric.series) {
    mistakes.report(*given, fmt::format("{} is one number and has no aggregation", metric.name),
                    "remove the key");
  } else if (!objective.aggregation.empty()) {
    if (std::find(known.begin(), known.end(), objective.aggregation) == known.end()) {
      mistakes.report(*given, "unknown aggregation", nearest_hint(objective.aggregation, known));
    }
  }
}

void check_objective(Objective& objective, const Value& node, const System& system, Mistakes& mistakes) {
  objective.line = node.origin.line;
  const Value* metric_node = node.find("metric");
  if (metric_node == nullptr || objective.metric.empty()) return;  // reported when the keys were read
  std::vector<ObjectiveMetric> known = objective_metrics();
  const std::vector<ObjectiveMetric> monitored = monitor_metrics(system);
  known.insert(known.end(), monitored.begin(), monitored.end());
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
  check_tasks(objective, *metric, system, node, mistakes);
  check_levels(objective, *metric, node, mistakes);
  check_time(objective, *metric, node, mistakes);
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

namespace {

/// What results of an API are counted under: tasks, the names of their requests, and the login.
std::vector<std::string> result_names(const ApiSystem& api) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const HttpTask& task : api.tasks) add(task.name);
  for (const HttpTask& task : api.tasks) {
    for (const std::string& name : names_of_requests(task.steps)) add(name);
  }
  if (api.login) add("login");
  return names;
}

}  // namespace

std::vector<std::string> task_names(const System& system, core::Subsystem subsystem) {
  std::vector<std::string> names;
  switch (subsystem) {
    case core::Subsystem::api:
      if (system.api) {
        names = result_names(*system.api);
      }
      break;
    case core::Subsystem::websocket:
      if (system.websocket) names = {"connection", "exchange", "ping"};
      break;
    case core::Subsystem::ai_pipeline:
      if (system.ai_pipeline) {
        for (const audio::Encoding encoding : system.ai_pipeline->encodings)
          names.push_back(fmt::format("call_{}", audio::to_string(encoding)));
      }
      break;
  }
  return names;
}

void check_tags(const Value& node, const System& system, Mistakes& mistakes) {
  std::vector<std::string> names;
  for (const core::Subsystem subsystem : core::all_subsystems) {
    const std::vector<std::string> more = task_names(system, subsystem);
    names.insert(names.end(), more.begin(), more.end());
  }
  for (const Value::Entry& tag : node.entries) {
    for (const Value& task : tag.value.items) {
      if (task.kind != Value::Kind::scalar || task.broken) continue;
      if (std::find(names.begin(), names.end(), task.text) == names.end())
        mistakes.report(task, "no subsystem has such a task", nearest_hint(task.text, names));
    }
  }
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
