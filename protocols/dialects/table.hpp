// The list of voice dialects: adding one means its pair of files and one line in table.cpp. Pure.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "protocols/dialects/dialect.hpp"

namespace soundcheck::dialects {

/// nullptr if there is no such dialect.
std::unique_ptr<Dialect> make_dialect(std::string_view name);
std::vector<std::string_view> dialect_names();

}  // namespace soundcheck::dialects
