// Compares a text with a file of tests/golden. With UPDATE_GOLDEN=1 in the environment the file is written
// instead: look at the difference in git before committing it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace soundcheck::support {

inline void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(SOUNDCHECK_SOURCE_DIR) + "/tests/golden/" + name;
  const char* update = std::getenv("UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in.good()) << "no file " << path << "; UPDATE_GOLDEN=1 writes it";
  std::ostringstream expected;
  expected << in.rdbuf();
  EXPECT_EQ(text, expected.str()) << "differs from " << path << "; UPDATE_GOLDEN=1 accepts the new text";
}

}  // namespace soundcheck::support
