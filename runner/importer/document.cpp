#include "runner/importer/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "runner/profile/yaml.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

constexpr std::size_t max_depth = 200;
constexpr profile::YamlLimits yaml_limits{200, 5'000'000};

/// The first byte that is not UTF-8, or npos.
std::size_t end_of_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t more = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 : 3;
    if (more == 3 && (c < 0xf0 || c > 0xf4)) return i;
    for (std::size_t k = 1; k <= more; ++k) {
      if (i + k >= text.size() || (static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return i;
    }
    i += more + 1;
  }
  return std::string_view::npos;
}

}  // namespace

int line_at(const Source& source, std::size_t offset) {
  const std::string_view before = std::string_view(source.text).substr(0, offset);
  return static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
}

void refuse_at(const Source& source, std::size_t offset, std::string message, std::string hint) {
  const std::string_view before = std::string_view(source.text).substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto column = static_cast<int>(before.size() - line_start) + 1;
  throw Refusal{{source.file, line_at(source, offset), column, {}, {}, std::move(message), std::move(hint)}};
}

void refuse(const Source& source, std::string path, std::string message, std::string hint) {
  refuse_line(source, 1, std::move(path), std::move(message), std::move(hint));
}

void refuse_line(const Source& source, int line, std::string path, std::string message, std::string hint) {
  throw Refusal{{source.file, line, 1, std::move(path), {}, std::move(message), std::move(hint)}};
}

void check_text(const Source& source) {
  const std::string_view text = source.text;
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    refuse_at(source, 0, "the document is empty");
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    refuse_at(source, 0, "the text is UTF-16",
              "save it as UTF-8; in PowerShell: ... | Out-File -Encoding utf8 FILE");
  }
  if (text.starts_with("\x1f\x8b")) refuse_at(source, 0, "the file is compressed", "unpack it with gunzip");
  if (const std::size_t wrong = end_of_utf8(text); wrong != std::string_view::npos)
    refuse_at(source, wrong, "this is not UTF-8 text", "save the document as UTF-8");
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
    refuse_at(source, zero, "the text holds a zero byte", "this is no text document");
}

json::value parse_json(const Source& source) {
  json::parse_options options;
  options.max_depth = max_depth;
  json::stream_parser parser({}, options);
  std::size_t offset = 0;
  const std::string_view text = source.text;
  if (text.starts_with("\xef\xbb\xbf")) offset = 3;
  boost::system::error_code error;
  offset += parser.write_some(text.data() + offset, text.size() - offset, error);
  if (!error) {
    const std::size_t more = text.find_first_not_of(" \t\r\n", offset);
    if (more != std::string_view::npos)
      refuse_at(source, more, "this is not valid JSON: text after the end of the document");
    parser.finish(error);
    if (error) refuse_at(source, text.size(), "this is not valid JSON: the document ends too early");
  }
  if (error) {
    const bool too_deep = error == json::error::too_deep;
    refuse_at(source, std::min(offset, text.size()),
              too_deep ? fmt::format("the document is nested more than {} levels deep", max_depth)
                       : fmt::format("this is not valid JSON: {}", error.message()));
  }
  return parser.release();
}

json::value parse_json_or_yaml(const Source& source) {
  const std::size_t first = source.text.find_first_not_of("\xef\xbb\xbf \t\r\n");
  if (first != std::string::npos && (source.text[first] == '{' || source.text[first] == '['))
    return parse_json(source);
  profile::Mistakes mistakes;
  const auto value = profile::parse_yaml(source.text, source.file, mistakes, yaml_limits);
  if (!mistakes.empty()) throw Refusal{mistakes.take().front()};
  return profile::to_json(*value);
}

const json::value* find(const json::value* value, std::string_view key) {
  if (value == nullptr || !value->is_object()) return nullptr;
  return value->get_object().if_contains(key);
}

std::string text_of(const json::value* value, std::string_view key) {
  const json::value* member = find(value, key);
  return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
}

const json::array& list_of(const json::value* value, std::string_view key) {
  static const json::array none;
  const json::value* member = find(value, key);
  return member != nullptr && member->is_array() ? member->get_array() : none;
}

std::string plain_text(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

}  // namespace soundcheck::importer
