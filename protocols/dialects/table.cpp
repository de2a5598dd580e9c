#include "protocols/dialects/table.hpp"

#include <array>
#include <utility>

#include "protocols/dialects/binary.hpp"

namespace soundcheck::dialects {

namespace {

template <class D>
std::unique_ptr<Dialect> make() {
  return std::make_unique<D>();
}

constexpr std::array<std::pair<std::string_view, std::unique_ptr<Dialect> (*)()>, 1> table{{
    {"binary", &make<Binary>},
}};

}  // namespace

std::unique_ptr<Dialect> make_dialect(std::string_view name) {
  for (const auto& [known, maker] : table) {
    if (known == name) return maker();
  }
  return nullptr;
}

std::vector<std::string_view> dialect_names() {
  std::vector<std::string_view> names;
  for (const auto& entry : table) names.push_back(entry.first);
  return names;
}

}  // namespace soundcheck::dialects
