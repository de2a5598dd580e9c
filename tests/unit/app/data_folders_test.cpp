#include "runner/app/data_folders.hpp"

#include <gmock/gmock.h>

#include <map>
#include <sstream>

#include "tests/unit/app/temporary_folder.hpp"

namespace soundcheck::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

namespace fs = std::filesystem;

/// A program that lies in a folder of ours, and runs in another that is empty at first.
class DataFoldersTest : public testing::Test {
 protected:
  DataFoldersTest() : before_(fs::current_path()) { fs::current_path(folder_.folder("work")); }
  ~DataFoldersTest() override { fs::current_path(before_); }

  DataFolders find(const std::string& executable,
                   const std::map<std::string, std::string>& environment = {}) {
    const Host host{text_,
                    text_,
                    [&](const std::string& name) -> std::optional<std::string> {
                      const auto found = environment.find(name);
                      return found == environment.end() ? std::nullopt : std::optional(found->second);
                    },
                    false,
                    80,
                    folder_.path() / executable};
    return find_data(host);
  }

  TemporaryFolder folder_;

 private:
  fs::path before_;
  std::ostringstream text_;
};

TEST_F(DataFoldersTest, BesideAnInstalledProgram) {
  const fs::path root = folder_.folder("usr/share/soundcheck/profiles").parent_path();
  const DataFolders data = find("usr/bin/run_load_tests");
  EXPECT_THAT(data.profiles, ElementsAre(root / "profiles"));
  EXPECT_EQ(data.fixtures, root / "audio_fixtures");
}

TEST_F(DataFoldersTest, InTheCheckoutOfAProgramInItsBuildFolder) {
  folder_.folder("checkout/profiles");
  const DataFolders data = find("checkout/build/release/bin/run_load_tests");
  EXPECT_THAT(data.profiles, ElementsAre(folder_.path() / "checkout/profiles"));
  EXPECT_EQ(data.fixtures, folder_.path() / "checkout/audio_fixtures");
}

TEST_F(DataFoldersTest, AnInstallWinsOverACheckoutAroundIt) {
  folder_.folder("checkout/profiles");
  folder_.folder("checkout/build/release/share/soundcheck/profiles");
  const DataFolders data = find("checkout/build/release/bin/run_load_tests");
  EXPECT_EQ(data.fixtures, folder_.path() / "checkout/build/release/share/soundcheck/audio_fixtures");
}

TEST_F(DataFoldersTest, TheVariableWinsOverBoth) {
  folder_.folder("checkout/profiles");
  folder_.folder("data/profiles");
  const DataFolders data = find("checkout/build/release/bin/run_load_tests",
                                {{"SOUNDCHECK_DATA", (folder_.path() / "data").string()}});
  EXPECT_THAT(data.profiles, ElementsAre(folder_.path() / "data/profiles"));
  EXPECT_EQ(data.fixtures, folder_.path() / "data/audio_fixtures");
}

TEST_F(DataFoldersTest, ProfilesOfTheWorkingFolderComeFirst) {
  folder_.folder("checkout/profiles");
  folder_.folder("work/profiles");
  const DataFolders data = find("checkout/build/release/bin/run_load_tests");
  EXPECT_THAT(data.profiles, ElementsAre("profiles", folder_.path() / "checkout/profiles"));
  EXPECT_EQ(data.fixtures, folder_.path() / "checkout/audio_fixtures") << "fixtures are the program's";
}

TEST_F(DataFoldersTest, TheSameFolderIsNotListedTwice) {
  folder_.folder("work/profiles");
  const DataFolders data = find("work/build/release/bin/run_load_tests");
  EXPECT_THAT(data.profiles, ElementsAre("profiles"));
  EXPECT_EQ(data.fixtures, folder_.path() / "work/audio_fixtures");
}

TEST_F(DataFoldersTest, NothingIsFoundWhereNothingIs) {
  const DataFolders data = find("elsewhere/build/release/bin/run_load_tests");
  EXPECT_THAT(data.profiles, IsEmpty());
  EXPECT_TRUE(data.fixtures.empty());
}

TEST_F(DataFoldersTest, AManifestIsOneOfTheWorkingFolderOrOneOfOurs) {
  const DataFolders data{{}, "/ours"};
  EXPECT_EQ(find_manifest(data, "/absolute/manifest.yaml"), "/absolute/manifest.yaml");
  EXPECT_EQ(find_manifest(data, "manifest.yaml"), "/ours/manifest.yaml");
  folder_.write("work/manifest.yaml", "");
  EXPECT_EQ(find_manifest(data, "manifest.yaml"), "manifest.yaml");
  EXPECT_EQ(find_manifest({}, "absent.yaml"), "absent.yaml") << "the loader says that it is missing";
}

}  // namespace
}  // namespace soundcheck::app
