// A load generator that does nothing but move bytes: the limit that the kernel sets to every other one. No
// parsing, no checks, no statistics but counts. See raw_modes.hpp.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "tests/bench/raw_modes.hpp"

namespace {

int usage() {
  fmt::print(stderr,
             "usage: raw_client http|ws_open|ws_echo|calls PORT CONNECTIONS SECONDS\n"
             "       raw_client rate PORT PER_SECOND SECONDS\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace soundcheck::bench;
  if (argc != 5) return usage();
  const std::string_view mode = argv[1];
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[2]));
  const auto count = static_cast<unsigned>(std::atoi(argv[3]));
  const double seconds = std::atof(argv[4]);
  if (port == 0 || count == 0) return usage();
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  try {
    if (mode == "http") {
      raw_http(port, count, seconds);
    } else if (mode == "rate") {
      raw_rate(port, count, seconds);
    } else if (mode == "ws_open") {
      raw_open(port, count, seconds);
    } else if (mode == "ws_echo") {
      raw_echo(port, count, seconds);
    } else if (mode == "calls") {
      raw_calls(port, count, seconds);
    } else {
      return usage();
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "raw_client {}: {}\n", mode, error.what());
    return 1;
  }
  return 0;
}
