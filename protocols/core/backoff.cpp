#include "protocols/core/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace soundcheck::core {

Duration Backoff::delay(unsigned failures, Random& random) const {
  switch (kind) {
    case Kind::none:
      return {};
    case Kind::constant:
      return first;
    case Kind::exponential:
    case Kind::full_jitter:
      break;
  }
  const double grown = to_seconds(first) * std::pow(factor, failures);
  const Duration longest = std::min(max, from_seconds(std::min(grown, to_seconds(max))));
  return kind == Kind::exponential ? longest : random.between({}, longest);
}

std::optional<Backoff::Kind> backoff_from_string(std::string_view name) {
  const auto found = std::find(backoff_names.begin(), backoff_names.end(), name);
  if (found == backoff_names.end()) return std::nullopt;
  return static_cast<Backoff::Kind>(found - backoff_names.begin());
}

}  // namespace soundcheck::core
