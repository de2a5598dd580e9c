#include "runner/monitor/redis_monitor.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

namespace soundcheck::monitor {

namespace {

/// Indices of profile::series_of; the keys come after them.
enum : std::size_t {
  memory,
  memory_rss,
  clients,
  blocked_clients,
  operations,
  evicted_keys,
  rejected_connections,
  first_key,
};

std::optional<double> to_number(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// What says the length of a key of this type; empty if nothing does.
std::string_view length_command(std::string_view type) {
  constexpr std::pair<std::string_view, std::string_view> commands[]{{"list", "LLEN"},  {"stream", "XLEN"},
                                                                     {"zset", "ZCARD"}, {"set", "SCARD"},
                                                                     {"hash", "HLEN"},  {"string", "GET"}};
  for (const auto& [name, command] : commands) {
    if (name == type) return command;
  }
  return {};
}

}  // namespace

std::map<std::string, double, std::less<>> parse_redis_info(std::string_view text) {
  std::map<std::string, double, std::less<>> numbers;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t colon = line.find(':');
    if (line.starts_with('#') || colon == std::string_view::npos) continue;
    if (const auto value = to_number(line.substr(colon + 1)))
      numbers.insert_or_assign(std::string(line.substr(0, colon)), *value);
  }
  return numbers;
}

RedisMonitor::RedisMonitor(RedisUrl url, std::vector<profile::RedisKey> keys,
                           std::function<core::TimePoint()> clock)
    : keys_(std::move(keys)), connection_(url, std::move(clock)), shown_(url.shown()) {}

Reading RedisMonitor::sample(core::TimePoint now, core::TimePoint deadline) {
  Reading reading(first_key + keys_.size());
  std::vector<RedisCommand> commands{{"INFO"}};
  for (const profile::RedisKey& key : keys_) commands.push_back({"TYPE", key.key});
  auto answers = connection_.ask(commands, deadline);
  if (auto* problem = std::get_if<std::string>(&answers)) {
    reading.troubles.push_back({std::move(*problem)});
    return reading;
  }
  const auto& replies = std::get<std::vector<RedisReply>>(answers);
  add_info(now, replies.front(), reading);
  add_keys({replies.begin() + 1, replies.end()}, deadline, reading);
  return reading;
}

void RedisMonitor::add_info(core::TimePoint now, const RedisReply& info, Reading& reading) {
  if (info.kind != RedisReply::Kind::text) {
    reading.troubles.push_back(
        {fmt::format("{} does not answer INFO: {}; a password belongs into its url, from the environment",
                     shown_, info.text)});
    return;
  }
  const auto numbers = parse_redis_info(info.text);
  const auto take = [&](std::size_t series, std::string_view name, CounterRate* counter = nullptr) {
    const auto found = numbers.find(name);
    if (found == numbers.end()) {
      reading.troubles.push_back(
          {fmt::format("{} has no {} in its INFO: ask the Redis itself, not what stands before it", shown_,
                       name),
           {series}});
    } else {
      reading.values[series] = counter == nullptr ? found->second : counter->add(now, found->second);
    }
  };
  take(memory, "used_memory");
  take(memory_rss, "used_memory_rss");
  take(clients, "connected_clients");
  take(blocked_clients, "blocked_clients");
  take(operations, "total_commands_processed", &operations_);
  take(evicted_keys, "evicted_keys", &evicted_);
  take(rejected_connections, "rejected_connections", &rejected_);
}

void RedisMonitor::add_keys(const std::vector<RedisReply>& types, core::TimePoint deadline,
                            Reading& reading) {
  std::vector<RedisCommand> commands;
  std::vector<std::size_t> asked;  // index of the key
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const std::string_view command = length_command(types[i].text);
    if (types[i].text == "none") {
      reading.values[first_key + i] = 0;  // Redis removes what is empty
    } else if (types[i].kind == RedisReply::Kind::error || command.empty()) {
      reading.troubles.push_back(
          {fmt::format(
               "the length of the key {} for {} is unknown: {}", keys_[i].key, keys_[i].name,
               types[i].kind == RedisReply::Kind::error ? types[i].text : "it is of type " + types[i].text),
           {first_key + i}});
    } else {
      commands.push_back({std::string(command), keys_[i].key});
      asked.push_back(i);
    }
  }
  if (commands.empty()) return;
  const auto answers = connection_.ask(commands, deadline);
  for (std::size_t k = 0; k < asked.size(); ++k) {
    const std::size_t i = asked[k];
    if (const auto* problem = std::get_if<std::string>(&answers)) {
      reading.troubles.push_back({*problem, {first_key + i}});
      continue;
    }
    const RedisReply& reply = std::get<std::vector<RedisReply>>(answers)[k];
    std::optional<double> length;
    if (reply.kind == RedisReply::Kind::number) length = reply.number;
    if (reply.kind == RedisReply::Kind::nothing) length = 0;  // removed between the two questions
    if (reply.kind == RedisReply::Kind::text) length = to_number(reply.text);
    reading.values[first_key + i] = length;
    if (!length)
      reading.troubles.push_back(
          {reply.kind == RedisReply::Kind::error
               ? fmt::format("the key {} for {}: {}", keys_[i].key, keys_[i].name, reply.text)
               : fmt::format("the string {} for {} is no number", keys_[i].key, keys_[i].name),
           {first_key + i}});
  }
}

}  // namespace soundcheck::monitor
