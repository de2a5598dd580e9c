// Times in sentences for people. Pure.
#pragma once

#include <fmt/format.h>

#include <string>

namespace soundcheck::verdict {

/// Three digits: "1.9 s", "12 ms", "132 µs".
inline std::string time_text(double seconds) {
  if (seconds >= 0.9995) return fmt::format("{:.3g} s", seconds);
  if (seconds >= 0.0009995) return fmt::format("{:.3g} ms", seconds * 1e3);
  return fmt::format("{:.3g} µs", seconds * 1e6);
}

}  // namespace soundcheck::verdict
