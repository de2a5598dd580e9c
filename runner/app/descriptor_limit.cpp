#include "runner/app/descriptor_limit.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

namespace soundcheck::app {

namespace {

/// Our own: the event loops, the report, the child's pipe, the files of /proc.
constexpr std::uint64_t own_descriptors = 64;

std::uint64_t shares_of(std::uint64_t whole, std::uint64_t share) { return (whole + share - 1) / share; }

}  // namespace

std::optional<std::uint64_t> raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return limit.rlim_cur;
}

std::uint32_t shards_for(std::uint64_t sockets, std::uint64_t limit) {
  if (limit <= own_descriptors || sockets == 0) return 1;
  return static_cast<std::uint32_t>(shares_of(sockets, limit - own_descriptors));
}

std::optional<std::string> descriptor_problem(std::uint64_t sockets, std::uint64_t threads,
                                              std::uint64_t limit) {
  const std::uint64_t needed = shares_of(sockets, threads) + own_descriptors;
  if (needed <= limit) return std::nullopt;
  std::string cures;
  if (limit > own_descriptors)
    cures = fmt::format("use --threads {}, or ", shares_of(sockets, limit - own_descriptors));
  return fmt::format(
      "the plan needs {} sockets at a time, {} for each of {} threads, but a thread may have only {} open "
      "files; {}raise the limit (ulimit -n {} as root, or LimitNOFILE= of the service), or ask for fewer "
      "users",
      sockets, shares_of(sockets, threads), threads, limit, cures, needed);
}

}  // namespace soundcheck::app
