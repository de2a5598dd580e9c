// A connection to a PostgreSQL server with a deadline for everything that is done with it. libpq stays in the
// .cpp; all of it is asked without blocking, because its own timeouts would not bound a query. Belongs to its
// monitor's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocols/core/time.hpp"

struct pg_conn;

namespace soundcheck::monitor {

/// Rows of texts; a NULL is an empty text.
using PostgresRows = std::vector<std::vector<std::string>>;

/// Where a connection string leads, without its password.
struct PostgresPlace {
  std::string shown;     ///< for example "127.0.0.1:5432/agentiq"
  std::string password;  ///< a secret; empty: none
};
/// The error is one line that says what to write instead, and shows nothing of the text.
std::variant<PostgresPlace, std::string> parse_postgres_connection(const std::string& text);

class PostgresConnection {
 public:
  /// `timeout`: the server itself gives a query up after it.
  PostgresConnection(std::string connection, PostgresPlace place, core::Duration timeout,
                     std::function<core::TimePoint()> clock);
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  /// A server whose answer over the network is longer than this is given up. What comes over a local socket
  /// is not counted: the kernel does not say how much it is.
  static constexpr std::uint64_t longest_answer = 4 * 1024 * 1024;

  /// Connects first where needed. The error says what went wrong and what to do.
  std::variant<PostgresRows, std::string> query(const char* text, core::TimePoint deadline);

 private:
  using Rows = std::variant<PostgresRows, std::string>;
  std::optional<std::string> connect(core::TimePoint deadline);
  /// Nothing once the socket is ready; else why not.
  std::optional<std::string> wait(short events, core::TimePoint deadline) const;
  std::optional<std::string> flush(core::TimePoint deadline);
  /// One line, without the password.
  std::string failed(const std::string& what) const;
  std::string last_error() const;

  const std::string connection_text_;
  const PostgresPlace place_;
  const core::Duration timeout_;
  const std::function<core::TimePoint()> clock_;
  std::unique_ptr<pg_conn, void (*)(pg_conn*)> connection_;
  std::uint64_t most_received_ = 0;  // bytes of the connection, by the end of what is under way
};

}  // namespace soundcheck::monitor
