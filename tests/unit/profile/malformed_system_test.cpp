#include "tests/unit/profile/malformed_system.hpp"

#include <gmock/gmock.h>

namespace soundcheck::profile {

TEST_P(MalformedSystem, IsRefusedWithTheseWords) {
  Workspace workspace;
  workspace.write("systems/sys.yaml", GetParam().document);
  // A system of nothing but a WebSocket needs a profile that opens some.
  const std::string_view document = GetParam().document;
  if (document.find("\napi:") == document.npos && document.find("\nwebsocket:") != document.npos &&
      !document.starts_with("api:"))
    workspace.write("p.yaml", "system: sys\nduration: 30s\nwebsocket: {connections: 1}\n");
  EXPECT_THAT(workspace.mistakes(), testing::ElementsAreArray(GetParam().mistakes));
  EXPECT_FALSE(workspace.load().profile.has_value());
}

}  // namespace soundcheck::profile
