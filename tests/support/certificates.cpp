#include "tests/support/certificates.hpp"

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace soundcheck::support {

namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

void require(bool good) {
  if (!good) throw std::runtime_error("OpenSSL makes no certificate");
}

Key new_key() {
  Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  require(key != nullptr);
  return key;
}

template <class Write>
std::string to_pem(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  require(out && write(out.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string certificate_pem(X509* certificate) {
  return to_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

std::string key_pem(EVP_PKEY* key) {
  return to_pem(
      [&](BIO* out) { return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()), &X509_EXTENSION_free);
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

std::string alternative_names(const CertificateSpec& spec) {
  std::string out;
  for (const std::string& name : spec.names) out += fmt::format("{}DNS:{}", out.empty() ? "" : ",", name);
  for (const std::string& address : spec.addresses)
    out += fmt::format("{}IP:{}", out.empty() ? "" : ",", address);
  return out;
}

/// Signed by the issuer, or by itself if there is none.
Certificate make(const std::string& common_name, const CertificateSpec& spec, const Key& key,
                 bool is_authority, X509* issuer, const Key& issuer_key) {
  Certificate certificate(X509_new(), &X509_free);
  require(certificate != nullptr);
  X509* const x = certificate.get();
  X509_set_version(x, X509_VERSION_3);
  std::uint64_t serial = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(x), spec.valid_from);
  X509_gmtime_adj(X509_getm_notAfter(x), spec.valid_to);
  X509_set_pubkey(x, key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
  if (issuer == nullptr) issuer = x;
  X509_set_issuer_name(x, X509_get_subject_name(issuer));
  add_extension(x, issuer, NID_basic_constraints, is_authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (const std::string names = alternative_names(spec); !names.empty())
    add_extension(x, issuer, NID_subject_alt_name, names);
  require(X509_sign(x, issuer_key.get(), EVP_sha256()) > 0);
  return certificate;
}

std::string common_name(const CertificateSpec& spec) {
  if (!spec.names.empty()) return spec.names.front();
  return spec.addresses.empty() ? "nobody" : spec.addresses.front();
}

}  // namespace

Authority::Authority(const std::string& name)
    : key_(new_key()), certificate_(make(name, {}, key_, true, nullptr, key_)) {}

std::string Authority::certificate() const { return certificate_pem(certificate_.get()); }

Identity Authority::issue(const CertificateSpec& spec) const {
  const Key key = new_key();
  const Certificate certificate = make(common_name(spec), spec, key, false, certificate_.get(), key_);
  return {certificate_pem(certificate.get()), key_pem(key.get())};
}

Identity self_signed(const CertificateSpec& spec) {
  const Key key = new_key();
  const Certificate certificate = make(common_name(spec), spec, key, false, nullptr, key);
  return {certificate_pem(certificate.get()), key_pem(key.get())};
}

std::string encrypted_key(const Identity& identity, const std::string& password) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_mem_buf(identity.key.data(), -1), &BIO_free);
  const Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  require(key != nullptr);
  return to_pem([&](BIO* out) {
    return PEM_write_bio_PKCS8PrivateKey(out, key.get(), EVP_aes_128_cbc(), password.data(),
                                         static_cast<int>(password.size()), nullptr, nullptr);
  });
}

}  // namespace soundcheck::support
