// The examples of docs/system_language.md are loaded as they stand there, and its table of generators is the
// program's.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/core/generator.hpp"
#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {
namespace {

std::string read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

const std::string& document() {
  static const std::string text =
      read(std::filesystem::path(SOUNDCHECK_SOURCE_DIR) / "docs/system_language.md");
  return text;
}

std::vector<std::string> yaml_blocks() {
  std::vector<std::string> blocks;
  const std::string begin = "\n```yaml\n";
  for (std::size_t at = document().find(begin); at != std::string::npos; at = document().find(begin, at)) {
    at += begin.size();
    const std::size_t end = document().find("\n```\n", at);
    blocks.push_back(document().substr(at, end - at + 1));
    at = end;
  }
  return blocks;
}

/// A list of steps becomes the only task of a system.
std::string as_system(const std::string& block) {
  if (!block.starts_with("- ")) return block;
  std::string out = "health_path: /health\napi:\n  tasks:\n    - name: example\n      steps:\n";
  std::istringstream lines(block);
  for (std::string line; std::getline(lines, line);) out += "        " + line + "\n";
  return out;
}

TEST(SystemLanguage, EveryExampleLoads) {
  const std::vector<std::string> blocks = yaml_blocks();
  ASSERT_GE(blocks.size(), 11U);
  for (const std::string& block : blocks) {
    Workspace workspace;
    workspace.write("systems/contacts.csv", "name,phone\nAda,+12025550142\n");
    workspace.write("systems/users.csv", "email,password\nada@example.com,secret\n");
    workspace.write("systems/sys.yaml", as_system(block));
    if (block.find("\nwebsocket:") != std::string::npos)
      workspace.write("p.yaml", "system: sys\nduration: 30s\nwebsocket: {connections: 1}\n");
    EXPECT_THAT(workspace.mistakes(), testing::IsEmpty()) << block;
  }
}

TEST(SystemLanguage, TheTableOfGeneratorsIsComplete) {
  for (const core::Generator::Info& generator : core::Generator::all()) {
    const std::string row = fmt::format("| `{{{{{}}}}}` | {} |\n", generator.example, generator.meaning);
    EXPECT_NE(document().find(row), std::string::npos) << row;
  }
}

TEST(SystemLanguage, EveryKindOfStepIsExplained) {
  for (const char* key : {"request", "pause", "set", "when", "repeat", "poll", "stop_task"})
    EXPECT_NE(document().find(fmt::format("| `{}` |", key)), std::string::npos) << key;
}

TEST(SystemLanguage, EveryFormOfAnExtractionIsExplained) {
  for (const char* key : {"{json:", "{header:", "{cookie:", "{regex:", " pick:", " default:"})
    EXPECT_NE(document().find(key), std::string::npos) << key;
}

}  // namespace
}  // namespace soundcheck::profile
