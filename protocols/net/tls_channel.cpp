#include "protocols/net/tls_channel.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <limits>
#include <utility>

#include "protocols/net/io.hpp"
#include "protocols/net/tls_failure.hpp"

namespace soundcheck::net {

namespace {

bool is_ip_address(const std::string& name) {
  unsigned char ignored[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, name.c_str(), ignored) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), ignored) == 1;
}

/// A code of OpenSSL's queue as IoResult carries it.
int to_error(unsigned long code) { return -static_cast<int>(code & 0x7fffffff); }

}  // namespace

void TlsChannel::FreeSsl::operator()(ssl_st* ssl) const { SSL_free(ssl); }

const bio_method_st* TlsChannel::socket_method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "channel");
    BIO_meth_set_read(made, &TlsChannel::bio_read);
    BIO_meth_set_write(made, &TlsChannel::bio_write);
    BIO_meth_set_ctrl(made, &TlsChannel::bio_control);
    BIO_meth_set_create(made, [](BIO* bio) {
      BIO_set_init(bio, 1);
      return 1;
    });
    return made;
  }();
  return method;
}

int TlsChannel::bio_read(bio_st* bio, char* into, int size) {
  auto& self = *static_cast<TlsChannel*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  self.inner_result_ = self.inner_->try_read({into, static_cast<std::size_t>(size)});
  switch (self.inner_result_.status) {
    case IoStatus::ok:
      self.arrived_ = self.inner_result_.arrived;
      return static_cast<int>(self.inner_result_.bytes);
    case IoStatus::would_block:
      BIO_set_retry_read(bio);
      return -1;
    case IoStatus::end:
    case IoStatus::error:
    case IoStatus::timed_out:
    case IoStatus::cancelled:
      return -1;
  }
  return -1;
}

int TlsChannel::bio_write(bio_st* bio, const char* data, int size) {
  auto& self = *static_cast<TlsChannel*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  self.inner_result_ = self.inner_->try_write({data, static_cast<std::size_t>(size)});
  if (self.inner_result_.status == IoStatus::ok) return static_cast<int>(self.inner_result_.bytes);
  if (self.inner_result_.status == IoStatus::would_block) BIO_set_retry_write(bio);
  return -1;
}

long TlsChannel::bio_control(bio_st*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

TlsChannel::TlsChannel(ChannelPtr inner, const TlsContext& context, const std::string& host,
                       TlsMemory* memory)
    : inner_(std::move(inner)),
      server_name_(context.server_name().empty() ? host : context.server_name()),
      memory_(context.resumption() ? memory : nullptr) {
  ERR_clear_error();  // what others left behind on this thread is not ours
  BIO* const bio = BIO_new(socket_method());
  ssl_.reset(SSL_new(context.handle()));
  if (bio == nullptr || !ssl_) {
    BIO_free(bio);
    failed_ = {IoStatus::error, 0, ENOMEM};
    return;
  }
  BIO_set_data(bio, this);
  SSL* const ssl = ssl_.get();
  SSL_set_bio(ssl, bio, bio);
  SSL_set_app_data(ssl, this);
  SSL_set_connect_state(ssl);
  const std::string& protocols = context.protocols();
  if (!protocols.empty()) {
    SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(protocols.data()),
                        static_cast<unsigned>(protocols.size()));
  }
  set_server_name();
  if (memory_ != nullptr && memory_->session && memory_->server_name == server_name_)
    SSL_set_session(ssl, memory_->session.get());
}

void TlsChannel::set_server_name() {
  SSL* const ssl = ssl_.get();
  if (is_ip_address(server_name_)) {  // SNI holds names only (RFC 6066, section 3)
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), server_name_.c_str());
    return;
  }
  if (server_name_.ends_with('.')) server_name_.pop_back();
  SSL_set_tlsext_host_name(ssl, server_name_.c_str());
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set1_host(ssl, server_name_.c_str());
}

TlsChannel::~TlsChannel() {
  if (destroyed_ != nullptr) *destroyed_ = true;
  close(false);
}

IoResult TlsChannel::outcome(int returned, Direction direction) {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      side(direction).needs = Direction::read;
      return {IoStatus::would_block, 0, 0};
    case SSL_ERROR_WANT_WRITE:
      side(direction).needs = Direction::write;
      return {IoStatus::would_block, 0, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {IoStatus::end, 0, 0};
    case SSL_ERROR_SYSCALL:
      // The end without a close_notify counts as an end, as it does for browsers: many servers send none, and
      // what is cut off shows one layer up.
      failed_ = inner_result_;
      if (failed_.status == IoStatus::ok || failed_.status == IoStatus::would_block)
        failed_ = {IoStatus::error, 0, EPROTO};
      // A target that says nothing of it, or whose alert was overtaken by its reset.
      if (asked_in_vain_ && !received_)
        failed_ = {IoStatus::error, 0,
                   to_error(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE))};
      break;
    default:
      failed_ = {IoStatus::error, 0, to_error(ERR_peek_error())};
      break;
  }
  ERR_clear_error();  // the next SSL_get_error of this thread must not see it
  return failed_;
}

IoResult TlsChannel::try_handshake() {
  if (failed_.status != IoStatus::ok) return failed_;
  const int returned = SSL_do_handshake(ssl_.get());
  if (returned != 1) return outcome(returned, Direction::write);
  established_ = true;
  starved_ = false;
  side(Direction::write).needs = Direction::write;
  return {IoStatus::ok, 0, 0};
}

core::Failure TlsChannel::handshake_failure(const IoResult& result, const std::string& peer) const {
  if (!certificate_problem_.empty()) {
    return {core::Stage::certificate, 0,
            fmt::format("the certificate of {}: {}", peer, certificate_problem_)};
  }
  return to_failure(result, core::Stage::tls, fmt::format("TLS handshake with {}", peer));
}

bool TlsChannel::resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

std::string TlsChannel::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

bool TlsChannel::has_buffered_data() const { return !starved_ && SSL_has_pending(ssl_.get()) == 1; }

IoResult TlsChannel::try_read(std::span<char> into) {
  if (aborted_ != IoStatus::ok) return {aborted_, 0, 0};
  if (failed_.status != IoStatus::ok) return failed_;
  std::size_t total = 0;
  do {  // all records that came with one receive
    std::size_t bytes = 0;
    const int returned = SSL_read_ex(ssl_.get(), into.data() + total, into.size() - total, &bytes);
    if (returned != 1) {
      starved_ = true;
      const IoResult result = outcome(returned, Direction::read);
      return total > 0 ? IoResult{IoStatus::ok, total, 0, arrived_} : result;
    }
    starved_ = false;
    received_ = true;
    total += bytes;
  } while (total < into.size() && has_buffered_data());
  side(Direction::read).needs = Direction::read;
  return {IoStatus::ok, total, 0, arrived_};
}

IoResult TlsChannel::try_write(std::span<const char> data) {
  if (aborted_ != IoStatus::ok) return {aborted_, 0, 0};
  if (failed_.status != IoStatus::ok) return failed_;
  if (data.empty()) return {IoStatus::ok, 0, 0};
  std::size_t bytes = 0;
  const int returned = SSL_write_ex(ssl_.get(), data.data(), data.size(), &bytes);
  if (returned != 1) return outcome(returned, Direction::write);
  side(Direction::write).needs = Direction::write;
  return {IoStatus::ok, bytes, 0};
}

void TlsChannel::arm(Direction direction, Waiter& who) {
  side(direction).waiter = &who;
  const bool ended = aborted_ != IoStatus::ok || failed_.status != IoStatus::ok;
  if (ended || (direction == Direction::read && has_buffered_data())) {
    wake(direction);
    return;
  }
  const Direction needed = side(direction).needs;
  inner_->arm(needed, inner_waiter(needed));
}

void TlsChannel::disarm(Direction direction) {
  side(direction).waiter = nullptr;
  for (const Direction inner : {Direction::read, Direction::write}) {
    const bool needed = (side(Direction::read).waiter != nullptr && side(Direction::read).needs == inner) ||
                        (side(Direction::write).waiter != nullptr && side(Direction::write).needs == inner);
    if (!needed) inner_->disarm(inner);
  }
}

void TlsChannel::wake(Direction direction) {
  if (Waiter* who = std::exchange(side(direction).waiter, nullptr)) who->ready();
}

void TlsChannel::on_inner_ready(Waiter& waiter) {
  const Direction ready = static_cast<InnerWaiter&>(waiter).direction;
  TlsChannel& self = static_cast<InnerWaiter&>(waiter).channel;
  bool destroyed = false;
  bool* const outer = std::exchange(self.destroyed_, &destroyed);
  for (const Direction direction : {Direction::write, Direction::read}) {
    if (self.side(direction).needs == ready) self.wake(direction);
    if (destroyed) {
      if (outer != nullptr) *outer = true;
      return;
    }
  }
  self.destroyed_ = outer;
}

void TlsChannel::abort(IoStatus why) {
  if (aborted_ != IoStatus::ok) return;
  aborted_ = why;
  inner_->abort(why);  // wakes our waiters, which may destroy us: nothing may follow
}

void TlsChannel::close(bool reset) {
  if (!reset && established_ && aborted_ == IoStatus::ok && failed_.status == IoStatus::ok) {
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  if (aborted_ == IoStatus::ok) aborted_ = IoStatus::cancelled;
  inner_->close(reset);
}

int TlsChannel::remember_session(ssl_st* ssl, ssl_session_st* session) {
  const auto& self = *static_cast<const TlsChannel*>(SSL_get_app_data(ssl));
  if (self.memory_ == nullptr) return 0;
  self.memory_->session.reset(session);
  self.memory_->server_name = self.server_name_;
  return 1;  // it is ours now
}

int TlsChannel::have_no_certificate(ssl_st* ssl, x509_st**, evp_pkey_st**) {
  static_cast<TlsChannel*>(SSL_get_app_data(ssl))->asked_in_vain_ = true;
  return 0;  // go on without
}

int TlsChannel::check_certificate(int good, x509_store_ctx_st* verification) {
  if (good == 1) return 1;
  auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto& self = *static_cast<TlsChannel*>(SSL_get_app_data(ssl));
  if (self.certificate_problem_.empty())
    self.certificate_problem_ = describe_refusal(verification, self.server_name_);
  return 0;
}

}  // namespace soundcheck::net
