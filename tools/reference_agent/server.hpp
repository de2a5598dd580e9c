// The whole agent: owns everything, listens, and runs the I/O thread's loop. run() belongs to one thread;
// stop() may be called from any.
#pragma once

#include <cstdint>
#include <memory>

#include "tools/reference_agent/options.hpp"

namespace soundcheck::reference_agent {

class Server {
 public:
  /// Loads the speech models and listens. Throws std::runtime_error with one line for the user.
  explicit Server(Options options);
  ~Server();

  std::uint16_t port() const;
  /// Serves until stop(), SIGINT or SIGTERM (the signals only if `handle_signals`).
  void run(bool handle_signals = false);
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace soundcheck::reference_agent
