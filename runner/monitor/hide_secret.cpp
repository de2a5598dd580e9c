#include "runner/monitor/hide_secret.hpp"

#include <string_view>

namespace soundcheck::monitor {

void hide_secret(std::string& text, const std::string& secret) {
  constexpr std::string_view hidden = "***";
  if (secret.empty()) return;
  for (std::size_t i = text.find(secret); i != std::string::npos; i = text.find(secret, i + hidden.size()))
    text.replace(i, secret.size(), hidden);
}

}  // namespace soundcheck::monitor
