// The server's side of TLS, straight from OpenSSL and sharing no code with our own: TlsServer is what all
// connections have in common, TlsPeer one connection of a virtual network that echoes, or breaks at a byte.
// Owned by a test; a TlsServer may be used by several threads.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/certificates.hpp"
#include "tests/support/virtual_network.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace soundcheck::support {

struct TlsServerSpec {
  Identity identity;
  std::string client_authority{};  ///< PEM; not empty: clients must show a certificate of it
  bool up_to_1_2 = false;
  std::vector<std::string> protocols{};  ///< ALPN, best first; empty: no ALPN
  bool insists = false;                  ///< who offers none of these protocols gets an alert
};

class TlsServer {
 public:
  explicit TlsServer(const TlsServerSpec& spec);
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ssl_ctx_st* context() const { return context_.get(); }

 private:
  static int choose_protocol(ssl_st* ssl, const unsigned char** out, unsigned char* out_size,
                             const unsigned char* in, unsigned in_size, void* server);
  std::string protocols_;  ///< as on the wire
  const bool insists_;
  std::shared_ptr<ssl_ctx_st> context_;
};

/// What a TlsPeer does once it has sent so many bytes.
enum class Breakage : unsigned char { close, reset, stall, corrupt };

/// What a peer saw of its client; outlives the peer.
struct TlsSeen {
  std::string server_name;  ///< SNI
  std::string protocol;     ///< what ALPN chose; empty: nothing
  std::string text;         ///< decrypted
  bool goodbye = false;     ///< close_notify came
  std::size_t sent = 0;     ///< bytes on the wire
};

class TlsPeer final : public Peer {
 public:
  struct Behaviour {
    std::size_t takes = static_cast<std::size_t>(-1);  ///< bytes a call; the client's writes block in between
    std::optional<std::size_t> breaks_after{};         ///< bytes sent
    Breakage how = Breakage::close;
    bool says_goodbye = false;                ///< closes after the first echo, with close_notify
    bool hangs_up = false;                    ///< closes after the first echo, without
    std::function<void(ssl_st*)> after_echo;  ///< anything else
    /// What to say to what was decrypted, in place of the echo.
    std::function<std::string(std::string_view)> answer{};
  };
  TlsPeer(const TlsServer& server, Behaviour behaviour, TlsSeen& seen);
  ~TlsPeer() override;
  std::size_t on_bytes(VirtualChannel& channel, std::string_view bytes) override;

 private:
  void converse(VirtualChannel& channel);
  void note_agreement();
  void send_pending(VirtualChannel& channel);
  void send(VirtualChannel& channel, std::string bytes);

  const Behaviour behaviour_;
  TlsSeen& seen_;
  ssl_st* ssl_;
  std::size_t sent_ = 0;
  bool broken_ = false;
  bool echoed_ = false;
};

/// Every dial reaches the server.
class TlsNetwork final : public VirtualNetwork {
 public:
  TlsNetwork(VirtualTimeline& timeline, const TlsServer& server)
      : VirtualNetwork(timeline), server_(server) {}
  TlsPeer::Behaviour behaviour;
  TlsSeen seen;

 private:
  DialAnswer answer_dial(const net::Address&) override {
    return {{}, 0, std::make_unique<TlsPeer>(server_, behaviour, seen)};
  }
  const TlsServer& server_;
};

}  // namespace soundcheck::support
