// What watches something beside the load: a process, the machine, a database, an endpoint. One file for each
// kind. A monitor belongs to one thread of its own (monitor_thread.hpp), so it may block up to its deadline.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "protocols/core/time.hpp"

namespace soundcheck::monitor {

/// Why a value is missing, and what to do about it. Never a secret.
struct Trouble {
  std::string text;
  std::vector<std::size_t> series{};  ///< only these; empty: all that have no value
};

/// One sample of all series, in the order of profile::series_of. A series without a value says why in
/// `troubles`, or needs an earlier sample to compare with.
struct Reading {
  std::vector<std::optional<double>> values;
  std::vector<Trouble> troubles{};

  explicit Reading(std::size_t series) : values(series) {}
  /// Nothing could be seen.
  static Reading failed(std::size_t series, std::string text) {
    Reading reading(series);
    reading.troubles.push_back({std::move(text)});
    return reading;
  }
  bool empty() const {
    for (const auto& value : values) {
      if (value) return false;
    }
    return true;
  }
};

class Monitor {
 public:
  virtual ~Monitor() = default;
  /// Returns by `deadline`, with what there is by then. Only the resolver of host names may take longer,
  /// and a single look of the kernel into /proc.
  virtual Reading sample(core::TimePoint now, core::TimePoint deadline) = 0;
};

}  // namespace soundcheck::monitor
