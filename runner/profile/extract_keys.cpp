#include "runner/profile/extract_keys.hpp"

#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "protocols/core/json_path.hpp"
#include "runner/profile/types.hpp"
#include "runner/profile/variables.hpp"

namespace soundcheck::profile {

namespace {

using Json = boost::json::object;
using Source = Extraction::Source;

constexpr int most_groups = 15;

/// "/id" or "$.items[*].id".
struct PointerOrPath {
  using Result = std::string;
  TypeInfo describe() const {
    return {"JSON Pointer or JSONPath",
            "`/id`, `$.items[*].id`",
            {{"type", "string"}, {"pattern", "^(/|$|\\$)"}},
            nullptr,
            false};
  }
  std::optional<std::string> read(Mistakes& mistakes, const Value& node) const {
    if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
    if (!node.text.starts_with('$')) {
      if (node.text.empty() || node.text.starts_with('/')) return json_pointer().read(mistakes, node);
      mistakes.report(node, "a place in JSON begins with / (JSON Pointer) or $ (JSONPath)",
                      fmt::format("write for example /{0} or $.{0}", node.substituted ? "id" : node.text));
      return std::nullopt;
    }
    const auto parsed = core::JsonPath::parse(node.text);
    if (const auto* error = std::get_if<core::JsonPathError>(&parsed)) {
      report_syntax(node, {error->column, "this is no JSONPath: " + error->text}, {}, mistakes);
      return std::nullopt;
    }
    return node.text;
  }
};

/// RE2's notation.
struct RegexText {
  using Result = std::string;
  TypeInfo describe() const { return {"regular expression", "", {{"type", "string"}}, nullptr, false}; }
  std::optional<std::string> read(Mistakes& mistakes, const Value& node) const {
    if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
    const re2::RE2 pattern(node.text, re2::RE2::Quiet);
    if (pattern.ok() && pattern.NumberOfCapturingGroups() <= most_groups) return node.text;
    mistakes.report(node,
                    pattern.ok() ? fmt::format("there are more than {} groups", most_groups)
                                 : fmt::format("this is not a regular expression: {}", pattern.error()),
                    "the notation is RE2's: no lookahead, no backreferences");
    return std::nullopt;
  }
};

/// Stores the text and remembers by which key it came.
auto from(Source source) {
  return [source](Extraction& extraction, std::string text) {
    extraction.source = source;
    extraction.text = std::move(text);
  };
}

void check_extraction(const Value& node, Extraction& extraction, Mistakes& mistakes) {
  if (extraction.source != Source::regex || extraction.text.empty()) return;
  const int groups = re2::RE2(extraction.text, re2::RE2::Quiet).NumberOfCapturingGroups();
  const Value* group = node.find("group");
  if (group == nullptr) {
    extraction.group = groups > 0 ? 1 : 0;
  } else if (extraction.group > groups) {
    mistakes.report(*group, fmt::format("the expression has {} group{}", groups, groups == 1 ? "" : "s"),
                    "a group is what stands in parentheses; 0 is the whole match");
  }
}

const Object<Extraction>& extraction_object() {
  static const Object<Extraction> object =
      Object<Extraction>()
          .optional("json", PointerOrPath{}, from(Source::json), "a place in the JSON answer")
          .optional("header", Text{"header", "", not_a_header}, from(Source::header),
                    "a header of the answer")
          .optional("cookie", name_text(), from(Source::cookie),
                    "a cookie that the target has set, here or before")
          .optional(
              "regex", RegexText{}, from(Source::regex),
              "found in the text of the answer, or in that of its tokens if it streams (RE2's notation)")
          .optional(
              "group", Count{0, most_groups},
              [](Extraction& extraction, std::uint64_t group) { extraction.group = static_cast<int>(group); },
              "which parenthesis of `regex` counts, 0: the whole match; without it the first, if there is "
              "one")
          .with_default("pick", Choice{{"first", "last", "random", "count", "all"}}, &Extraction::pick,
                        "first",
                        "which of several values: one of them, how many there are, or all as a JSON array")
          .optional(
              "default", Text{},
              [](Extraction& extraction, std::string text) { extraction.otherwise = std::move(text); },
              "the value if nothing is found; without it that fails the step")
          .exactly_one_of({"json", "header", "cookie", "regex"})
          .needs("group", "regex")
          .check(check_extraction);
  return object;
}

}  // namespace

TypeInfo ExtractionMap::describe() const {
  TypeInfo info = extraction_object().describe();
  info.name = "map of JSON Pointers, JSONPaths or maps";
  info.range = "keys are names of variables";
  const boost::json::array forms{PointerOrPath{}.describe().schema, extraction_object().shape().schema(true)};
  info.schema = {{"type", "object"}, {"additionalProperties", Json{{"anyOf", forms}}}};
  return info;
}

std::optional<ExtractionMap::Result> ExtractionMap::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::map, mistakes)) return std::nullopt;
  Result out;
  for (const Value::Entry& entry : node.entries) {
    check_extracted_name(entry, mistakes);
    Extraction extraction;
    if (entry.value.kind == Value::Kind::map) {
      extraction = extraction_object().read(mistakes, entry.value).value_or(Extraction{});
    } else {
      extraction.text = PointerOrPath{}.read(mistakes, entry.value).value_or("");
    }
    // One with mistakes counts, too: the variable is known.
    extraction.variable = entry.key;
    out.push_back(std::move(extraction));
  }
  return out;
}

}  // namespace soundcheck::profile
