#include "protocols/http/extraction.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <array>
#include <string_view>
#include <utility>

#include "protocols/core/json.hpp"
#include "protocols/http/ascii.hpp"
#include "protocols/http/request.hpp"

namespace soundcheck::http {

namespace {

using Pick = Extraction::Pick;
using Texts = std::vector<std::string>;

/// Of an extraction's values, or why there are none.
using Found = std::variant<std::string, Texts>;

constexpr std::size_t most_matches = core::JsonPath::most_values;
constexpr int most_groups = 16;

struct Answer {
  core::LazyJson& content;
  const Response& response;
  const CookieJar& jar;
};

/// How many values must be found, at least to know the one that is wanted.
std::size_t needed(Pick pick) { return pick == Pick::first ? 1 : core::JsonPath::no_limit; }

Found find(const PointerSource& source, Pick, const Answer& answer) {
  const core::JsonDocument* document = answer.content.document();
  if (document == nullptr) return "the body is not JSON";
  auto text = document->find(source.pointer);
  return text ? Found(Texts{std::move(*text)}) : Found(Texts{});
}

Found find(const core::JsonPath& path, Pick pick, const Answer& answer) {
  const core::JsonDocument* document = answer.content.document();
  if (document == nullptr) return "the body is not JSON";
  const core::JsonValues values = path.find(*document, needed(pick));
  if (values.cut()) return fmt::format("{} looks at more values than can be", path.text());
  // What is only counted, or kept as JSON, needs no texts.
  if (pick == Pick::count) return Texts{std::to_string(values.size())};
  if (pick == Pick::all) return Texts{values.array()};
  Texts texts;
  for (std::size_t i = 0; i < values.size(); ++i) texts.push_back(values.text(i));
  return texts;
}

Found find(const PatternSource& source, Pick pick, const Answer& answer) {
  const std::string_view body = answer.content.text();
  const re2::StringPiece text(body.data(), body.size());
  std::array<re2::StringPiece, most_groups> groups;
  const std::size_t limit = std::min(needed(pick), most_matches);
  Texts texts;
  for (std::size_t at = 0; at <= text.size() && texts.size() < limit;) {
    if (!source.regex->Match(text, at, text.size(), re2::RE2::UNANCHORED, groups.data(), source.group + 1))
      break;
    const re2::StringPiece& value = groups[static_cast<std::size_t>(source.group)];
    texts.emplace_back(value.data() == nullptr ? std::string() : value.as_string());
    // A match of nothing must not be found for ever.
    const auto end = static_cast<std::size_t>(groups[0].data() - text.data()) + groups[0].size();
    at = end + (groups[0].empty() ? 1 : 0);
  }
  return texts;
}

Found find(const HeaderSource& source, Pick, const Answer& answer) {
  Texts texts;
  for (const auto& [name, value] : answer.response.fields) {
    if (same_letters(name, source.name)) texts.push_back(value);
  }
  return texts;
}

Found find(const CookieSource& source, Pick, const Answer& answer) {
  Texts texts;
  for (const std::string& field : answer.response.set_cookies) {
    const std::string_view pair = std::string_view(field).substr(0, field.find(';'));
    const std::size_t equals = pair.find('=');
    if (equals != pair.npos && trimmed(pair.substr(0, equals)) == source.name)
      texts.emplace_back(trimmed(pair.substr(equals + 1)));
  }
  if (!texts.empty()) return texts;
  if (const auto kept = answer.jar.find(source.name)) texts.emplace_back(*kept);
  return texts;
}

std::string json_array(const Texts& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    out += core::json_quoted(text);
  }
  return out += ']';
}

/// Nothing if nothing was found.
std::optional<std::string> pick(const Extraction& extraction, Texts texts, const core::Variables& variables) {
  const bool path = std::holds_alternative<core::JsonPath>(extraction.source);
  if (!path && extraction.pick == Pick::count) return std::to_string(texts.size());
  if (!path && extraction.pick == Pick::all) return json_array(texts);
  if (texts.empty()) return std::nullopt;
  std::size_t index = 0;
  if (extraction.pick == Pick::last) index = texts.size() - 1;
  if (extraction.pick == Pick::random) index = variables.random(extraction.place).below(texts.size());
  return std::move(texts[index]);
}

std::string missing(const Extraction& extraction) {
  const std::string purpose = fmt::format("to extract as {}", extraction.variable);
  if (const auto* pointer = std::get_if<PointerSource>(&extraction.source))
    return fmt::format("nothing at {} {}", pointer->pointer, purpose);
  if (const auto* path = std::get_if<core::JsonPath>(&extraction.source))
    return fmt::format("nothing at {} {}", path->text(), purpose);
  if (const auto* pattern = std::get_if<PatternSource>(&extraction.source))
    return fmt::format("nothing matches '{}' {}", pattern->regex->pattern(), purpose);
  if (const auto* header = std::get_if<HeaderSource>(&extraction.source))
    return fmt::format("the answer has no header {} {}", header->name, purpose);
  return fmt::format("there is no cookie {} {}", std::get<CookieSource>(extraction.source).name, purpose);
}

}  // namespace

std::variant<PatternSource, std::string> PatternSource::compile(const std::string& text) {
  const re2::RE2::Options options(re2::RE2::Quiet);
  PatternSource out{std::make_shared<const re2::RE2>(text, options), 0};
  if (!out.regex->ok()) return fmt::format("this is not a regular expression: {}", out.regex->error());
  if (out.groups() >= most_groups) return fmt::format("there are more than {} groups", most_groups - 1);
  return out;
}

int PatternSource::groups() const { return regex->NumberOfCapturingGroups(); }

std::optional<std::string> extract(const std::vector<Extraction>& extractions, core::LazyJson& content,
                                   const Response& response, const CookieJar& jar,
                                   core::Variables& variables) {
  const Answer answer{content, response, jar};
  for (const Extraction& extraction : extractions) {
    Found found = std::visit([&](const auto& source) { return find(source, extraction.pick, answer); },
                             extraction.source);
    if (auto* problem = std::get_if<std::string>(&found)) {
      if (!extraction.otherwise) return std::move(*problem);
      found = Texts{};
    }
    auto value = pick(extraction, std::get<Texts>(std::move(found)), variables);
    if (!value) value = extraction.otherwise;
    if (!value) return missing(extraction);
    variables.set(extraction.slot, std::move(*value));
  }
  return std::nullopt;
}

}  // namespace soundcheck::http
