// JSON Web Tokens signed with HS256 (RFC 7519): given out at a login, checked with every request. Pure: the
// time is an argument.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace soundcheck::reference_agent {

enum class TokenUse : unsigned char { access, refresh };

struct TokenClaims {
  std::int64_t account = 0;
  TokenUse use = TokenUse::access;
  std::int64_t issued_ms = 0;
  std::int64_t expires_ms = 0;
  std::int64_t serial = 0;  ///< no two tokens have the same
};

enum class TokenFault : unsigned char { wrong, expired };

class TokenSigner {
 public:
  explicit TokenSigner(std::string key) : key_(std::move(key)) {}

  std::string sign(const TokenClaims& claims) const;
  /// A token for another use is wrong.
  std::variant<TokenClaims, TokenFault> check(std::string_view token, TokenUse use,
                                              std::int64_t now_ms) const;

 private:
  std::string signature(std::string_view signed_part) const;

  std::string key_;
};

}  // namespace soundcheck::reference_agent
