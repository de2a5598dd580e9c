// Puts TLS before the reference agent: takes TLS connections and passes their bytes on to a plain port. Built
// on OpenSSL's blocking calls, so it shares no code with our own TLS. One thread accepts, and each connection
// has its own; all end with the front.
#pragma once

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/tls_server.hpp"

namespace soundcheck::loopback {

class TlsFront {
 public:
  /// Listens on a free port of 127.0.0.1 and connects to `port` there.
  TlsFront(const support::TlsServerSpec& spec, std::string port);
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;
  ~TlsFront();

  const std::string& port() const { return port_; }
  int handshakes() const { return handshakes_; }
  int resumed() const { return resumed_; }

 private:
  void accept_all();
  void serve(int socket);
  void pass_on(ssl_st* ssl, int client, int target);

  const support::TlsServer server_;
  const std::string target_;
  int listener_ = -1;
  std::string port_;
  int stop_ = -1;  ///< an eventfd: readable once the front stops
  std::atomic<int> handshakes_ = 0;
  std::atomic<int> resumed_ = 0;
  std::mutex sockets_mutex_;
  std::set<int> sockets_;                  ///< of clients, to end blocking calls
  std::vector<std::jthread> connections_;  ///< of the accepting thread
  std::jthread acceptor_;
};

}  // namespace soundcheck::loopback
