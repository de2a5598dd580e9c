#include "runner/shape/spawn.hpp"

#include <cmath>

namespace soundcheck::shape {

core::Duration spawn_offset(std::uint64_t index, double per_second) {
  // From the index each time, never by adding up: no drift however many users there are.
  return core::Duration(
      static_cast<core::Duration::rep>(std::llround(static_cast<double>(index) * 1e9 / per_second)));
}

std::uint64_t Share::size_of(std::uint64_t total) const {
  return total / count + (index < total % count ? 1 : 0);
}

}  // namespace soundcheck::shape
