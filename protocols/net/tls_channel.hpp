// TLS over another channel, by OpenSSL: one SSL_write for a request, one SSL_read for an answer, and the
// records go straight to and from the inner channel. Belongs to one shard's thread; owned like any channel.
//
// Either direction of TLS may need either direction of the socket (a handshake reads and writes), so each
// waiter is told when the inner direction that its last attempt asked for is ready.
#pragma once

#include <memory>
#include <string>

#include "protocols/core/failure.hpp"
#include "protocols/net/channel.hpp"
#include "protocols/net/tls_context.hpp"

struct bio_st;
struct bio_method_st;
struct evp_pkey_st;
struct ssl_st;
struct x509_st;
struct x509_store_ctx_st;

namespace soundcheck::net {

class TlsChannel final : public Channel {
 public:
  /// `inner` is connected. `host`: the name to verify, unless the context has one. `memory` may be null: then
  /// nothing is resumed; else it outlives the channel.
  TlsChannel(ChannelPtr inner, const TlsContext& context, const std::string& host, TlsMemory* memory);
  ~TlsChannel() override;

  /// Like try_connect: ok when the handshake is done, would_block (wait for Direction::write), or its end.
  IoResult try_handshake();
  /// How a handshake ended that ended badly: stage tls, certificate or deadline. `peer` is its address.
  core::Failure handshake_failure(const IoResult& result, const std::string& peer) const;
  /// After the handshake: was an earlier session resumed, and what did ALPN choose (empty: nothing)?
  bool resumed() const;
  std::string protocol() const;

  IoResult try_connect() override { return inner_->try_connect(); }
  IoResult try_read(std::span<char> into) override;
  IoResult try_write(std::span<const char> data) override;
  void arm(Direction direction, Waiter& waiter) override;
  void disarm(Direction direction) override;
  void limit_receive_buffer(std::size_t bytes) override { inner_->limit_receive_buffer(bytes); }
  void abort(IoStatus why) override;
  /// Says goodbye (close_notify) if the socket takes it at once.
  void close(bool reset) override;

  // OpenSSL's callbacks (TlsContext installs them).
  static int remember_session(ssl_st* ssl, ssl_session_st* session);
  static int check_certificate(int good, x509_store_ctx_st* verification);
  static int have_no_certificate(ssl_st* ssl, x509_st** certificate, evp_pkey_st** key);

 private:
  struct Side {
    Waiter* waiter = nullptr;
    Direction needs;  ///< of the inner channel
  };
  struct InnerWaiter : Waiter {
    InnerWaiter(TlsChannel& c, Direction d) : Waiter(&TlsChannel::on_inner_ready), channel(c), direction(d) {}
    TlsChannel& channel;
    Direction direction;
  };
  struct FreeSsl {
    void operator()(ssl_st* ssl) const;
  };

  static const bio_method_st* socket_method();
  static int bio_read(bio_st* bio, char* into, int size);
  static int bio_write(bio_st* bio, const char* data, int size);
  static long bio_control(bio_st* bio, int command, long, void*);
  static void on_inner_ready(Waiter& waiter);

  Side& side(Direction direction) { return sides_[static_cast<int>(direction)]; }
  InnerWaiter& inner_waiter(Direction direction) { return inner_waiters_[static_cast<int>(direction)]; }
  void wake(Direction direction);
  void set_server_name();
  /// What an OpenSSL call that moved nothing means.
  IoResult outcome(int returned, Direction direction);
  bool has_buffered_data() const;

  ChannelPtr inner_;
  std::unique_ptr<ssl_st, FreeSsl> ssl_;
  std::string server_name_;
  TlsMemory* memory_;
  std::string certificate_problem_;
  IoResult inner_result_;                             ///< of the last call that OpenSSL made
  core::TimePoint arrived_ = core::TimePoint::min();  ///< what was received last
  IoResult failed_;  ///< not ok: TLS or the connection below is broken for good
  IoStatus aborted_ = IoStatus::ok;
  bool established_ = false;
  bool asked_in_vain_ = false;  ///< the target wanted a client certificate and got none
  bool received_ = false;       ///< something from the target's application
  bool starved_ = true;         ///< OpenSSL has no whole record buffered
  Side sides_[2] = {{nullptr, Direction::read}, {nullptr, Direction::write}};
  InnerWaiter inner_waiters_[2] = {{*this, Direction::read}, {*this, Direction::write}};
  bool* destroyed_ = nullptr;  ///< set while waiters run, to notice that one of them destroyed the channel
};

}  // namespace soundcheck::net
