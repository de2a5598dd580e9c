#include "protocols/websocket/script.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace soundcheck::websocket {

bool ExchangeStep::matches(Opcode kind_of_message, std::string_view payload,
                           const core::Variables& variables) const {
  if (of_kind && *of_kind != kind_of_message) return false;
  if (of_size && *of_size != payload.size()) return false;
  core::LazyJson content(payload);
  return !match.mismatch(content, variables);
}

void append_random(std::string& out, std::size_t size, core::Random& random) {
  std::size_t at = out.size();
  out.resize(at + size);
  while (at < out.size()) {
    const std::uint64_t word = random.next();
    const std::size_t n = std::min(sizeof word, out.size() - at);
    std::memcpy(out.data() + at, &word, n);
    at += n;
  }
}

}  // namespace soundcheck::websocket
