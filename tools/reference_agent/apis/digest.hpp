// Hashes, message authentication and base64url, by OpenSSL. Pure; a Sha256 belongs to one thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace soundcheck::reference_agent {

/// SHA-256 of bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  /// In hexadecimal; ends it.
  std::string finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// HMAC-SHA-256, 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);

/// What is stored in place of a password: PBKDF2, 32 bytes in hexadecimal.
std::string hash_password(std::string_view password, std::string_view salt);

/// In a time that does not depend on where they differ.
bool equal_secrets(std::string_view a, std::string_view b);

std::string random_bytes(std::size_t count);
std::string hexadecimal(std::string_view bytes);

/// Without padding (RFC 4648, section 5).
std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace soundcheck::reference_agent
