#include "runner/profile/reference.hpp"

#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json.hpp>

#include "protocols/core/generator.hpp"
#include "runner/profile/declarations.hpp"
#include "runner/profile/load.hpp"
#include "runner/profile/monitors.hpp"
#include "runner/profile/objectives.hpp"
#include "runner/profile/run_list.hpp"
#include "runner/profile/step_types.hpp"

namespace soundcheck::profile {

namespace {

constexpr std::string_view extends_description =
    "another file of the same kind, by name or by a path relative to this file that ends in .yaml: its maps "
    "are "
    "merged with this file's, lists and values are replaced, `key: ~` removes a key";

/// `extends` is handled before the keys are read, so it is no part of the declarations.
Shape document_shape(const Shape& declared) {
  Shape shape = declared;
  shape.keys.insert(shape.keys.begin(), {"extends",
                                         {"text", "", {{"type", "string"}}, nullptr, false},
                                         false,
                                         {},
                                         std::string(extends_description)});
  return shape;
}

/// One table, then those of the maps inside.
void write_tables(const std::string& path, const Shape& shape, std::string& out) {
  out += fmt::format("\n### {}\n\n| Key | Type | Range | Default | Meaning |\n|---|---|---|---|---|\n", path);
  for (const KeyInfo& info : shape.keys) {
    const std::string fallback = info.default_text.empty() ? "" : fmt::format("`{}`", info.default_text);
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", info.key, info.type.name, info.type.range,
                       info.required ? "required" : fallback, info.description);
  }
  if (!shape.exactly_one_of.empty())
    out += fmt::format("\nExactly one of: {}.\n", fmt::join(shape.exactly_one_of, ", "));
  for (const auto& [key, other] : shape.needs)
    out += fmt::format("\n`{}` needs `{}` beside it.\n", key, other);
  for (const KeyInfo& info : shape.keys) {
    if (!info.type.shape) continue;
    write_tables(fmt::format("{}.{}{}", path, info.key, info.type.list ? "[]" : ""), *info.type.shape, out);
  }
}

/// Every subsystem has the same metrics, so those of one stand for all.
void write_metrics(std::string& out) {
  out +=
      "\n### Metrics of objectives\n\n`S` is api, websocket or ai_pipeline. A metric that a subsystem never "
      "records "
      "gives no data.\n\n| Metric | Unit | Aggregation |\n|---|---|---|\n";
  for (const ObjectiveMetric& metric : objective_metrics()) {
    if (metric.subsystem && metric.subsystem != core::all_subsystems.front()) continue;
    const std::string name =
        metric.subsystem ? fmt::format("S{}", metric.name.substr(metric.name.find('.'))) : metric.name;
    out += fmt::format("| `{}` | {} | {} |\n", name, metric.unit, metric.distribution ? "needed" : "none");
  }
  out += fmt::format("\nAggregations: {}.\n", fmt::join(aggregations(), ", "));
  out += fmt::format(
      "\n`monitors.NAME.SERIES` is a series of a monitor, in the unit of the series, with one of the "
      "aggregations {}. NAME is a monitor of the system, `{}` or `{}`; the series are in monitors.md.\n",
      fmt::join(monitor_aggregations(), ", "), target_monitor, generator_monitor);
  out += "\n### Generators\n\nA template may also hold these, which make a value anew at each use.\n\n";
  out += "| Generator | Value |\n|---|---|\n";
  for (const core::Generator::Info& generator : core::Generator::all())
    out += fmt::format("| `{{{{{}}}}}` | {} |\n", generator.example, generator.meaning);
}

/// Two spaces a level, keys in the order of the declarations. Lists of plain values stay on one line.
void pretty(const boost::json::value& value, const std::string& indent, std::string& out) {
  const std::string inner = indent + "  ";
  std::string_view separator = "\n";
  if (value.is_object() && !value.get_object().empty()) {
    out += "{";
    for (const auto& [key, item] : value.get_object()) {
      out += fmt::format("{}{}{}: ", separator, inner, boost::json::serialize(boost::json::string(key)));
      pretty(item, inner, out);
      separator = ",\n";
    }
    out += fmt::format("\n{}}}", indent);
  } else if (value.is_array() && !value.get_array().empty() && value.get_array().front().is_object()) {
    out += "[";
    for (const auto& item : value.get_array()) {
      out += fmt::format("{}{}", separator, inner);
      pretty(item, inner, out);
      separator = ",\n";
    }
    out += fmt::format("\n{}]", indent);
  } else {
    out += boost::json::serialize(value);
  }
}

/// Required keys may come from the file that a document extends.
std::string document_schema(const Shape& declared, std::string_view title, boost::json::object definitions) {
  const Shape shape = document_shape(declared);
  boost::json::array required;
  for (const KeyInfo& info : shape.keys) {
    if (info.required) required.emplace_back(info.key);
  }
  boost::json::object schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  for (const auto& [key, value] : shape.schema(false)) schema[key] = value;
  schema["anyOf"] = {{{"required", {"extends"}}}, {{"required", std::move(required)}}};
  if (!definitions.empty()) schema["$defs"] = std::move(definitions);
  std::string out;
  pretty(schema, "", out);
  return out + "\n";
}

}  // namespace

std::string reference_tables() {
  std::string out = "\n## The profile\n";
  write_tables("profile", document_shape(profile_object().shape()), out);
  out += "\n## The system\n";
  write_tables("system", document_shape(system_object().shape()), out);
  out += "\n## A step\n";
  write_tables("step", step_object().shape(), out);
  out += "\n## The list of runs\n";
  write_tables("list", document_shape(run_list_object().shape()), out);
  write_metrics(out);
  return out;
}

std::string with_reference_tables(const std::string& document) {
  const std::size_t begin = document.find(reference_begin);
  const std::size_t end = document.find(reference_end);
  if (begin == std::string::npos || end == std::string::npos) return document;
  return fmt::format("{}{}\n{}\n{}", document.substr(0, begin), reference_begin, reference_tables(),
                     document.substr(end));
}

std::string run_list_json_schema() {
  return document_schema(run_list_object().shape(), "Soundcheck run list", {});
}
std::string profile_json_schema() {
  return document_schema(profile_object().shape(), "Soundcheck profile", {});
}
std::string system_json_schema() {
  boost::json::object steps{
      {"type", "array"}, {"items", step_object().shape().schema(true)}, {"minItems", 1}};
  return document_schema(system_object().shape(), "Soundcheck system", {{"steps", std::move(steps)}});
}

}  // namespace soundcheck::profile
