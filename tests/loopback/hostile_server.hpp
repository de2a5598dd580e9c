// A server that breaks the rules on purpose. The next connection after expect_health_check() is answered
// well; every other one gets the script. One thread accepts, and each connection has its own; all end with
// the server.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace soundcheck::loopback {

class HostileServer {
 public:
  /// What a script may do with its connection; the server closes it afterwards.
  class Peer {
   public:
    Peer(int socket, int stop) : socket_(socket), stop_(stop) {}
    /// The request's head; empty if the peer closes first.
    std::string read_head();
    /// False if the peer has gone.
    bool send(std::string_view bytes);
    void reset();
    /// True as soon as the server stops or the peer says or closes something, false after `timeout_ms`.
    bool disturbed(int timeout_ms);
    /// Returns once the peer has gone or the server stops; what the peer says is thrown away.
    void wait_for_end();
    int release();

   private:
    int socket_;
    int stop_;
  };
  using Script = std::function<void(Peer&)>;

  explicit HostileServer(Script script);
  HostileServer(const HostileServer&) = delete;
  HostileServer& operator=(const HostileServer&) = delete;
  ~HostileServer();

  void expect_health_check() { health_check_next_ = true; }
  std::string url() const { return "http://127.0.0.1:" + port_; }

 private:
  void accept_all();

  Script script_;
  std::atomic<bool> health_check_next_ = false;
  int listener_ = -1;
  std::string port_;
  int stop_ = -1;                          ///< an eventfd: readable once the server stops
  std::vector<std::jthread> connections_;  ///< of the accepting thread
  std::jthread acceptor_;
};

/// Answers the upgrade in `head` properly.
std::string upgrade_answer(const std::string& head);

}  // namespace soundcheck::loopback
