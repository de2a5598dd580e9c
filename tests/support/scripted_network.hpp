// Conversations as scripts: what the client must write, what it is answered, and when. Each dial takes the
// next script. What does not go by the script is a problem, which the test looks at. Owned by a test, used on
// its thread.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/virtual_network.hpp"

namespace soundcheck::support {

/// One connection from dial to end.
class Script {
 public:
  // How the dial ends; connected at once if none of these is used.
  Script& refuse(int error);
  Script& never_connect();
  Script& connect_after(core::Duration after);

  // What the client must write next.
  Script& expect(std::string text);
  /// `take` looks at what the client has written and returns how much of it is what was expected; 0: more is
  /// needed.
  Script& expect(std::string what, std::function<std::size_t(std::string_view)> take);
  /// A head and, by its Content-Length, a body: any request.
  Script& expect_request();
  Script& expect_frame(unsigned opcode, std::string payload);
  Script& expect_close_frame(unsigned code);

  // What the peer does, `after` the step before.
  Script& reply(std::string bytes, core::Duration after = {});
  Script& reply_frame(unsigned opcode, std::string_view payload, core::Duration after = {});
  /// Expects the upgrade request and accepts it, with further header lines ("Name: value\r\n").
  Script& accept_websocket(core::Duration after = {}, std::string headers = {});
  Script& end(core::Duration after = {});
  Script& reset(int error, core::Duration after = {});
  /// The client's writes block from here on.
  Script& stop_reading();

 private:
  friend class ScriptedPeer;
  friend class ScriptedNetwork;
  struct Step {
    enum class Kind : unsigned char { expect, send, accept, end, reset, stop_reading } kind;
    std::string text;  ///< expect: what, for messages; send: the bytes; accept: further headers
    std::function<std::size_t(std::string_view)> take;
    core::Duration after{};
    int error = 0;
  };
  Script& add(Step step);
  std::vector<Step> steps_;
  core::Duration connect_after_{};
  int refused_ = 0;
  bool never_ = false;
};

class ScriptedNetwork final : public VirtualNetwork {
 public:
  using VirtualNetwork::VirtualNetwork;

  /// The script of the next dial that has none yet.
  Script& on_dial();
  /// Dials without a script repeat the last one.
  void repeat_last() { repeat_ = true; }

  /// What the client did against the script, and scripts that were not played to the end.
  std::vector<std::string> problems() const;
  /// All that the client wrote, over all connections.
  const std::string& written() const { return *written_; }

 private:
  DialAnswer answer_dial(const net::Address& address) override;
  std::deque<Script> scripts_;
  std::size_t next_ = 0;
  bool repeat_ = false;
  std::shared_ptr<std::vector<std::string>> problems_ = std::make_shared<std::vector<std::string>>();
  std::shared_ptr<std::string> written_ = std::make_shared<std::string>();
};

}  // namespace soundcheck::support
