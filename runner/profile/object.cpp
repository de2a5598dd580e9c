#include "runner/profile/object.hpp"

#include <algorithm>

#include <fmt/ranges.h>
#include <boost/json.hpp>

namespace soundcheck::profile {

namespace {

boost::json::object key_schema(const KeyInfo& info) {
  boost::json::object schema = info.type.schema;
  schema["description"] = info.description;
  if (!info.default_text.empty()) schema["default"] = to_json(Value::scalar(info.default_text, {}));
  return schema;
}

}  // namespace

std::vector<std::string> Shape::key_names() const {
  std::vector<std::string> names;
  for (const KeyInfo& info : keys) names.push_back(info.key);
  return names;
}

boost::json::object Shape::schema(bool strict) const {
  boost::json::object properties;
  boost::json::array required;
  for (const KeyInfo& info : keys) {
    properties[info.key] = key_schema(info);
    if (info.required) required.emplace_back(info.key);
  }
  boost::json::object out{
      {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!strict) return out;
  if (!required.empty()) out["required"] = std::move(required);
  boost::json::array one_of;
  for (const std::string& key : exactly_one_of)
    one_of.push_back(boost::json::object{{"required", boost::json::array{key}}});
  if (!one_of.empty()) out["oneOf"] = std::move(one_of);
  boost::json::object dependent;
  for (const auto& [key, other] : needs) dependent[key] = boost::json::array{other};
  if (!dependent.empty()) out["dependentRequired"] = std::move(dependent);
  return out;
}

void Shape::check_keys(const Value& map, Mistakes& mistakes) const {
  const std::vector<std::string> known = key_names();
  for (const Value::Entry& entry : map.entries) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
      mistakes.report_key(entry, fmt::format("unknown key \"{}\"", entry.key),
                          nearest_hint(entry.key, known));
    }
  }
  if (!exactly_one_of.empty()) {
    const auto given = std::count_if(exactly_one_of.begin(), exactly_one_of.end(),
                                     [&](const std::string& key) { return map.find(key) != nullptr; });
    if (given != 1)
      mistakes.report(map, fmt::format("write exactly one of {}", fmt::join(exactly_one_of, ", ")));
  }
  for (const auto& [key, other] : needs) {
    if (map.find(key) != nullptr && map.find(other) == nullptr) {
      mistakes.report(map, fmt::format("\"{}\" needs \"{}\" beside it", key, other));
    }
  }
}

bool expect_kind(const Value& value, Value::Kind kind, Mistakes& mistakes) {
  if (value.kind == kind) return true;
  if (value.kind == Value::Kind::null) {
    mistakes.report(value, "the value is missing",
                    fmt::format("write {}, or remove the key", kind_name(kind)));
  } else {
    mistakes.report(value,
                    fmt::format("{} is expected here, not {}", kind_name(kind), kind_name(value.kind)));
  }
  return false;
}

}  // namespace soundcheck::profile
