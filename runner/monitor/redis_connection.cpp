#include "runner/monitor/redis_connection.hpp"

#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <cerrno>
#include <charconv>

#include "protocols/net/io.hpp"
#include "runner/monitor/hide_secret.hpp"

namespace soundcheck::monitor {

namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

RedisReply take(const redisReply& reply) {
  using Kind = RedisReply::Kind;
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      return {Kind::text, {reply.str, reply.len}, 0};
    case REDIS_REPLY_ERROR:
      return {Kind::error, {reply.str, reply.len}, 0};
    case REDIS_REPLY_INTEGER:
      return {Kind::number, {}, static_cast<double>(reply.integer)};
    case REDIS_REPLY_NIL:
      return {Kind::nothing, {}, 0};
    default:
      return {};
  }
}

/// What to do about an error of the server.
std::string cure(const std::string& error) {
  if (error.starts_with("NOAUTH") || error.starts_with("WRONGPASS") ||
      error.starts_with("ERR invalid password") || error.starts_with("ERR AUTH"))
    return "write the user and password into its url, from the environment: redis://${REDIS_LOGIN}@...";
  if (error.starts_with("NOPERM")) return "allow its user these commands: INFO, TYPE and those of its keys";
  if (error.starts_with("LOADING")) return "the server still reads its data; asked again";
  return "see the server's log";
}

}  // namespace

std::variant<RedisUrl, std::string> RedisUrl::parse(const std::string& text) {
  const auto parsed = boost::urls::parse_uri(text);
  // A bare / or @ in a password moves a part of it to where the host, the port or the database stand.
  constexpr const char* hint =
      "write it like redis://127.0.0.1:6379/0, and percent-encode what is no letter or digit in its password";
  if (!parsed || parsed->scheme() != "redis" || parsed->host().empty() || parsed->has_query() ||
      parsed->has_fragment())
    return fmt::format("this is no URL of Redis; {}", hint);
  RedisUrl url;
  url.host = parsed->host_type() == boost::urls::host_type::ipv6 ? std::string(parsed->host_address())
                                                                 : std::string(parsed->host());
  if (parsed->has_port()) {
    const auto port = whole_number(std::string(parsed->port()));
    if (!port || *port < 1 || *port > 65'535)
      return fmt::format("the port must be from 1 to 65535; {}", hint);
    url.port = static_cast<int>(*port);
  }
  url.user = parsed->user();
  url.password = parsed->password();
  const std::string path(parsed->encoded_path());
  if (path.size() > 1) {
    const auto database = whole_number(std::string_view(path).substr(1));
    if (!database) return fmt::format("the database must be a number; {}", hint);
    url.database = *database;
  }
  return url;
}

std::string RedisUrl::shown() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

std::string RedisUrl::without_login(std::string error) const {
  // Of a command that it does not know, such as AUTH behind a proxy, Redis repeats the words, long ones in
  // part.
  error.erase(std::min(error.find(", with args"), error.size()));
  hide_secret(error, password);
  hide_secret(error, user);
  return error;
}

RedisConnection::RedisConnection(RedisUrl url, std::function<core::TimePoint()> clock)
    : url_(std::move(url)), clock_(std::move(clock)), context_(nullptr, &redisFree) {}

RedisConnection::~RedisConnection() = default;

RedisConnection::Answers RedisConnection::ask(const std::vector<RedisCommand>& commands,
                                              core::TimePoint deadline) {
  using Result = Answers;
  if (!context_) {
    if (auto problem = connect(deadline)) {
      context_.reset();
      return Result(std::in_place_index<1>, std::move(*problem));
    }
  }
  Answers answers = exchange(commands, deadline);
  if (answers.index() == 1) context_.reset();  // what comes late must not be taken for the next answers
  return answers;
}

std::optional<std::string> RedisConnection::connect(core::TimePoint deadline) {
  context_.reset(redisConnectNonBlock(url_.host.c_str(), url_.port));
  if (!context_) return "there is no memory left for a connection";
  if (context_->err != 0) return failed(context_->errstr);
  if (auto problem = wait(POLLOUT, deadline)) return problem;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(context_->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return failed(net::error_text(error));

  std::vector<RedisCommand> login;
  if (!url_.user.empty()) {
    login.push_back({"AUTH", url_.user, url_.password});
  } else if (!url_.password.empty()) {
    login.push_back({"AUTH", url_.password});
  }
  if (url_.database != 0) login.push_back({"SELECT", std::to_string(url_.database)});
  const Answers answers = exchange(login, deadline);
  if (const auto* problem = std::get_if<std::string>(&answers)) return *problem;
  for (const RedisReply& reply : std::get<0>(answers)) {
    if (reply.kind == RedisReply::Kind::error)
      return fmt::format("{} refuses: {}; {}", url_.shown(), reply.text, cure(reply.text));
  }
  return std::nullopt;
}

RedisConnection::Answers RedisConnection::exchange(const std::vector<RedisCommand>& commands,
                                                   core::TimePoint deadline) {
  using Result = Answers;
  const auto refuse = [](std::string problem) { return Result(std::in_place_index<1>, std::move(problem)); };
  redisContext* const context = context_.get();
  for (const RedisCommand& command : commands) {
    std::vector<const char*> words;
    std::vector<std::size_t> lengths;
    for (const std::string& word : command) {
      words.push_back(word.data());
      lengths.push_back(word.size());
    }
    if (redisAppendCommandArgv(context, static_cast<int>(words.size()), words.data(), lengths.data()) !=
        REDIS_OK)
      return refuse(failed(context->errstr));
  }
  for (int done = 0; done == 0;) {
    if (redisBufferWrite(context, &done) != REDIS_OK) return refuse(failed(context->errstr));
    if (done != 0) break;
    if (auto problem = wait(POLLOUT, deadline)) return refuse(std::move(*problem));
  }
  std::vector<RedisReply> replies;
  std::size_t received = 0;
  while (replies.size() < commands.size()) {
    void* raw = nullptr;
    if (redisGetReplyFromReader(context, &raw) != REDIS_OK)
      return refuse(
          fmt::format("{} does not speak the protocol of Redis: check the port of its url", url_.shown()));
    if (raw != nullptr) {
      const std::unique_ptr<void, decltype(&freeReplyObject)> owner(raw, &freeReplyObject);
      RedisReply& reply = replies.emplace_back(take(*static_cast<redisReply*>(raw)));
      if (reply.kind == RedisReply::Kind::error) reply.text = url_.without_login(std::move(reply.text));
      continue;
    }
    if (auto problem = wait(POLLIN, deadline)) return refuse(std::move(*problem));
    const std::size_t before = context->reader->len;
    if (redisBufferRead(context) != REDIS_OK) return refuse(failed(context->errstr));
    received += context->reader->len - before;  // what has been parsed is gone from the buffer, but kept
    if (received > longest_answers)
      return refuse(
          fmt::format("{} answers with more than {} MiB", url_.shown(), longest_answers / 1024 / 1024));
  }
  return replies;
}

std::optional<std::string> RedisConnection::wait(short events, core::TimePoint deadline) const {
  for (;;) {
    const core::Duration left = deadline - clock_();
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    if (milliseconds <= 0) return failed("no answer in time");
    pollfd ready{context_->fd, events, 0};
    const int n = ::poll(&ready, 1, static_cast<int>(milliseconds));
    if (n > 0) return std::nullopt;
    if (n < 0 && errno != EINTR) return failed(net::error_text(errno));
  }
}

std::string RedisConnection::failed(const std::string& what) const {
  return fmt::format("Redis at {}: {}; is it running? try: redis-cli -h {} -p {} ping", url_.shown(), what,
                     url_.host, url_.port);
}

}  // namespace soundcheck::monitor
