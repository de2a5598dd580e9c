// Certificates of an authority that exists only for one test, made in memory. Values; any thread.
#pragma once

#include <ctime>
#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace soundcheck::support {

struct Identity {
  std::string certificate;  ///< PEM
  std::string key;          ///< PEM
};

struct CertificateSpec {
  std::vector<std::string> names{};      ///< DNS names
  std::vector<std::string> addresses{};  ///< IP addresses
  std::time_t valid_from = -3'600;       ///< seconds from now
  std::time_t valid_to = 86'400;
};

class Authority {
 public:
  explicit Authority(const std::string& name = "Test Authority");
  /// PEM of its own certificate, for those who trust it.
  std::string certificate() const;
  Identity issue(const CertificateSpec& spec) const;

 private:
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
};

Identity self_signed(const CertificateSpec& spec);

/// The key in PEM, encrypted.
std::string encrypted_key(const Identity& identity, const std::string& password);

}  // namespace soundcheck::support
