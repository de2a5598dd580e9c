#include "protocols/core/pause.hpp"

#include <algorithm>

namespace soundcheck::core {

namespace {
constexpr double most_means = 20;  // one draw in 500 million would be longer
}

Duration Pause::draw(Random& random) const {
  switch (kind_) {
    case Kind::constant:
      return first_;
    case Kind::uniform:
      return random.between(first_, second_);
    case Kind::normal:
      for (;;) {
        const Duration length = first_ + from_seconds(to_seconds(second_) * random.normal());
        if (length >= Duration::zero()) return length;
      }
    case Kind::exponential:
      return from_seconds(to_seconds(first_) * std::min(random.exponential(), most_means));
  }
  return first_;
}

}  // namespace soundcheck::core
