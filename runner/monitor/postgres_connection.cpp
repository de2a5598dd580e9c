#include "runner/monitor/postgres_connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "protocols/net/io.hpp"
#include "runner/monitor/hide_secret.hpp"
#include "runner/monitor/proc_text.hpp"

namespace soundcheck::monitor {

namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

void silent(void*, const PGresult*) {}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// Ports of several hosts have commas between them; an empty one is the default.
bool are_ports(std::string_view ports) {
  while (!ports.empty()) {
    const std::string_view port = ports.substr(0, ports.find(','));
    ports.remove_prefix(std::min(port.size() + 1, ports.size()));
    const auto number = parse_number(port);
    if (!port.empty() && (!number || *number < 1 || *number > 65'535)) return false;
  }
  return true;
}

/// Bytes that have come over a connection; 0 for a local socket. libpq itself takes a message of any length
/// whole before it shows anything of it.
std::uint64_t received(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  return ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_bytes_received : 0;
}

bool is_url(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

}  // namespace

std::variant<PostgresPlace, std::string> parse_postgres_connection(const std::string& text) {
  char* ignored = nullptr;  // libpq's own words may repeat parts of the text
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(text.c_str(), &ignored), &PQconninfoFree);
  PQfreemem(ignored);
  if (!options)
    return std::string(
        "this is no connection of PostgreSQL; write it like postgresql://monitor@127.0.0.1:5432/agentiq or "
        "host=127.0.0.1 dbname=agentiq");
  std::string host = "local socket";
  std::string port = "5432";
  std::string database;
  PostgresPlace place;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    const std::string_view name = option->keyword;
    if (name == "host" || (name == "hostaddr" && host == "local socket")) host = option->val;
    if (name == "port") port = option->val;
    if (name == "dbname") database = option->val;
    if (name == "password") place.password = option->val;
  }
  // libpq cuts a URL at the first / or @, also at one in a password: then a part of it is taken for the host,
  // the port or the database, which messages and reports show.
  const auto has = [](const std::string& part, const char* what) {
    return part.find(what) != std::string::npos;
  };
  if ((is_url(text) && (has(host, "@") || has(database, "@"))) || has(database, "://"))
    return std::string(
        "there is an @ or :// where none belongs; percent-encode those of its password, %40 for @ "
        "and %2F for /");
  if (!are_ports(port))
    return std::string(
        "the port must be from 1 to 65535; if its password holds a / or an @, "
        "percent-encode them as %2F and %40");
  place.shown = fmt::format("{}:{}/{}", host, port, database);
  return place;
}

PostgresConnection::PostgresConnection(std::string connection, PostgresPlace place, core::Duration timeout,
                                       std::function<core::TimePoint()> clock)
    : connection_text_(std::move(connection)),
      place_(std::move(place)),
      timeout_(timeout),
      clock_(std::move(clock)),
      connection_(nullptr, &PQfinish) {}

PostgresConnection::~PostgresConnection() = default;

PostgresConnection::Rows PostgresConnection::query(const char* text, core::TimePoint deadline) {
  const auto refuse = [](std::string problem) { return Rows(std::in_place_index<1>, std::move(problem)); };
  const auto lost = [&](std::string problem) {
    connection_.reset();  // the next sample begins anew
    return refuse(std::move(problem));
  };
  if (!connection_) {
    if (auto problem = connect(deadline)) return lost(std::move(*problem));
  }
  pg_conn* const connection = connection_.get();
  most_received_ = received(PQsocket(connection)) + longest_answer;
  if (PQsendQuery(connection, text) == 0) return lost(failed(last_error()));
  if (auto problem = flush(deadline)) return lost(std::move(*problem));

  PostgresRows rows;
  std::string error;
  for (;;) {
    while (PQisBusy(connection) != 0) {
      if (auto problem = wait(POLLIN, deadline)) return lost(std::move(*problem));
      if (PQconsumeInput(connection) == 0) return lost(failed(last_error()));
    }
    const Result result(PQgetResult(connection), &PQclear);
    if (!result) break;
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
      error = one_line(PQresultErrorMessage(result.get()));
      continue;
    }
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      std::vector<std::string>& values = rows.emplace_back();
      for (int column = 0; column < PQnfields(result.get()); ++column)
        values.emplace_back(PQgetvalue(result.get(), row, column));
    }
  }
  if (PQstatus(connection) == CONNECTION_BAD) return lost(failed(error.empty() ? last_error() : error));
  if (!error.empty()) return refuse(failed(error));
  return rows;
}

std::optional<std::string> PostgresConnection::connect(core::TimePoint deadline) {
  const std::string milliseconds =
      std::to_string(std::chrono::ceil<std::chrono::milliseconds>(timeout_).count());
  const std::string options = "-c statement_timeout=" + milliseconds + " -c lock_timeout=" + milliseconds;
  const char* const keys[]{"dbname", "fallback_application_name", "options", nullptr};
  const char* const values[]{connection_text_.c_str(), "soundcheck", options.c_str(), nullptr};
  connection_.reset(PQconnectStartParams(keys, values, 1));
  if (!connection_) return "there is no memory left for a connection";
  most_received_ = longest_answer;
  PQsetNoticeReceiver(connection_.get(), silent, nullptr);
  if (PQstatus(connection_.get()) == CONNECTION_BAD) return failed(last_error());
  for (PostgresPollingStatusType status = PGRES_POLLING_WRITING; status != PGRES_POLLING_OK;
       status = PQconnectPoll(connection_.get())) {
    if (status == PGRES_POLLING_FAILED) return failed(last_error());
    if (auto problem = wait(status == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline)) return problem;
  }
  if (PQsetnonblocking(connection_.get(), 1) != 0) return failed(last_error());
  return std::nullopt;
}

std::optional<std::string> PostgresConnection::flush(core::TimePoint deadline) {
  for (;;) {
    const int left = PQflush(connection_.get());
    if (left == 0) return std::nullopt;
    if (left < 0) return failed(last_error());
    if (auto problem = wait(POLLIN | POLLOUT, deadline)) return problem;
    if (PQconsumeInput(connection_.get()) == 0) return failed(last_error());
  }
}

std::optional<std::string> PostgresConnection::wait(short events, core::TimePoint deadline) const {
  for (;;) {
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock_()).count();
    if (milliseconds <= 0) return failed("no answer in time");
    pollfd ready{PQsocket(connection_.get()), events, 0};
    const int n = ::poll(&ready, 1, static_cast<int>(milliseconds));
    if (n > 0 && received(ready.fd) > most_received_)
      return failed(fmt::format("it answers with more than {} MiB", longest_answer / 1024 / 1024));
    if (n > 0) return std::nullopt;
    if (n < 0 && errno != EINTR) return failed(net::error_text(errno));
  }
}

std::string PostgresConnection::failed(const std::string& what) const {
  std::string text =
      fmt::format("PostgreSQL at {}: {}; try: psql with the same connection", place_.shown, what);
  hide_secret(text, place_.password);
  return text;
}

std::string PostgresConnection::last_error() const { return one_line(PQerrorMessage(connection_.get())); }

}  // namespace soundcheck::monitor
