// The options of curl that people and browsers write, and what becomes of them. Constant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace soundcheck::importer {

struct CurlOption {
  std::string_view name;  ///< long
  char letter = 0;        ///< short, or 0
  bool value = false;     ///< takes one
  std::string_view lost;  ///< why it is not carried over; empty: it is, or has no meaning for load
};

/// Why: it only says where curl writes to.
constexpr std::string_view of_output = "-";

/// nullptr for options that are not known.
const CurlOption* find_curl_option(std::string_view name);
const CurlOption* find_curl_option(char letter);
std::vector<std::string> curl_option_names();

}  // namespace soundcheck::importer
