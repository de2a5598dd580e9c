// The key hang_up of the websocket and of the ai_pipeline: what it means, and what is said when it is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {
namespace {

using testing::ElementsAre;

class HangUpTest : public testing::Test {
 protected:
  void with(const std::string& websocket, const std::string& ai_pipeline) {
    workspace.write("systems/sys.yaml", std::string(minimal_system) + "websocket: {path: /ws" + websocket +
                                            "}\nai_pipeline: {path: /voice, encodings: [pcm16]" +
                                            ai_pipeline + "}\n");
  }
  /// Whether the users of the websocket and those of the ai_pipeline just go.
  std::pair<bool, bool> abrupt() {
    const LoadResult loaded = workspace.load();
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << d.to_string();
    if (!loaded.profile) return {};
    const System& system = loaded.profile->system;
    return {system.websocket.value().abrupt_hang_up, system.ai_pipeline.value().abrupt_hang_up};
  }
  Workspace workspace;
};

TEST_F(HangUpTest, IsCleanWithoutTheKeyAndSaysSo) {
  with("", "");
  EXPECT_EQ(abrupt(), std::pair(false, false));
  with(", hang_up: clean", ", hang_up: clean");
  EXPECT_EQ(abrupt(), std::pair(false, false));
}

TEST_F(HangUpTest, EachSubsystemHasItsOwn) {
  with(", hang_up: abrupt", "");
  EXPECT_EQ(abrupt(), std::pair(true, false));
  with("", ", hang_up: abrupt");
  EXPECT_EQ(abrupt(), std::pair(false, true));
}

TEST_F(HangUpTest, CanBeChosenOnTheCommandLine) {
  with("", ", hang_up: abrupt");
  workspace.request.overrides = {{"system.websocket.hang_up", "abrupt"},
                                 {"system.ai_pipeline.hang_up", "clean"}};
  EXPECT_EQ(abrupt(), std::pair(true, false));
}

TEST_F(HangUpTest, OtherNamesAreMistakes) {
  with(", hang_up: abrubt", ", hang_up: quietly");
  EXPECT_THAT(
      workspace.mistakes(),
      ElementsAre("systems/sys.yaml:7:33: websocket.hang_up: unknown name (found \"abrubt\"); did you mean "
                  "\"abrupt\"?",
                  "systems/sys.yaml:8:58: ai_pipeline.hang_up: unknown name (found \"quietly\"); known: "
                  "clean, abrupt"));
}

}  // namespace
}  // namespace soundcheck::profile
