// Collects the mistakes of one load, so that the user sees all of them at once. The one place that keeps
// values of the environment out of messages. Owned by load_profile, control thread only.
#pragma once

#include <string>
#include <vector>

#include "runner/profile/load.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::profile {

class Mistakes {
 public:
  /// Reports a mistake in a value. Silent if one has been reported for this value before substitution.
  void report(const Value& at, std::string message, std::string hint = {});
  /// Reports a mistake in a key (unknown, out of place).
  void report_key(const Value::Entry& at, std::string message, std::string hint = {});
  /// Reports a mistake that has no node: a file that cannot be read, a bad override.
  void report_file(const Origin& origin, std::string path, std::string message, std::string hint = {});

  bool empty() const { return found_.empty(); }
  /// Sorted: those of the command line first, then by file, line, column, path.
  std::vector<Diagnostic> take();

 private:
  std::vector<Diagnostic> found_;
};

}  // namespace soundcheck::profile
