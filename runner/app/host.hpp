// The machine and the terminal as the program sees them. Everything that only the process itself can know or
// do comes through here, so that the rest can run inside a test. Control thread only.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "runner/report/result.hpp"

namespace soundcheck::app {

struct Host {
  std::ostream& out;
  std::ostream& err;
  std::function<std::optional<std::string>(const std::string&)> environment;
  bool terminal = false;  ///< `out` is one
  std::size_t columns = 80;
  std::filesystem::path executable;  ///< absolute
  std::istream* in = nullptr;        ///< standard input, if there is one
};

/// The real one.
Host real_host(std::ostream& out, std::ostream& err);

/// What a report says about this machine and this build.
report::Host describe_host();
report::Build describe_build();
/// Now, UTC, RFC 3339.
std::string wall_clock();

}  // namespace soundcheck::app
