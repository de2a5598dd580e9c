#include "tools/reference_agent/apis/agentiq_accounts.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "tools/reference_agent/apis/digest.hpp"
#include "tools/reference_agent/apis/request_fields.hpp"
#include "tools/reference_agent/apis/wall_time.hpp"

namespace soundcheck::reference_agent {
namespace {

constexpr std::string_view bearer = "Bearer ";
constexpr std::int64_t refresh_lifetimes = 24;  // so many times longer lives a refresh token

constexpr const char* schema =
    "CREATE TABLE IF NOT EXISTS agentiq_accounts(id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL "
    "UNIQUE,"
    " name TEXT NOT NULL, salt TEXT NOT NULL, password_hash TEXT NOT NULL, created_ms INTEGER NOT NULL);";

ApiReply unauthorized(std::string_view code, std::string_view message, std::string_view challenge) {
  auto reply = error_reply(401, code, message);
  reply.headers = fmt::format("WWW-Authenticate: Bearer realm=\"agentiq\"{}\r\n", challenge);
  return reply;
}

}  // namespace

AgentiqAccounts::AgentiqAccounts(Database& database, Control& control, std::int64_t capacity)
    : database_(with_schema(database, schema)),
      control_(control),
      capacity_(capacity),
      signer_(random_bytes(32)),
      insert_(database,
              "INSERT INTO agentiq_accounts(email, name, salt, password_hash, created_ms) VALUES(?,?,?,?,?)"),
      select_by_email_(database, "SELECT id, salt, password_hash FROM agentiq_accounts WHERE email=?"),
      select_by_id_(database, "SELECT id FROM agentiq_accounts WHERE id=?"),
      delete_old_(database, "DELETE FROM agentiq_accounts WHERE id<=?") {}

ApiReply AgentiqAccounts::register_account(const ApiCall& x) {
  JsonFields body(x.request.body);
  const std::string email = body.text("email");
  const std::string password = body.text("password");
  const std::string name = body.text_or("name", "");
  if (auto error = body.error()) return std::move(*error);
  if (email.find('@') == std::string::npos)
    return error_reply(400, "invalid_field", "\"email\" must be an address with an @");
  if (select_by_email_.number(email))
    return error_reply(409, "email_taken", "there is an account of this e-mail address; log in");
  const std::string salt = hexadecimal(random_bytes(8));
  Transaction transaction(database_);
  insert_.run(email, name, salt, hash_password(password, salt), wall_ms(x.now));
  const std::int64_t number = database_.last_id();
  delete_old_.run(number - capacity_);
  transaction.commit();
  return json_reply(201, {{"account_id", make_id("a", number)}, {"email", email}, {"name", name}});
}

ApiReply AgentiqAccounts::log_in(const ApiCall& x) {
  JsonFields body(x.request.body);
  const std::string email = body.text("email");
  const std::string password = body.text("password");
  if (auto error = body.error()) return std::move(*error);
  std::int64_t account = 0;
  {
    auto row = select_by_email_.query(email);
    if (row.next() && equal_secrets(hash_password(password, row.text(1)), row.text(2)))
      account = row.integer(0);
  }
  if (account == 0)
    return unauthorized("invalid_credentials", "the e-mail address or the password is wrong", "");
  ++control_.counters.logins;
  return give_tokens(account, x.now);
}

ApiReply AgentiqAccounts::refresh(const ApiCall& x) {
  JsonFields body(x.request.body);
  const std::string token = body.text("refresh_token", 2000);
  if (auto error = body.error()) return std::move(*error);
  const auto checked = signer_.check(token, TokenUse::refresh, wall_ms(x.now));
  if (const auto* fault = std::get_if<TokenFault>(&checked)) return refuse(*fault);
  const std::int64_t account = std::get<TokenClaims>(checked).account;
  if (!select_by_id_.number(account)) return refuse(TokenFault::wrong);
  ++control_.counters.refreshes;
  return give_tokens(account, x.now);
}

std::variant<std::int64_t, ApiReply> AgentiqAccounts::authenticate(const ApiCall& x) {
  const auto authorization = x.request.authorization;
  if (!authorization.starts_with(bearer)) {
    ++control_.counters.tokens.missing;
    return unauthorized("token_missing",
                        "this path needs a token; log in and send Authorization: Bearer TOKEN", "");
  }
  const auto checked = signer_.check(authorization.substr(bearer.size()), TokenUse::access, wall_ms(x.now));
  if (const auto* fault = std::get_if<TokenFault>(&checked)) return refuse(*fault);
  const std::int64_t account = std::get<TokenClaims>(checked).account;
  if (!select_by_id_.number(account)) return refuse(TokenFault::wrong);
  ++control_.counters.tokens.accepted;
  return account;
}

ApiReply AgentiqAccounts::give_tokens(std::int64_t account, const Moment& now) {
  const std::int64_t lifetime_ms = control_.token_lifetime() / std::chrono::milliseconds(1);
  const std::int64_t now_ms = wall_ms(now);
  const TokenClaims access{account, TokenUse::access, now_ms, now_ms + lifetime_ms, ++last_serial_};
  const TokenClaims refresh{account, TokenUse::refresh, now_ms, now_ms + refresh_lifetimes * lifetime_ms,
                            ++last_serial_};
  return json_reply(200, {{"access_token", signer_.sign(access)},
                          {"token_type", "Bearer"},
                          {"refresh_token", signer_.sign(refresh)},
                          {"expires_in", static_cast<double>(lifetime_ms) / 1000}});
}

ApiReply AgentiqAccounts::refuse(TokenFault fault) {
  if (fault == TokenFault::expired) {
    ++control_.counters.tokens.expired;
    return unauthorized("token_expired", "the token has expired; refresh it or log in again",
                        ", error=\"invalid_token\", error_description=\"the token has expired\"");
  }
  ++control_.counters.tokens.wrong;
  return unauthorized("token_wrong", "this is no token of ours; log in again", ", error=\"invalid_token\"");
}

}  // namespace soundcheck::reference_agent
