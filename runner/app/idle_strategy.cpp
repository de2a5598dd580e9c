#include "runner/app/idle_strategy.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

namespace soundcheck::app {

net::IdleStrategy of_loops(IdleStrategy strategy) {
  return strategy == IdleStrategy::spin ? net::IdleStrategy::spin : net::IdleStrategy::sleep;
}

std::optional<std::string> note_on(IdleStrategy strategy) {
  switch (strategy) {
    case IdleStrategy::sleep:
      break;
    case IdleStrategy::awake:
      return "this machine's cores were kept awake (--idle-strategy awake), for a target on this machine, "
             "too: compare only with runs that did the same";
    case IdleStrategy::spin:
      return "the generator's threads spun instead of sleeping (--idle-strategy spin): each fills a core, "
             "and the shares of shards are the time that they had work";
  }
  return std::nullopt;
}

std::variant<AwakeCores, std::string> AwakeCores::ask(const std::filesystem::path& device) {
  const int file = ::open(device.c_str(), O_WRONLY | O_CLOEXEC);
  const std::int32_t microseconds = 0;
  if (file >= 0 && ::write(file, &microseconds, sizeof microseconds) == sizeof microseconds)
    return AwakeCores(file);
  const int error = errno;
  if (file >= 0) ::close(file);
  return fmt::format(
      "--idle-strategy awake: the kernel does not let us keep the cores awake: {}: {}; run as root, or use "
      "--idle-strategy spin",
      device.string(), std::strerror(error));
}

AwakeCores::AwakeCores(AwakeCores&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

AwakeCores::~AwakeCores() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace soundcheck::app
