// A target over TLS in virtual time that speaks whichever version of HTTP was agreed on, and answers every
// request with 200 and "ok". Each connection is served on its own. The test's own thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tests/support/tls_server.hpp"
#include "tests/unit/http/http2_peer.hpp"

namespace soundcheck::http {

class HttpsNetwork final : public support::VirtualNetwork {
 public:
  /// The server outlives it.
  HttpsNetwork(support::VirtualTimeline& timeline, const support::TlsServer& server)
      : VirtualNetwork(timeline), server_(server) {}

  support::TlsSeen seen;  ///< of all connections; what was agreed on: with the one that spoke last

 private:
  support::DialAnswer answer_dial(const net::Address&) override {
    const auto http2 = std::make_shared<Http2Peer>(
        [](Http2Peer& peer, const Http2Peer::Asked& asked) {
          peer.answer(asked.stream, {{":status", "200"}}, "ok");
        },
        core::Duration{});
    support::TlsPeer::Behaviour behaviour;
    behaviour.answer = [this, http2](std::string_view bytes) -> std::string {
      if (seen.protocol == "h2") return http2->take(bytes);
      return bytes.ends_with("\r\n\r\n") ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" : "";
    };
    return {{}, 0, std::make_unique<support::TlsPeer>(server_, std::move(behaviour), seen)};
  }
  const support::TlsServer& server_;
};

}  // namespace soundcheck::http
