#include "tests/support/tls_server.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace soundcheck::support {

namespace {

void require(bool good) {
  if (!good) throw std::runtime_error("OpenSSL makes no TLS server");
}

std::unique_ptr<BIO, decltype(&BIO_free)> reader(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
}

std::shared_ptr<X509> parse_certificate(const std::string& pem) {
  return {PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr), &X509_free};
}

}  // namespace

TlsServer::TlsServer(const TlsServerSpec& spec)
    : insists_(spec.insists), context_(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free) {
  SSL_CTX* const context = context_.get();
  require(context != nullptr);
  const std::shared_ptr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(reader(spec.identity.key).get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  require(SSL_CTX_use_certificate(context, parse_certificate(spec.identity.certificate).get()) == 1);
  require(SSL_CTX_use_PrivateKey(context, key.get()) == 1);
  const unsigned char id[] = "soundcheck";
  SSL_CTX_set_session_id_context(context, id, sizeof id - 1);
  if (spec.up_to_1_2) SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
  if (!spec.client_authority.empty()) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), parse_certificate(spec.client_authority).get());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  for (const std::string& name : spec.protocols) protocols_ += static_cast<char>(name.size()) + name;
  if (!protocols_.empty()) SSL_CTX_set_alpn_select_cb(context, &TlsServer::choose_protocol, this);
}

int TlsServer::choose_protocol(ssl_st*, const unsigned char** out, unsigned char* out_size,
                               const unsigned char* in, unsigned in_size, void* server) {
  const auto& self = *static_cast<const TlsServer*>(server);
  const std::string& ours = self.protocols_;
  unsigned char* chosen = nullptr;
  const int found =
      SSL_select_next_proto(&chosen, out_size, reinterpret_cast<const unsigned char*>(ours.data()),
                            static_cast<unsigned>(ours.size()), in, in_size);
  *out = chosen;
  if (found == OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_OK;
  return self.insists_ ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_NOACK;
}

TlsPeer::TlsPeer(const TlsServer& server, Behaviour behaviour, TlsSeen& seen)
    : behaviour_(std::move(behaviour)), seen_(seen), ssl_(SSL_new(server.context())) {
  require(ssl_ != nullptr);
  SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_accept_state(ssl_);
}

TlsPeer::~TlsPeer() { SSL_free(ssl_); }

std::size_t TlsPeer::on_bytes(VirtualChannel& channel, std::string_view bytes) {
  // The client's side runs on this thread, too, and OpenSSL has one list of errors a thread: the client may
  // be telling us of an error that it has not looked at yet.
  const unsigned long of_the_client = ERR_peek_error();
  const std::size_t taken = std::min(bytes.size(), behaviour_.takes);
  BIO_write(SSL_get_rbio(ssl_), bytes.data(), static_cast<int>(taken));
  if (!broken_) converse(channel);
  if (taken < bytes.size()) channel.read_again();
  ERR_clear_error();
  if (of_the_client != 0) ERR_raise(ERR_GET_LIB(of_the_client), ERR_GET_REASON(of_the_client));
  return taken;
}

void TlsPeer::converse(VirtualChannel& channel) {
  std::array<char, 16 * 1024> buffer;
  std::size_t size = 0;
  while (SSL_read_ex(ssl_, buffer.data(), buffer.size(), &size) == 1) {
    note_agreement();
    const std::string_view received(buffer.data(), size);
    seen_.text += received;
    const std::string answer = behaviour_.answer ? behaviour_.answer(received) : std::string(received);
    if (!answer.empty()) SSL_write_ex(ssl_, answer.data(), answer.size(), &size);
    if (std::exchange(echoed_, true)) continue;
    if (behaviour_.says_goodbye) SSL_shutdown(ssl_);
    if (behaviour_.after_echo) behaviour_.after_echo(ssl_);
  }
  note_agreement();
  seen_.goodbye = (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
  send_pending(channel);
  if (echoed_ && (behaviour_.says_goodbye || behaviour_.hangs_up)) {
    broken_ = true;
    channel.end_at(channel.now());
  }
}

void TlsPeer::note_agreement() {
  if (const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name)) seen_.server_name = name;
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &protocol, &size);
  seen_.protocol.assign(reinterpret_cast<const char*>(protocol), size);
}

void TlsPeer::send_pending(VirtualChannel& channel) {
  std::array<char, 16 * 1024> buffer;
  for (;;) {
    const int size = BIO_read(SSL_get_wbio(ssl_), buffer.data(), static_cast<int>(buffer.size()));
    if (size <= 0 || broken_) return;
    send(channel, {buffer.data(), static_cast<std::size_t>(size)});
  }
}

void TlsPeer::send(VirtualChannel& channel, std::string bytes) {
  seen_.sent += bytes.size();
  const std::size_t before = std::exchange(sent_, sent_ + bytes.size());
  const std::size_t limit = behaviour_.breaks_after.value_or(static_cast<std::size_t>(-1));
  const bool breaks = before <= limit && limit < before + bytes.size();
  if (!breaks) {
    channel.send_at(channel.now(), std::move(bytes));
    return;
  }
  if (behaviour_.how == Breakage::corrupt) {
    bytes[limit - before] = static_cast<char>(bytes[limit - before] ^ 0x55);
    channel.send_at(channel.now(), std::move(bytes));
    return;
  }
  broken_ = true;
  channel.send_at(channel.now(), bytes.substr(0, limit - before));
  if (behaviour_.how == Breakage::close) channel.end_at(channel.now());
  // The bytes before it arrive first.
  if (behaviour_.how == Breakage::reset)
    channel.reset_at(channel.now() + std::chrono::microseconds(1), ECONNRESET);
}

}  // namespace soundcheck::support
