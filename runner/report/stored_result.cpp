#include "runner/report/stored_result.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>
#include <optional>
#include <utility>

#include "runner/report/result.hpp"

namespace soundcheck::report {

namespace json = boost::json;

namespace {

/// Null if there is no such member, or `value` is no object.
const json::value* member(const json::value* value, std::string_view name) {
  const json::object* object = value == nullptr ? nullptr : value->if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

std::string text_of(const json::value* value) {
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<double> number_of(const json::value* value) {
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

bool is_true(const json::value* value) { return value != nullptr && value->is_bool() && value->get_bool(); }

/// Nothing if it is not what a run writes.
std::optional<compare::Measurement> measurement_of(const json::value& value) {
  const auto figure = number_of(member(&value, "value"));
  const auto error = number_of(member(&value, "error"));
  const auto freedom = number_of(member(&value, "freedom"));
  if (!figure || !error || !freedom || *error < 0 || *freedom <= 0) return std::nullopt;
  return compare::Measurement{*figure, *error, *freedom};
}

/// The line of an offset, from 1.
std::size_t line_of(std::string_view text, std::size_t offset) {
  std::size_t line = 1;
  for (const char c : text.substr(0, offset)) line += c == '\n' ? 1 : 0;
  return line;
}

}  // namespace

std::variant<StoredResult, std::string> read_stored_result(std::string path, std::string_view text) {
  json::stream_parser parser;
  json::error_code error;
  std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (!error) {
    const std::size_t end = text.find_first_not_of(" \t\r\n", used);
    if (end != std::string_view::npos) {
      used = end;
      error = json::error::extra_data;
    }
  }
  if (error) return fmt::format("{}:{}: this is no JSON: {}", path, line_of(text, used), error.message());
  const json::value document = parser.release();
  const auto schema = number_of(member(&document, "schema_version"));
  const json::value* timing = member(&document, "timing");
  if (schema && member(&document, "runs") != nullptr) {
    return fmt::format("{}: it holds the results of several runs; name the result of one run", path);
  }
  if (!schema || timing == nullptr)
    return fmt::format("{}: this is no result of a run; name a file that --output wrote", path);
  if (*schema != schema_version) {
    return fmt::format("{}: its schema_version is {}, and this version of Soundcheck reads {}", path, *schema,
                       schema_version);
  }
  StoredResult result;
  result.path = path;
  result.version = text_of(member(member(&document, "build"), "version"));
  result.commit = text_of(member(member(&document, "build"), "commit"));
  const json::value* profile = member(&document, "profile");
  result.profile_name = text_of(member(profile, "name"));
  result.profile_hash = text_of(member(profile, "sha256"));
  result.system_name = text_of(member(profile, "system"));
  result.target_url = text_of(member(member(&document, "target"), "url"));
  result.started_at = text_of(member(timing, "started_at"));
  result.actual_seconds = number_of(member(timing, "actual_seconds")).value_or(0);
  result.verdict = text_of(member(&document, "verdict"));
  result.exit_code = static_cast<int>(number_of(member(&document, "exit_code")).value_or(0));
  result.partial = is_true(member(&document, "partial"));
  if (const json::value* figures = member(&document, "comparable"); figures != nullptr) {
    if (!figures->is_object()) return fmt::format("{}: comparable is no object", path);
    for (const auto& [name, value] : figures->get_object()) {
      const auto measurement = measurement_of(value);
      if (!measurement) {
        return fmt::format("{}: comparable.{} has no value, error and freedom above 0", path,
                           std::string(name));
      }
      result.figures.emplace(name, *measurement);
    }
  }
  return result;
}

}  // namespace soundcheck::report
