// Letters of ASCII, for what is compared without regard to their case: methods, header names, hosts. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace soundcheck::importer {

inline std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

}  // namespace soundcheck::importer
