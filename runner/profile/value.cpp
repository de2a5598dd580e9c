#include "runner/profile/value.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace soundcheck::profile {

namespace {

void label(Value& value, const std::string& path, std::string_view prefix) {
  value.path = value.origin.file == command_line ? fmt::format("{}{}", prefix, path) : path;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    label(value.items[i], fmt::format("{}[{}]", path, i), prefix);
  }
  for (Value::Entry& entry : value.entries) {
    label(entry.value, path.empty() ? entry.key : fmt::format("{}.{}", path, entry.key), prefix);
  }
}

boost::json::value scalar_to_json(const Value& value) {
  if (!value.quoted && !value.substituted) {
    boost::system::error_code error;
    boost::json::value parsed = boost::json::parse(value.text, error);
    if (!error && (parsed.is_bool() || parsed.is_number())) return parsed;
  }
  return boost::json::value(value.text);
}

}  // namespace

const Value* Value::find(std::string_view key) const {
  auto it = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
  return it == entries.end() ? nullptr : &it->value;
}

Value* Value::find(std::string_view key) { return const_cast<Value*>(std::as_const(*this).find(key)); }

Value Value::scalar(std::string text, Origin origin) {
  Value value;
  value.kind = Kind::scalar;
  value.text = std::move(text);
  value.origin = std::move(origin);
  return value;
}

std::string_view kind_name(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::null:
      return "nothing";
    case Value::Kind::scalar:
      return "a single value";
    case Value::Kind::list:
      return "a list";
    case Value::Kind::map:
      return "a map";
  }
  return "";
}

void merge(Value& base, const Value& over) {
  if (base.kind != Value::Kind::map || over.kind != Value::Kind::map) {
    base = over;
    return;
  }
  base.origin = over.origin;
  for (const Value::Entry& entry : over.entries) {
    auto known = std::find_if(base.entries.begin(), base.entries.end(),
                              [&](const Value::Entry& e) { return e.key == entry.key; });
    if (known == base.entries.end()) {
      base.entries.push_back(entry);
    } else if (entry.value.kind == Value::Kind::null) {
      base.entries.erase(known);
    } else {
      known->origin = entry.origin;
      merge(known->value, entry.value);
    }
  }
}

void label_paths(Value& root, std::string_view prefix) { label(root, "", prefix); }

boost::json::value to_json(const Value& value) {
  switch (value.kind) {
    case Value::Kind::null:
      return nullptr;
    case Value::Kind::scalar:
      return scalar_to_json(value);
    case Value::Kind::list: {
      boost::json::array array;
      for (const Value& item : value.items) array.push_back(to_json(item));
      return array;
    }
    case Value::Kind::map: {
      boost::json::object object;
      for (const Value::Entry& entry : value.entries) object[entry.key] = to_json(entry.value);
      return object;
    }
  }
  return nullptr;
}

}  // namespace soundcheck::profile
