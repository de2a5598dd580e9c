#include "runner/profile/override.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "runner/profile/load_models.hpp"
#include "runner/profile/nearest.hpp"
#include "runner/profile/yaml.hpp"

namespace soundcheck::profile {

namespace {

/// One step of a path: a key of a map, or (in brackets) an element of a list.
struct Segment {
  bool element = false;
  std::string text;
};

std::optional<std::vector<Segment>> split(std::string_view path) {
  std::vector<Segment> out;
  bool key_expected = true;
  while (!path.empty()) {
    if (path.front() == '[') {
      const std::size_t close = path.find(']');
      if (close == std::string_view::npos || close == 1 || key_expected) return std::nullopt;
      out.push_back({true, std::string(path.substr(1, close - 1))});
      path.remove_prefix(close + 1);
    } else {
      if (!key_expected) return std::nullopt;
      const std::size_t end = std::min(path.find_first_of(".["), path.size());
      if (end == 0) return std::nullopt;
      out.push_back({false, std::string(path.substr(0, end))});
      path.remove_prefix(end);
    }
    key_expected = !path.empty() && path.front() == '.';
    if (key_expected) path.remove_prefix(1);
  }
  if (key_expected) return std::nullopt;
  return out;
}

class Walker {
 public:
  Walker(const std::string& shown, Mistakes& mistakes) : shown_(shown), mistakes_(mistakes) {}

  Value* step(Value& at, const Segment& segment) {
    if (segment.element) return element(at, segment.text);
    if (at.kind == Value::Kind::null) at.kind = Value::Kind::map;
    if (at.kind != Value::Kind::map) {
      return fail(fmt::format("\"{}\" cannot be looked up in {}", segment.text, kind_name(at.kind)));
    }
    if (Value* known = at.find(segment.text)) return known;
    at.entries.push_back({segment.text, origin(), {}});
    at.entries.back().value.origin = origin();
    return &at.entries.back().value;
  }

  Value* fail(std::string message, std::string hint = {}) {
    mistakes_.report_file(origin(), shown_, std::move(message), std::move(hint));
    return nullptr;
  }

  static Origin origin() { return {std::string(command_line), 0, 0}; }

 private:
  Value* element(Value& at, const std::string& text) {
    if (at.kind != Value::Kind::list) {
      return fail(fmt::format("[{}] needs a list, but this is {}", text, kind_name(at.kind)));
    }
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) return named(at, text.substr(0, equals), text.substr(equals + 1));
    std::size_t index = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), index);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) {
      return fail(fmt::format("[{}] is neither an index nor name=value", text),
                  "write for example [0] or [name=login]");
    }
    if (index >= at.items.size()) {
      return fail(fmt::format("there is no element [{}]", index),
                  fmt::format("the list has {}, counted from 0", at.items.size()));
    }
    return &at.items[index];
  }

  Value* named(Value& at, const std::string& key, const std::string& wanted) {
    std::vector<std::string> known;
    for (Value& item : at.items) {
      const Value* name = item.find(key);
      if (name == nullptr) continue;
      if (name->text == wanted) return &item;
      known.push_back(name->text);
    }
    return fail(fmt::format("no element has {} \"{}\"", key, wanted), nearest_hint(wanted, known));
  }

  const std::string& shown_;
  Mistakes& mistakes_;
};

void place(Value& value) {
  value.origin = Walker::origin();
  for (Value& item : value.items) place(item);
  for (Value::Entry& entry : value.entries) {
    entry.origin = Walker::origin();
    place(entry.value);
  }
}

std::optional<Value> parse_value(const std::string& text, Walker& walker) {
  const bool structured =
      !text.empty() && std::string_view("[{\"'").find(text.front()) != std::string_view::npos;
  if (text == "~") return Value{};
  if (!structured) return Value::scalar(text, Walker::origin());
  Mistakes in_value;
  std::optional<Value> value = parse_yaml(text, std::string(command_line), in_value);
  for (const Diagnostic& d : in_value.take()) walker.fail(d.message, "check brackets and quotes");
  if (value) place(*value);
  return value;
}

}  // namespace

void apply_override(Value& root, const std::string& path, const std::string& value, const std::string& shown,
                    Mistakes& mistakes) {
  Walker walker(shown, mistakes);
  const auto segments = split(path);
  if (!segments || segments->empty()) {
    walker.fail("this is not a path",
                "write for example api.users=20 or system.api.tasks[name=login].weight=0");
    return;
  }
  const std::optional<Value> parsed = parse_value(value, walker);
  if (!parsed) return;
  Value* at = &root;
  Value* parent = nullptr;
  for (std::size_t i = 0; i < segments->size(); ++i) {
    const Segment& segment = (*segments)[i];
    if (i > 0 && is_load((*segments)[i - 1].text)) drop_rivals(*at, segment.text);
    parent = at;
    at = walker.step(*at, segment);
    if (at == nullptr) return;
  }
  *at = *parsed;
  if (parsed->kind != Value::Kind::null) return;
  const Segment& last = segments->back();
  if (last.element) {
    parent->items.erase(parent->items.begin() + (at - parent->items.data()));
  } else {
    std::erase_if(parent->entries, [&](const Value::Entry& e) { return e.key == last.text; });
  }
}

}  // namespace soundcheck::profile
