// The reference agent as a target of its own beside the test, with faults and the counts of what it really
// served. Used by the test's own thread only.
#pragma once

#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

#include "protocols/core/json.hpp"
#include "runner/app/child_process.hpp"

namespace soundcheck::loopback {

class Agent {
 public:
  /// On the port ("0": any free one) with /control; `faults` are further flags. Without speech models it
  /// starts at once. Throws std::runtime_error if it does not come up.
  explicit Agent(std::vector<std::string> faults, bool speech = false, std::string port = "0");

  pid_t pid() const { return process_.pid(); }
  const std::string& port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + port_; }
  /// What it has served so far.
  core::JsonDocument control() const;
  std::uint64_t count(const std::string& pointer) const;
  /// Changes faults from now on, with a JSON object such as {"delay": "50s"}.
  void set_faults(const std::string& json) const;
  void kill() const { ::kill(pid(), SIGKILL); }

 private:
  /// The body of the answer.
  std::string ask_control(const std::string& method, const std::string& body) const;

  app::ChildProcess process_;
  std::string port_;
};

/// A port of 127.0.0.1 on which nobody listens: taken, and given back.
std::string closed_port();

}  // namespace soundcheck::loopback
