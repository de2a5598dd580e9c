// What the generator does while it has nothing to do, which decides how long it takes to wake up: the
// shortest times that it can measure. Control thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "protocols/net/loop.hpp"

namespace soundcheck::app {

enum class IdleStrategy {
  sleep,  ///< as deeply as the kernel likes
  awake,  ///< sleeps, but the machine's cores stay out of their sleep states
  spin,   ///< asks for work again and again: each thread fills a core
};

/// For the shards' loops.
net::IdleStrategy of_loops(IdleStrategy strategy);

/// What a reader of the figures should know of it; nothing for `sleep`.
std::optional<std::string> note_on(IdleStrategy strategy);

/// Keeps all cores of this machine out of their sleep states while it lives, by asking the kernel for a
/// wake-up latency of 0 us (PM QoS, Documentation/power/pm_qos_interface.rst).
class AwakeCores {
 public:
  /// Or what is wrong and what to do instead. `device`: where the kernel takes such requests.
  static std::variant<AwakeCores, std::string> ask(
      const std::filesystem::path& device = "/dev/cpu_dma_latency");

  AwakeCores(AwakeCores&& other) noexcept;
  AwakeCores& operator=(AwakeCores&&) = delete;
  ~AwakeCores();

 private:
  explicit AwakeCores(int file) : file_(file) {}
  int file_;  // the request holds as long as it is open
};

}  // namespace soundcheck::app
