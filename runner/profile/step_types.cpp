#include "runner/profile/step_types.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "protocols/core/expression.hpp"
#include "runner/profile/units.hpp"
#include "runner/profile/variables.hpp"

namespace soundcheck::profile {

namespace {

using Json = boost::json::object;

constexpr std::size_t most_rounds = 10'000;

TypeInfo text_like(std::string name, std::string range, const std::string& pattern) {
  Json schema{{"type", "string"}, {"pattern", pattern}};
  return {std::move(name), std::move(range), std::move(schema), nullptr, false};
}

/// An operator, and an amount that `parse` reads.
template <class Parse>
std::optional<Bound> read_bound(Mistakes& mistakes, const Value& node, const char* example, Parse parse) {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  using Op = Bound::Op;
  constexpr std::array<std::pair<std::string_view, Op>, 4> signs{
      {{"<=", Op::less_equal}, {">=", Op::greater_equal}, {"<", Op::less}, {">", Op::greater}}};
  for (const auto& [sign, op] : signs) {
    if (!node.text.starts_with(sign)) continue;
    std::string_view rest = std::string_view(node.text).substr(sign.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const auto amount = parse(rest);
    if (amount.value) return Bound{op, static_cast<double>(*amount.value), node.text};
    mistakes.report(node, amount.message, amount.hint);
    return std::nullopt;
  }
  mistakes.report(node,
                  "a bound begins with <, <=, > or >=", fmt::format("write for example \"{}\"", example));
  return std::nullopt;
}

std::optional<StatusRange> status_of(Mistakes& mistakes, const Value& node) {
  if (node.kind == Value::Kind::scalar && node.text.size() == 3 && node.text.ends_with("xx") &&
      node.text[0] >= '1' && node.text[0] <= '5') {
    const int first = (node.text[0] - '0') * 100;
    return StatusRange{first, first + 99};
  }
  const auto one = Count{100, 599}.read(mistakes, node);
  if (!one) return std::nullopt;
  return StatusRange{static_cast<int>(*one), static_cast<int>(*one)};
}

}  // namespace

TypeInfo StatusRanges::describe() const {
  const Json one{
      {"anyOf", boost::json::array{Json{{"type", "integer"}, {"minimum", 100}, {"maximum", 599}},
                                   Json{{"type", "string"}, {"pattern", "^[1-5](xx|[0-9]{2})$|\\$\\{"}}}}};
  return {"status or list",
          "100 to 599, `2xx`",
          {{"anyOf", boost::json::array{one, Json{{"type", "array"}, {"minItems", 1}, {"items", one}}}}},
          nullptr,
          false};
}

std::optional<StatusRanges::Result> StatusRanges::read(Mistakes& mistakes, const Value& node) const {
  Result out;
  if (node.kind != Value::Kind::list) {
    if (const auto one = status_of(mistakes, node)) out.push_back(*one);
    return out.empty() ? std::nullopt : std::optional(out);
  }
  if (node.items.empty()) mistakes.report(node, "the list is empty", "it needs at least one element");
  for (const Value& item : node.items) {
    if (const auto one = status_of(mistakes, item)) out.push_back(*one);
  }
  return out;
}

TypeInfo TimeBound::describe() const {
  return text_like("bound of a duration", "`< 500ms`", "^(<|>)=? *[0-9.]+(ns|us|ms|s|m|h)");
}

std::optional<Bound> TimeBound::read(Mistakes& mistakes, const Value& node) const {
  return read_bound(mistakes, node, "< 500ms", [](std::string_view text) {
    const Parsed<Duration> length = parse_duration(text);
    return length.value ? Parsed<double>::ok(core::to_seconds(*length.value))
                        : Parsed<double>::wrong(length.message, length.hint);
  });
}

TypeInfo SizeBound::describe() const {
  return text_like("bound of a size", "`< 1MB`", "^(<|>)=? *[0-9]+(\\.[0-9]+)?(B|KB|MB|GB|KiB|MiB|GiB)$");
}

std::optional<Bound> SizeBound::read(Mistakes& mistakes, const Value& node) const {
  return read_bound(mistakes, node, "< 1MB", parse_bytes);
}

TypeInfo ExpressionText::describe() const {
  return {"expression", "", {{"type", boost::json::array{"string", "number", "boolean"}}}, nullptr, false};
}

std::optional<std::string> ExpressionText::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  if (node.substituted) {
    mistakes.report(node, "an expression is shown in messages, so it cannot hold text of the environment");
    return std::nullopt;
  }
  core::VariableTable names;
  const auto compiled = core::Expression::compile(node.text, names);
  if (const auto* error = std::get_if<core::SyntaxError>(&compiled)) {
    report_syntax(node, *error, {}, mistakes);
    return std::nullopt;
  }
  return node.text;
}

TypeInfo CountTemplate::describe() const {
  return {"whole number or template",
          fmt::format("1 to {}", most_rounds),
          {{"type", boost::json::array{"integer", "string"}}},
          nullptr,
          false};
}

std::optional<std::string> CountTemplate::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  if (node.text.find("{{") != std::string::npos) return node.text;
  if (!Count{1, most_rounds}.read(mistakes, node)) return std::nullopt;
  return node.text;
}

TypeInfo AssignmentMap::describe() const {
  return {"map of texts",
          "keys are names of variables",
          {{"type", "object"},
           {"additionalProperties", Json{{"type", boost::json::array{"string", "number", "boolean"}}}}},
          nullptr,
          false};
}

std::optional<Assignments> AssignmentMap::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::map, mistakes)) return std::nullopt;
  Result out;
  for (const Value::Entry& entry : node.entries) {
    check_extracted_name(entry, mistakes);
    if (!expect_kind(entry.value, Value::Kind::scalar, mistakes)) continue;
    out.push_back({entry.key, entry.value.text, entry.value.substituted});
  }
  return out;
}

TypeInfo TaskWeights::describe() const {
  const Json weight = Count{0, 1'000'000}.describe().schema;
  const boost::json::array either{
      Json{{"type", "array"}, {"items", Json{{"type", "string"}}}, {"minItems", 1}},
      Json{{"type", "object"}, {"additionalProperties", weight}}};
  return {"list of tasks, or map of tasks to weights", "", {{"anyOf", either}}, nullptr, false};
}

std::optional<TaskWeights::Result> TaskWeights::read(Mistakes& mistakes, const Value& node) const {
  Result out;
  if (node.kind == Value::Kind::map) {
    for (const Value::Entry& entry : node.entries) {
      const auto weight = Count{0, 1'000'000}.read(mistakes, entry.value);
      out.emplace_back(entry.key, static_cast<std::uint32_t>(weight.value_or(1)));
    }
    return out;
  }
  const auto names = List{name_text()}.read(mistakes, node);
  if (!names) return std::nullopt;
  for (const std::string& name : *names) out.emplace_back(name, std::nullopt);
  return out;
}

TypeInfo StepList::describe() const {
  return {"list of steps", "", {{"$ref", "#/$defs/steps"}}, nullptr, true};
}

std::optional<std::vector<Step>> StepList::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::list, mistakes)) return std::nullopt;
  if (node.items.empty()) mistakes.report(node, "the list is empty", "it needs at least one element");
  Result out;
  for (const Value& item : node.items) out.push_back(step_object().read(mistakes, item).value_or(Step{}));
  return out;
}

}  // namespace soundcheck::profile
