#include "protocols/net/tls_context.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>

#include "protocols/net/tls_channel.hpp"
#include "protocols/net/tls_failure.hpp"

namespace soundcheck::net {

namespace {

std::string wire_format(const std::vector<std::string>& protocols) {
  std::string out;
  for (const std::string& name : protocols) {
    out += static_cast<char>(name.size());
    out += name;
  }
  return out;
}

/// OpenSSL would ask on the terminal if there were no callback.
int give_password(char* buffer, int size, int, void* password) {
  const auto* text = static_cast<const std::string*>(password);
  if (text == nullptr || text->empty() || text->size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(buffer, text->data(), text->size());
  return static_cast<int>(text->size());
}

/// The oldest error of OpenSSL's queue is the cause, the later ones only repeat that something failed.
std::string take_reason() {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  return tls_reason(code);
}

void load_trust(SSL_CTX* context, const TlsSettings& settings, std::string& mistakes) {
  if (settings.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context);
  } else if (SSL_CTX_load_verify_file(context, settings.ca_file.c_str()) != 1) {
    mistakes +=
        fmt::format("tls.ca: {} is no file of PEM certificates: {}\n", settings.ca_file, take_reason());
  }
}

void load_identity(SSL_CTX* context, const TlsSettings& settings, std::string& mistakes) {
  if (settings.certificate_file.empty()) {
    SSL_CTX_set_client_cert_cb(context, &TlsChannel::have_no_certificate);
    return;
  }
  const std::string& certificate = settings.certificate_file;
  const bool certificate_good = SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) == 1;
  if (!certificate_good) {
    mistakes += fmt::format("tls.certificate: {} is no PEM certificate: {}\n", certificate, take_reason());
  }
  const std::string& key = settings.key_file.empty() ? certificate : settings.key_file;
  auto password = settings.key_password;
  SSL_CTX_set_default_passwd_cb(context, &give_password);
  SSL_CTX_set_default_passwd_cb_userdata(context, &password);
  const bool key_good = SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1;
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  if (key_good) return;
  const unsigned long cause = ERR_peek_error();
  // Where the certificate is wrong, the key cannot fit it: one mistake, not two.
  if (ERR_GET_LIB(cause) == ERR_LIB_X509 && ERR_GET_REASON(cause) == X509_R_KEY_VALUES_MISMATCH) {
    if (certificate_good)
      mistakes += fmt::format("tls.key: {} does not belong to the certificate {}\n", key, certificate);
    ERR_clear_error();
    return;
  }
  mistakes += fmt::format("tls.key: {} is no PEM key that can be read: {}{}\n", key, take_reason(),
                          settings.key_password.empty() ? "; a key with a password needs tls.key_password"
                                                        : "; is tls.key_password right?");
}

}  // namespace

void TlsMemory::Free::operator()(ssl_session_st* session) const { SSL_SESSION_free(session); }

std::variant<std::shared_ptr<const TlsContext>, std::string> TlsContext::create(const TlsSettings& settings) {
  ERR_clear_error();
  const std::shared_ptr<SSL_CTX> handle(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  if (!handle) return fmt::format("TLS cannot be used: {}", take_reason());
  SSL_CTX* const context = handle.get();

  SSL_CTX_set_min_proto_version(context, settings.only_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  // Buffers are given back between records: an idle connection then costs no 34 KiB for them.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  // One receive for a whole record instead of one for its header and one for the rest.
  SSL_CTX_set_read_ahead(context, 1);
  // A server may not turn a connection that carries requests back into a handshake (RFC 9113, 9.2.1).
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  if (settings.resumption) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, &TlsChannel::remember_session);
  } else {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  }
  SSL_CTX_set_verify(context, settings.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                     settings.verify ? &TlsChannel::check_certificate : nullptr);

  std::string mistakes;
  if (settings.verify) load_trust(context, settings, mistakes);
  load_identity(context, settings, mistakes);
  if (!mistakes.empty()) return mistakes;

  const std::shared_ptr<TlsContext> made(new TlsContext);
  made->handle_ = handle;
  made->server_name_ = settings.server_name;
  made->protocols_ = wire_format({"http/1.1"});
  made->resumption_ = settings.resumption;
  return made;
}

std::shared_ptr<const TlsContext> TlsContext::with_protocols(
    const std::vector<std::string>& protocols) const {
  const std::shared_ptr<TlsContext> other(new TlsContext(*this));
  other->protocols_ = wire_format(protocols);
  return other;
}

}  // namespace soundcheck::net
