#include "tools/reference_agent/apis/api.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>

namespace soundcheck::reference_agent {

ApiReply json_reply(int status, const boost::json::object& body) {
  return {status, boost::json::serialize(body)};
}

ApiReply error_reply(int status, std::string_view code, std::string_view message) {
  return json_reply(status, {{"error", {{"code", code}, {"message", message}}}});
}

std::optional<std::string_view> match_path(std::string_view pattern, std::string_view path) {
  constexpr std::string_view hole = "{id}";
  const auto at = pattern.find(hole);
  if (at == std::string_view::npos) return path == pattern ? std::optional(std::string_view{}) : std::nullopt;
  const auto before = pattern.substr(0, at);
  const auto after = pattern.substr(at + hole.size());
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
    return std::nullopt;
  const auto id = path.substr(before.size(), path.size() - before.size() - after.size());
  if (id.find('/') != std::string_view::npos) return std::nullopt;
  return id;
}

std::string make_id(std::string_view prefix, std::int64_t number) {
  return fmt::format("{}-{:06}", prefix, number);
}

std::optional<std::int64_t> parse_id(std::string_view prefix, std::string_view id) {
  std::int64_t number = 0;
  const auto digits = id.size() > prefix.size() + 1 ? id.substr(prefix.size() + 1) : std::string_view{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || number < 1 || id != make_id(prefix, number)) return std::nullopt;
  return number;
}

}  // namespace soundcheck::reference_agent
