#include "runner/profile/types.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json.hpp>

#include "runner/profile/units.hpp"
#include "runner/profile/variables.hpp"

namespace soundcheck::profile {

namespace {

using Json = boost::json::object;

const std::vector<std::string> methods{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"};
constexpr std::string_view duration_pattern = "^([0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h))+$";

/// Any scalar may be written as ${VARIABLE}.
Json or_variable(Json schema) {
  return {{"anyOf", boost::json::array{std::move(schema), Json{{"type", "string"}, {"pattern", "\\$\\{"}}}}};
}

Json pattern(std::string_view text) { return or_variable({{"type", "string"}, {"pattern", text}}); }

Json any_scalar() { return {{"type", boost::json::array{"string", "number", "boolean"}}}; }

template <class T>
std::optional<T> accept(Parsed<T> parsed, const Value& node, Mistakes& mistakes) {
  if (!parsed.value) mistakes.report(node, parsed.message, parsed.hint);
  return parsed.value;
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::optional<std::string> not_a_name(const std::string& text) {
  if (text.empty()) return "the text is empty";
  if (has_control_character(text)) return "the text must be one line";
  return std::nullopt;
}

std::optional<std::string> not_a_path(const std::string& text) {
  if (text.empty() || text.front() != '/') return "a path begins with /";
  if (text.find(' ') != std::string::npos || has_control_character(text)) {
    return "a path cannot hold spaces or line breaks; write %20 for a space";
  }
  return std::nullopt;
}

/// Spaces between {{ and }} are not sent.
std::string without_templates(const std::string& text) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t open = text.find("{{"); open != std::string::npos; open = text.find("{{", at)) {
    const std::size_t close = text.find("}}", open);
    if (close == std::string::npos) break;
    out += text.substr(at, open - at) + "{{}}";
    at = close + 2;
  }
  return out + text.substr(at);
}

std::optional<std::string> not_a_pointer(const std::string& text) {
  bool escapes_ok = true;
  for (std::size_t i = text.find('~'); i != std::string::npos; i = text.find('~', i + 1)) {
    escapes_ok = escapes_ok && i + 1 < text.size() && (text[i + 1] == '0' || text[i + 1] == '1');
  }
  if ((!text.empty() && text.front() != '/') || !escapes_ok) {
    return "a JSON Pointer begins with /, for example /calls/0/id (write ~1 for / and ~0 for ~ in a key)";
  }
  return std::nullopt;
}

/// Characters of a token as RFC 9110 has it.
bool is_header_name(std::string_view name) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           others.find(c) != std::string_view::npos;
  });
}

/// Reads a map whose keys are data; `read(entry)` handles one of them.
template <class F>
bool for_each_entry(const Value& node, Mistakes& mistakes, F&& read) {
  if (!expect_kind(node, Value::Kind::map, mistakes)) return false;
  for (const Value::Entry& entry : node.entries) read(entry);
  return true;
}

std::string size_text(std::uint64_t bytes) {
  if (bytes >= 1'000'000'000 && bytes % 1'000'000'000 == 0) return fmt::format("{}GB", bytes / 1'000'000'000);
  if (bytes >= 1'000'000 && bytes % 1'000'000 == 0) return fmt::format("{}MB", bytes / 1'000'000);
  if (bytes >= 1'000 && bytes % 1'000 == 0) return fmt::format("{}KB", bytes / 1'000);
  return fmt::format("{}B", bytes);
}

std::string range_text(Duration min, Duration max) {
  return min.count() <= 1 && min.count() > 0 ? fmt::format("more than 0, up to {}", to_text(max))
                                             : fmt::format("{} to {}", to_text(min), to_text(max));
}

}  // namespace

Text name_text() { return {"text", "not empty, one line", not_a_name}; }
Text url_path() { return {"path", "begins with /", not_a_path}; }
Text json_pointer() { return {"JSON Pointer", "", not_a_pointer}; }

TypeInfo Text::describe() const { return {name, range, any_scalar(), nullptr, false}; }

std::optional<std::string> Text::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  if (rule != nullptr) {
    if (auto wrong = rule(node.text)) {
      mistakes.report(node, *wrong);
      return std::nullopt;
    }
  }
  return node.text;
}

TypeInfo Count::describe() const {
  // 2^64-1 is not an exact number in many JSON tools; such a range says nothing anyway.
  Json schema{{"type", "integer"}, {"minimum", min}};
  if (max < (std::uint64_t{1} << 53)) schema["maximum"] = max;
  return {"whole number", fmt::format("{} to {}", min, max), or_variable(std::move(schema)), nullptr, false};
}

std::optional<std::uint64_t> Count::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  const std::string& text = node.text;
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  const bool negative =
      text.size() > 1 && text.front() == '-' && text.find_first_not_of("0123456789", 1) == std::string::npos;
  if (!digits && !negative) {
    mistakes.report(node, "this is not a whole number",
                    fmt::format("write a number from {} to {}", min, max));
    return std::nullopt;
  }
  Result number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (negative || result.ec != std::errc{} || number < min || number > max) {
    mistakes.report(node, fmt::format("the number must be from {} to {}", min, max));
    return std::nullopt;
  }
  return number;
}

TypeInfo DurationText::describe() const {
  return {"duration", range_text(min, max), pattern(duration_pattern), nullptr, false};
}

std::optional<Duration> DurationText::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  const auto duration = accept(parse_duration(node.text), node, mistakes);
  if (duration && (*duration < min || *duration > max)) {
    mistakes.report(node, fmt::format("the duration must be {}", range_text(min, max)));
    return std::nullopt;
  }
  return duration;
}

TypeInfo PauseText::describe() const {
  return {"pause", fmt::format("0s to {}", to_text(max)),
          pattern("^([0-9][0-9a-z.]*|normal *\\(.*\\)|exponential *\\(.*\\))$"), nullptr, false};
}

std::optional<Pause> PauseText::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  const auto pause = accept(parse_pause(node.text), node, mistakes);
  if (pause && std::max(pause->first(), pause->second()) > max) {
    mistakes.report(node, fmt::format("the duration must be 0s to {}", to_text(max)));
    return std::nullopt;
  }
  return pause;
}

TypeInfo RateText::describe() const {
  return {"rate", fmt::format("more than 0, up to {}", to_text(max)),
          pattern("^[0-9]+(\\.[0-9]+)?/(s|min|h)$"), nullptr, false};
}

std::optional<Rate> RateText::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  const auto rate = accept(parse_rate(node.text), node, mistakes);
  if (rate && !(rate->per_second > 0 && rate->per_second <= max.per_second)) {
    mistakes.report(node, fmt::format("the rate must be more than 0, up to {}", to_text(max)));
    return std::nullopt;
  }
  return rate;
}

TypeInfo SizeText::describe() const {
  return {"size", fmt::format("{} to {}", size_text(min), size_text(max)),
          pattern("^[0-9]+(\\.[0-9]+)?(B|KB|MB|GB|KiB|MiB|GiB)$"), nullptr, false};
}

std::optional<std::uint64_t> SizeText::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  const auto bytes = accept(parse_bytes(node.text), node, mistakes);
  if (bytes && (*bytes < static_cast<double>(min) || *bytes > static_cast<double>(max))) {
    mistakes.report(node, fmt::format("the size must be {} to {}", size_text(min), size_text(max)));
    return std::nullopt;
  }
  return bytes ? std::optional(static_cast<Result>(*bytes)) : std::nullopt;
}

TypeInfo TrueFalse::describe() const {
  return {"true or false", "", or_variable({{"type", "boolean"}}), nullptr, false};
}

std::optional<bool> TrueFalse::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  if (node.text == "true") return true;
  if (node.text == "false") return false;
  mistakes.report(node, "this is neither true nor false", "write true or false");
  return std::nullopt;
}

TypeInfo Choice::describe() const {
  return {"name", fmt::format("{}", fmt::join(names, ", ")),
          or_variable({{"enum", boost::json::array(names.begin(), names.end())}}), nullptr, false};
}

std::optional<std::string> Choice::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  if (std::find(names.begin(), names.end(), node.text) == names.end()) {
    mistakes.report(node, "unknown name", nearest_hint(node.text, names));
    return std::nullopt;
  }
  return node.text;
}

namespace {

Choice encoding_names() {
  Choice choice;
  for (auto e : {audio::Encoding::pcm16, audio::Encoding::mulaw, audio::Encoding::opus}) {
    choice.names.emplace_back(audio::to_string(e));
  }
  return choice;
}

}  // namespace

TypeInfo EncodingName::describe() const { return encoding_names().describe(); }

std::optional<audio::Encoding> EncodingName::read(Mistakes& mistakes, const Value& node) const {
  const auto name = encoding_names().read(mistakes, node);
  return name ? audio::encoding_from_string(*name) : std::nullopt;
}

namespace {
Choice rtf_sources() { return {{core::rtf_source_names.begin(), core::rtf_source_names.end()}}; }
}  // namespace

TypeInfo RtfSourceName::describe() const { return rtf_sources().describe(); }

std::optional<core::RtfSource> RtfSourceName::read(Mistakes& mistakes, const Value& node) const {
  const auto name = rtf_sources().read(mistakes, node);
  return name ? core::rtf_source_from_string(*name) : std::nullopt;
}

TypeInfo FrameLength::describe() const {
  return {"duration", "10ms, 20ms, 40ms, 60ms",
          or_variable({{"enum", boost::json::array{"10ms", "20ms", "40ms", "60ms"}}}), nullptr, false};
}

std::optional<std::uint32_t> FrameLength::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  const auto length = accept(parse_duration(node.text), node, mistakes);
  if (!length) return std::nullopt;
  for (std::uint32_t ms : {10U, 20U, 40U, 60U}) {
    if (*length == std::chrono::milliseconds(ms)) return ms;
  }
  mistakes.report(node, "a frame is 10ms, 20ms, 40ms or 60ms long");
  return std::nullopt;
}

TypeInfo RequestLineText::describe() const {
  return {"method and path", fmt::format("{}", fmt::join(methods, ", ")),
          pattern(fmt::format("^({}) /([^ {{]|\\{{\\{{[^}}]*\\}}\\}}|\\{{)*$", fmt::join(methods, "|"))),
          nullptr, false};
}

std::optional<RequestLine> RequestLineText::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  const std::size_t space = node.text.find(' ');
  if (space == std::string::npos) {
    mistakes.report(node, "a request is a method and a path", "write for example GET /api/v1/health");
    return std::nullopt;
  }
  RequestLine line{node.text.substr(0, space), node.text.substr(space + 1), {}};
  const std::string& shown = node.substituted ? node.written : node.text;
  line.shown_path = shown.substr(std::min(shown.find(' '), shown.size() - 1) + 1);
  if (std::find(methods.begin(), methods.end(), line.method) == methods.end()) {
    mistakes.report(node, "unknown method", nearest_hint(line.method, methods));
    return std::nullopt;
  }
  if (auto wrong = not_a_path(without_templates(line.path))) {
    mistakes.report(node, *wrong);
    return std::nullopt;
  }
  return line;
}

TypeInfo PayloadText::describe() const {
  return {"text, map or list",
          "",
          {{"type", boost::json::array{"string", "number", "boolean", "object", "array"}}},
          nullptr,
          false};
}

std::optional<Payload> PayloadText::read(Mistakes& mistakes, const Value& node) const {
  if (node.kind == Value::Kind::map || node.kind == Value::Kind::list) {
    return Payload{boost::json::serialize(to_json(node)), true};
  }
  const auto text = Text{}.read(mistakes, node);
  return text ? std::optional(Payload{*text, false}) : std::nullopt;
}

TypeInfo HeaderMap::describe() const {
  return {"map of texts", "", {{"type", "object"}, {"additionalProperties", any_scalar()}}, nullptr, false};
}

std::optional<Headers> HeaderMap::read(Mistakes& mistakes, const Value& node) const {
  Headers headers;
  const bool ok = for_each_entry(node, mistakes, [&](const Value::Entry& entry) {
    if (!is_header_name(entry.key)) {
      mistakes.report_key(entry, "a header's name is letters, digits and hyphens",
                          "write for example X-Request-Id");
    }
    if (!expect_kind(entry.value, Value::Kind::scalar, mistakes)) return;
    if (has_control_character(entry.value.text)) mistakes.report(entry.value, "a header must be one line");
    headers.emplace_back(entry.key, entry.value.text);
  });
  return ok ? std::optional(std::move(headers)) : std::nullopt;
}

TypeInfo JsonValueMap::describe() const {
  return {"map of JSON values", "keys are JSON Pointers", {{"type", "object"}}, nullptr, false};
}

std::optional<std::vector<JsonCheck>> JsonValueMap::read(Mistakes& mistakes, const Value& node) const {
  Result checks;
  const bool ok = for_each_entry(node, mistakes, [&](const Value::Entry& entry) {
    if (auto wrong = not_a_pointer(entry.key)) mistakes.report_key(entry, *wrong);
    checks.push_back({entry.key, boost::json::serialize(to_json(entry.value))});
  });
  return ok ? std::optional(std::move(checks)) : std::nullopt;
}

void check_extracted_name(const Value::Entry& entry, Mistakes& mistakes) {
  if (!is_variable_name(entry.key)) {
    mistakes.report_key(entry, "a variable's name is letters, digits and underscores",
                        "write for example call_id");
  }
  if (is_built_in(entry.key)) {
    mistakes.report_key(entry, fmt::format("\"{}\" is a built-in variable", entry.key),
                        "choose another name");
  }
}

std::optional<std::string> not_a_header(const std::string& text) {
  if (is_header_name(text)) return std::nullopt;
  return "a header's name is letters, digits and hyphens";
}

TypeInfo ExtractMap::describe() const {
  return {"map of JSON Pointers",
          "keys are names of variables",
          {{"type", "object"}, {"additionalProperties", Json{{"type", "string"}}}},
          nullptr,
          false};
}

std::optional<std::vector<Extract>> ExtractMap::read(Mistakes& mistakes, const Value& node) const {
  Result extracts;
  const bool ok = for_each_entry(node, mistakes, [&](const Value::Entry& entry) {
    check_extracted_name(entry, mistakes);
    if (auto pointer = json_pointer().read(mistakes, entry.value)) extracts.push_back({entry.key, *pointer});
  });
  return ok ? std::optional(std::move(extracts)) : std::nullopt;
}

TypeInfo TagMap::describe() const {
  return {"map of lists of tasks",
          "",
          {{"type", "object"}, {"additionalProperties", List{name_text()}.describe().schema}},
          nullptr,
          false};
}

std::optional<Tags> TagMap::read(Mistakes& mistakes, const Value& node) const {
  Result tags;
  const bool ok = for_each_entry(node, mistakes, [&](const Value::Entry& entry) {
    if (auto tasks = List{name_text()}.read(mistakes, entry.value)) tags[entry.key] = std::move(*tasks);
  });
  return ok ? std::optional(std::move(tags)) : std::nullopt;
}

}  // namespace soundcheck::profile
