#include "runner/importer/json_text.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

constexpr std::size_t max_depth = 100;
constexpr std::string_view mark = "\\u0001";  // as JSON writes it

}  // namespace

std::optional<json::value> read_json(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = max_depth;
  json::value value = json::parse(text, error, {}, options);
  return error ? std::nullopt : std::optional(std::move(value));
}

std::optional<json::value> read_json_structure(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return std::nullopt;
  return read_json(text);
}

std::string bare(std::string_view variable) { return fmt::format("\x01{}\x01", variable); }

bool is_bare(std::string_view text) { return text.starts_with('\x01') && text.ends_with('\x01'); }

std::string quote_bare(std::string_view json, const LeadingVariable& variable) {
  std::string out;
  bool quoted = false;
  while (!json.empty()) {
    std::size_t taken = quoted ? 0 : variable(json);
    if (taken > 0) {
      out += fmt::format("\"{}{}{}\"", mark, json.substr(0, taken), mark);
    } else {
      taken = quoted && json.front() == '\\' && json.size() > 1 ? 2 : 1;
      if (json.front() == '"') quoted = !quoted;
      out += json.substr(0, taken);
    }
    json.remove_prefix(taken);
  }
  return out;
}

bool has_bare(const json::value& value) { return json::serialize(value).find(mark) != std::string::npos; }

std::string json_text(const json::value& value) {
  std::string text = json::serialize(value);
  for (const std::string& quote : {fmt::format("\"{}", mark), fmt::format("{}\"", mark)}) {
    for (std::size_t i = text.find(quote); i != std::string::npos; i = text.find(quote, i))
      text.erase(i, quote.size());
  }
  return text;
}

}  // namespace soundcheck::importer
