#include "protocols/core/generator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iterator>
#include <optional>

#include "protocols/core/random_values.hpp"

namespace soundcheck::core {

namespace {

using Kind = Generator::Kind;

constexpr std::array<Generator::Info, 11> table{{
    {"uuid", Kind::uuid, "uuid", "a random UUID (RFC 9562, version 4)"},
    {"user_id", Kind::user_id, "user_id", "the user's number, from 0, over all shards; the same at each use"},
    {"iteration", Kind::iteration, "iteration",
     "how many tasks (websocket: exchanges) the user has begun, this one counted; the same all through one"},
    {"timestamp", Kind::timestamp, "timestamp", "milliseconds since 1970 (Unix time)"},
    {"random_int", Kind::random_int, "random_int(1, 100)", "a whole number, both ends included"},
    {"random_name", Kind::random_name, "random_name()", "a first and a last name"},
    {"random_phone", Kind::random_phone, "random_phone()",
     "a telephone number (E.164) of those that are kept for fiction, for example +12025550142"},
    {"random_email", Kind::random_email, "random_email()", "an address at example.com"},
    {"random_sentence", Kind::random_sentence, "random_sentence()", "a sentence as a caller would say it"},
    {"random_choice", Kind::random_choice, "random_choice(red, green, blue)", "one of the texts"},
    {"now_iso", Kind::now_iso, "now_iso(+2h)",
     "the time of day in UTC (ISO 8601); the offset, in s, m, h or d, may be left out"},
}};

std::string_view trimmed(std::string_view text) {
  const auto space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

/// Quotes are taken off; what stands in them may hold commas.
std::vector<std::string> split_arguments(std::string_view text) {
  std::vector<std::string> out;
  if (trimmed(text).empty()) return out;
  std::string one;
  char quote = 0;
  const auto take = [&] {
    const std::string_view argument = trimmed(one);
    const bool quoted = argument.size() >= 2 && (argument.front() == '\'' || argument.front() == '"') &&
                        argument.back() == argument.front();
    out.emplace_back(quoted ? argument.substr(1, argument.size() - 2) : argument);
    one.clear();
  };
  for (const char c : text) {
    if (c == ',' && quote == 0) {
      take();
      continue;
    }
    const bool opens = quote == 0 && (c == '\'' || c == '"') && trimmed(one).empty();
    if (opens) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    }
    one += c;
  }
  take();
  return out;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || result.ec != std::errc{} || result.ptr != text.data() + text.size())
    return std::nullopt;
  return number;
}

/// "+2h", "-30m" in seconds.
std::optional<std::int64_t> offset_seconds(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t unit = 1;
  switch (text.back()) {
    case 's':
      break;
    case 'm':
      unit = 60;
      break;
    case 'h':
      unit = 3600;
      break;
    case 'd':
      unit = 86400;
      break;
    default:
      return std::nullopt;
  }
  const auto number = whole_number(text.substr(0, text.size() - 1));
  constexpr std::int64_t longest = 1'000'000'000;
  if (!number || *number > longest / unit || *number < -longest / unit) return std::nullopt;
  return *number * unit;
}

SyntaxError wrong_arguments(const Generator::Info& info, std::string message) {
  return {1, std::move(message), fmt::format("write for example {{{{{}}}}}", info.example)};
}

}  // namespace

std::span<const Generator::Info> Generator::all() { return table; }

bool Generator::is_name(std::string_view name) {
  return std::any_of(table.begin(), table.end(), [&](const Info& info) { return info.name == name; });
}

std::variant<Generator, SyntaxError> Generator::parse(std::string_view call, std::uint32_t place) {
  const std::size_t open = call.find('(');
  const std::string_view name = trimmed(call.substr(0, open));
  const auto info = std::find_if(table.begin(), table.end(), [&](const Info& i) { return i.name == name; });
  if (info == table.end()) {
    SyntaxError error{1, fmt::format("there is no generator {}", name), {}, std::string(name), {}};
    for (const Info& known : table) error.known.emplace_back(known.name);
    return error;
  }
  std::vector<std::string> arguments;
  if (open != call.npos) {
    if (call.back() != ')') return wrong_arguments(*info, "the closing parenthesis is missing");
    arguments = split_arguments(call.substr(open + 1, call.size() - open - 2));
  }
  Generator generator(info->kind, place);
  switch (info->kind) {
    case Kind::random_int: {
      const auto least = arguments.size() == 2 ? whole_number(arguments[0]) : std::nullopt;
      const auto most = arguments.size() == 2 ? whole_number(arguments[1]) : std::nullopt;
      if (!least || !most) return wrong_arguments(*info, "random_int takes two whole numbers");
      if (*least > *most) return wrong_arguments(*info, "random_int takes the smaller number first");
      generator.first_ = *least;
      generator.second_ = *most;
      return generator;
    }
    case Kind::random_choice:
      if (arguments.empty()) return wrong_arguments(*info, "random_choice takes at least one text");
      generator.choices_ = std::move(arguments);
      return generator;
    case Kind::now_iso: {
      if (arguments.empty()) return generator;
      const auto offset = arguments.size() == 1 ? offset_seconds(arguments.front()) : std::nullopt;
      if (!offset) return wrong_arguments(*info, "now_iso takes one offset in s, m, h or d, or nothing");
      generator.first_ = *offset;
      return generator;
    }
    case Kind::uuid:
    case Kind::user_id:
    case Kind::iteration:
    case Kind::timestamp:
    case Kind::random_name:
    case Kind::random_phone:
    case Kind::random_email:
    case Kind::random_sentence:
      if (!arguments.empty()) return wrong_arguments(*info, fmt::format("{} takes nothing", info->name));
      return generator;
  }
  return generator;
}

void Generator::append(const Variables& variables, std::string& out) const {
  using std::chrono::seconds;
  Random random = variables.random(place_);
  switch (kind_) {
    case Kind::uuid:
      return append_uuid(out, random);
    case Kind::user_id:
      fmt::format_to(std::back_inserter(out), "{}", variables.user());
      return;
    case Kind::iteration:
      fmt::format_to(std::back_inserter(out), "{}", variables.iteration());
      return;
    case Kind::timestamp:
      fmt::format_to(std::back_inserter(out), "{}", variables.since_1970().count() / 1'000'000);
      return;
    case Kind::random_int:
      return append_int(out, random, first_, second_);
    case Kind::random_name:
      return append_name(out, random);
    case Kind::random_phone:
      return append_phone(out, random);
    case Kind::random_email:
      return append_email(out, random);
    case Kind::random_sentence:
      return append_sentence(out, random);
    case Kind::random_choice:
      return append_choice(out, random, choices_);
    case Kind::now_iso: {
      const auto now = std::chrono::duration_cast<seconds>(variables.since_1970());
      return append_iso_time(out, std::chrono::sys_seconds(now + seconds(first_)));
    }
  }
}

}  // namespace soundcheck::core
