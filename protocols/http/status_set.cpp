#include "protocols/http/status_set.hpp"

#include <fmt/format.h>

namespace soundcheck::http {

std::string StatusSet::text() const {
  std::string out;
  for (const auto& [first, last] : ranges_) {
    if (!out.empty()) out += " or ";
    if (first == last) {
      out += fmt::format("{}", first);
    } else if (first % 100 == 0 && last == first + 99) {
      out += fmt::format("{}xx", first / 100);
    } else {
      out += fmt::format("{} to {}", first, last);
    }
  }
  return out;
}

}  // namespace soundcheck::http
