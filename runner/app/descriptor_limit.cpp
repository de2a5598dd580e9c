#include "runner/app/descriptor_limit.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

namespace soundcheck::app {

namespace {
/// Our own: the event loops, the report, the child's pipe, the files of /proc.
constexpr std::uint64_t own_descriptors = 64;
}  // namespace

std::optional<std::string> raise_descriptor_limit(std::uint64_t sockets) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (sockets + own_descriptors <= limit.rlim_cur) return std::nullopt;
  return fmt::format(
      "the plan needs {} sockets at a time, but this process may open only {} descriptors; raise the limit "
      "(ulimit -n {} as root, or LimitNOFILE= of the service), or ask for fewer users",
      sockets, limit.rlim_cur, sockets + own_descriptors);
}

}  // namespace soundcheck::app
