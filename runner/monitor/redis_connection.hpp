// A connection to a Redis server with a deadline for each round of commands. hiredis speaks the protocol and
// stays in the .cpp; the waiting is ours, because its own timeouts are for each read and would not bound a
// round. Belongs to its monitor's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocols/core/time.hpp"

struct redisContext;

namespace soundcheck::monitor {

/// redis://[user][:password]@host[:port][/database]
struct RedisUrl {
  std::string host;
  int port = 6379;
  std::string user, password;  ///< secrets; empty: none
  std::uint64_t database = 0;

  /// The error is one line that says what to write instead, and never shows the password.
  static std::variant<RedisUrl, std::string> parse(const std::string& text);
  std::string shown() const;  ///< host:port
  /// An error of the server without what it repeats of our login.
  std::string without_login(std::string error) const;
};

/// An answer as far as monitors need it.
struct RedisReply {
  enum class Kind : unsigned char { text, number, nothing, error, other };
  Kind kind = Kind::other;
  std::string text;  ///< of a text or an error
  double number = 0;
};

using RedisCommand = std::vector<std::string>;

class RedisConnection {
 public:
  RedisConnection(RedisUrl url, std::function<core::TimePoint()> clock);
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  /// Sends all commands at once and waits for one answer to each; connects and logs in first where needed.
  /// The error says what went wrong and what to do; then the next round has a new connection.
  std::variant<std::vector<RedisReply>, std::string> ask(const std::vector<RedisCommand>& commands,
                                                         core::TimePoint deadline);

  /// A round whose answers are longer than this is given up.
  static constexpr std::size_t longest_answers = 4 * 1024 * 1024;

 private:
  using Answers = std::variant<std::vector<RedisReply>, std::string>;
  std::optional<std::string> connect(core::TimePoint deadline);
  Answers exchange(const std::vector<RedisCommand>& commands, core::TimePoint deadline);
  /// Nothing once the socket is ready; else why not.
  std::optional<std::string> wait(short events, core::TimePoint deadline) const;
  std::string failed(const std::string& what) const;

  RedisUrl url_;
  std::function<core::TimePoint()> clock_;
  std::unique_ptr<redisContext, void (*)(redisContext*)> context_;
};

}  // namespace soundcheck::monitor
