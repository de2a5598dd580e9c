#include "tools/reference_agent/apis/json_web_token.hpp"

#include <boost/json.hpp>
#include <cmath>
#include <string>

#include "tools/reference_agent/apis/digest.hpp"

namespace soundcheck::reference_agent {
namespace {

namespace json = boost::json;

/// Any other header is refused: a token does not choose how it is checked.
const std::string& header() {
  static const std::string text = base64url(R"({"alg":"HS256","typ":"JWT"})");
  return text;
}

std::string_view name_of(TokenUse use) { return use == TokenUse::access ? "access" : "refresh"; }

/// Seconds with a fraction, as the standard allows.
double to_numeric_date(std::int64_t ms) { return static_cast<double>(ms) / 1000; }
std::int64_t number_of(const json::value& text) { return std::stoll(std::string(text.as_string())); }

std::int64_t from_numeric_date(const json::value& date) {
  return std::llround(date.to_number<double>() * 1000);
}

}  // namespace

std::string TokenSigner::signature(std::string_view signed_part) const {
  return base64url(hmac_sha256(key_, signed_part));
}

std::string TokenSigner::sign(const TokenClaims& claims) const {
  const json::object payload{{"sub", std::to_string(claims.account)},
                             {"use", name_of(claims.use)},
                             {"iat", to_numeric_date(claims.issued_ms)},
                             {"exp", to_numeric_date(claims.expires_ms)},
                             {"jti", std::to_string(claims.serial)}};
  const std::string signed_part = header() + "." + base64url(json::serialize(payload));
  return signed_part + "." + signature(signed_part);
}

std::variant<TokenClaims, TokenFault> TokenSigner::check(std::string_view token, TokenUse use,
                                                         std::int64_t now_ms) const {
  const auto dot = token.rfind('.');
  if (dot == std::string_view::npos) return TokenFault::wrong;
  const auto signed_part = token.substr(0, dot);
  if (!signed_part.starts_with(header() + ".") ||
      !equal_secrets(token.substr(dot + 1), signature(signed_part)))
    return TokenFault::wrong;
  // Signed by us, so it has the form that sign gives it.
  const auto payload = json::parse(*from_base64url(signed_part.substr(header().size() + 1)));
  if (payload.at("use").as_string() != name_of(use)) return TokenFault::wrong;
  const TokenClaims claims{number_of(payload.at("sub")), use, from_numeric_date(payload.at("iat")),
                           from_numeric_date(payload.at("exp")), number_of(payload.at("jti"))};
  if (now_ms >= claims.expires_ms) return TokenFault::expired;
  return claims;
}

}  // namespace soundcheck::reference_agent
