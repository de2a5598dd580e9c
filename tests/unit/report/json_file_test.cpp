#include "runner/report/json_file.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

namespace soundcheck::report {
namespace {

namespace fs = std::filesystem;

class JsonFile : public testing::Test {
 protected:
  JsonFile() {
    std::string pattern = (fs::temp_directory_path() / "soundcheck-file-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~JsonFile() override { fs::remove_all(folder_); }

  static std::string content(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

TEST_F(JsonFile, WritesANewFileAndLeavesNothingElse) {
  const fs::path path = folder_ / "r.json";
  EXPECT_EQ(check_writable(path), std::nullopt);
  EXPECT_EQ(entries(), 0u) << "the check leaves no trace";
  EXPECT_EQ(write_file(path, "new"), std::nullopt);
  EXPECT_EQ(content(path), "new");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(JsonFile, ReplacesTheOldFileAndKeepsItsMode) {
  const fs::path path = folder_ / "r.json";
  std::ofstream(path) << "a much longer old text";
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  EXPECT_EQ(check_writable(path), std::nullopt);
  EXPECT_EQ(content(path), "a much longer old text") << "the check touches nothing";
  EXPECT_EQ(write_file(path, "new"), std::nullopt);
  EXPECT_EQ(content(path), "new");
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0640u);
}

TEST_F(JsonFile, AFailureKeepsTheOldAndRemovesTheTemporary) {
  const fs::path path = folder_ / "r.json";
  fs::create_directories(path / "occupied");  // rename() onto a folder fails after the temporary was written
  const auto error = write_file(path, "new");
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(*error, "cannot write " + path.string() + ": Is a directory");
  EXPECT_TRUE(fs::exists(path / "occupied"));
  EXPECT_EQ(entries(), 1u);
}

TEST_F(JsonFile, AFullDiskIsReported) {
  EXPECT_EQ(check_writable("/dev/full"), std::nullopt);
  EXPECT_EQ(write_file("/dev/full", "new"), "cannot write /dev/full: No space left on device");
}

TEST_F(JsonFile, DevicesAreWrittenDirectly) {
  EXPECT_EQ(check_writable("/dev/null"), std::nullopt);
  EXPECT_EQ(write_file("/dev/null", "new"), std::nullopt);
}

TEST_F(JsonFile, RefusesAFolder) {
  EXPECT_EQ(check_writable(folder_), "cannot write " + folder_.string() +
                                         ": it is a folder; name a file in it, for example " +
                                         (folder_ / "results.json").string());
}

TEST_F(JsonFile, RefusesAMissingFolder) {
  const fs::path path = folder_ / "nowhere" / "r.json";
  EXPECT_EQ(check_writable(path), "cannot write " + path.string() + ": there is no folder " +
                                      (folder_ / "nowhere").string() + "; create it first");
  EXPECT_EQ(write_file(path, "x"), "cannot write " + path.string() + ": No such file or directory");
}

TEST_F(JsonFile, RefusesAFolderThatTakesNoFiles) {
  EXPECT_EQ(check_writable("/proc/r.json"),
            "cannot write /proc/r.json: no file can be created in /proc (No such file or directory); choose "
            "another folder");
}

TEST_F(JsonFile, RefusesAnEmptyName) {
  const std::string rest = ": it names no file; write a file name, for example results.json";
  EXPECT_EQ(check_writable(""), "cannot write " + rest);
  EXPECT_EQ(check_writable("results/"), "cannot write results/" + rest);
}

TEST_F(JsonFile, ALinkStaysALink) {
  const fs::path real = folder_ / "real.json";
  const fs::path link = folder_ / "link.json";
  std::ofstream(real) << "old";
  fs::create_symlink(real, link);
  EXPECT_EQ(write_file(link, "new"), std::nullopt);
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(content(real), "new");
}

}  // namespace
}  // namespace soundcheck::report
