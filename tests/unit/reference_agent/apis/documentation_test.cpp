// docs/reference_agent.md names every route and every fault, and no route that does not exist.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "tools/reference_agent/apis/routes.hpp"
#include "tools/reference_agent/faults.hpp"

namespace soundcheck::reference_agent {
namespace {

std::string read(const char* path) {
  std::ifstream file(std::string(SOUNDCHECK_SOURCE_DIR) + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ReferenceAgentDocumentation, NamesEveryRoute) {
  const std::string text = read("/docs/reference_agent.md");
  for (const auto& route : all_routes()) {
    if (route.pattern.starts_with("/api/v1")) continue;  // docs/protocols.md
    const std::regex row("\\| `" + std::regex_replace(route.text(), std::regex("[{}]"), "\\$&") + "[`? ]");
    EXPECT_TRUE(std::regex_search(text, row)) << route.text();
  }
}

TEST(ReferenceAgentDocumentation, NamesNoOtherRoute) {
  const std::string text = read("/docs/reference_agent.md");
  const std::regex row("\\| `(GET|POST|PUT|DELETE) (/[^`? ]+)");
  int rows = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), row), end; it != end; ++it, ++rows) {
    const std::string method = (*it)[1];
    const std::string path = (*it)[2];
    EXPECT_TRUE(find_route(method, path)) << method << " " << path;
  }
  EXPECT_GT(rows, 30);
}

TEST(ReferenceAgentDocumentation, NamesEveryFault) {
  const std::string text = read("/docs/reference_agent.md");
  for (const auto key : fault_keys) EXPECT_THAT(text, testing::HasSubstr("`" + std::string(key) + "` `"));
}

}  // namespace
}  // namespace soundcheck::reference_agent
