#include "runner/app/env_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace soundcheck::app {

namespace {

bool valid_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

}  // namespace

std::variant<std::map<std::string, std::string>, std::string> parse_env_file(std::string_view text,
                                                                             const std::string& file) {
  std::map<std::string, std::string> values;
  std::string problems;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("export ")) line = trimmed(line.substr(7));
    const std::size_t equals = line.find('=');
    if (equals == line.npos || !valid_name(trimmed(line.substr(0, equals)))) {
      problems += fmt::format("{}:{}: not a NAME=VALUE line\n", file, number);
      continue;
    }
    std::string_view value = trimmed(line.substr(equals + 1));
    const bool quoted =
        value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
    if (quoted) value = value.substr(1, value.size() - 2);
    values[std::string(trimmed(line.substr(0, equals)))] = value;
  }
  if (!problems.empty()) return problems;
  return values;
}

std::variant<Environment, std::string> read_environment(Environment environment,
                                                        const std::optional<std::string>& file) {
  const std::string path = file.value_or(std::string(default_env_file));
  std::ifstream in(path, std::ios::binary);
  if (!in && !file) return environment;
  if (!in) return fmt::format("--env-file {}: {}", path, std::strerror(errno));
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  auto parsed = parse_env_file(text, path);
  if (auto* problem = std::get_if<std::string>(&parsed)) return std::move(*problem);
  return Environment([environment = std::move(environment),
                      values = std::move(std::get<0>(parsed))](const std::string& name) {
    if (auto value = environment(name)) return value;
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional<std::string>(found->second);
  });
}

}  // namespace soundcheck::app
