#include "runner/app/complaint.hpp"

#include <fmt/format.h>

#include <ostream>

namespace soundcheck::app {

using verdict::ExitCode;

int complain(const Host& host, ExitCode code, const std::string& text) {
  host.err << "run_load_tests: " << text << (text.ends_with('\n') ? "" : "\n");
  return static_cast<int>(code);
}

void say_mistakes(const Host& host, const std::vector<profile::Diagnostic>& diagnostics) {
  for (const profile::Diagnostic& diagnostic : diagnostics) host.err << diagnostic.to_string() << '\n';
  const std::size_t n = diagnostics.size();
  complain(host, ExitCode::bad_usage, fmt::format("{} mistake{}; nothing was sent", n, n == 1 ? "" : "s"));
}

}  // namespace soundcheck::app
