// Writer and reader on real files: whole, cut at any byte, damaged, on a full disk.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <random>

#include "runner/journal/reader.hpp"
#include "runner/journal/writer.hpp"
#include "tests/support/temporary_folder.hpp"

namespace soundcheck::journal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class JournalTest : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder.path() / "run.journal"; }
  std::string bytes() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  std::unique_ptr<Writer> create(std::string_view header) const {
    auto created = Writer::create(file(), header);
    if (const auto* problem = std::get_if<std::string>(&created)) throw std::runtime_error(*problem);
    return std::move(std::get<std::unique_ptr<Writer>>(created));
  }
  void read() {
    contents.clear();
    outcome = read_journal(file(), [&](Kind kind, std::string_view content) {
      contents.push_back(std::to_string(static_cast<int>(kind)) + ":" + std::string(content));
      return true;
    });
  }
  void write_example() const {
    const auto writer = create("what it is");
    for (const char* second : {"one", "two", ""}) {
      writer->append(Kind::second, second);
      EXPECT_EQ(writer->wait(), std::nullopt);
      EXPECT_TRUE(writer->ready());
    }
    writer->append(Kind::end, "done");
    EXPECT_EQ(writer->wait(), std::nullopt);
  }

  support::TemporaryFolder folder;
  std::vector<std::string> contents;
  ReadOutcome outcome;
};

TEST_F(JournalTest, WhatWasWrittenIsRead) {
  write_example();
  read();
  EXPECT_THAT(contents, ElementsAre("1:what it is", "2:one", "2:two", "2:", "3:done"));
  EXPECT_TRUE(outcome.ended);
  EXPECT_EQ(outcome.cut_bytes, 0U);
  EXPECT_EQ(outcome.error, std::nullopt);
}

TEST_F(JournalTest, CutAtAnyByteTheWholeRecordsBeforeItCount) {
  write_example();
  const std::string whole = bytes();
  read();
  const std::vector<std::string> all = contents;
  std::size_t before = 0;
  for (std::size_t size = magic.size(); size <= whole.size(); ++size) {
    folder.write("run.journal", whole.substr(0, size));
    read();
    ASSERT_EQ(outcome.error, std::nullopt);
    ASSERT_LE(contents.size(), all.size());
    ASSERT_GE(contents.size(), before);
    before = contents.size();
    EXPECT_TRUE(std::equal(contents.begin(), contents.end(), all.begin())) << "cut at " << size;
    EXPECT_EQ(outcome.ended, size == whole.size());
  }
  EXPECT_EQ(before, all.size());
}

TEST_F(JournalTest, ADamagedByteCutsThereAndIsNeverTakenForAFigure) {
  write_example();
  const std::string whole = bytes();
  read();
  const std::vector<std::string> all = contents;
  for (std::size_t at = magic.size(); at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    folder.write("run.journal", damaged);
    read();
    EXPECT_LT(contents.size(), all.size()) << "damaged at " << at;
    EXPECT_TRUE(std::equal(contents.begin(), contents.end(), all.begin()));
    EXPECT_GT(outcome.cut_bytes, 0U);
  }
}

TEST_F(JournalTest, WhatIsNoJournalIsNamed) {
  read();
  EXPECT_THAT(*outcome.error, HasSubstr("No such file"));
  folder.write("run.journal", "");
  read();
  EXPECT_THAT(*outcome.error, HasSubstr("is no journal of a run: it is empty"));
  folder.write("run.journal", "{\"api\": {}}");
  read();
  EXPECT_THAT(*outcome.error, HasSubstr("it does not begin like one"));
  EXPECT_THAT(contents, IsEmpty());
  EXPECT_THAT(*read_journal(folder.path(), [](Kind, std::string_view) { return true; }).error,
              HasSubstr("directory"));
}

/// Files may not grow beyond a size while it lives: what a full disk does, with another errno.
class FullDisk {
 public:
  explicit FullDisk(rlim_t largest_file) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit full{largest_file, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit old_{};
  void (*handler_)(int);
};

TEST_F(JournalTest, AFullDiskKeepsTheRecordUntilThereIsRoom) {
  const auto writer = create("header");
  writer->append(Kind::second, "first");
  ASSERT_EQ(writer->wait(), std::nullopt);
  const std::string before = bytes();
  {
    const FullDisk full(before.size() + 20);
    writer->append(Kind::second, std::string(1'000, 'x'));
    EXPECT_EQ(writer->wait(), "File too large");
    EXPECT_FALSE(writer->ready());
    EXPECT_EQ(bytes(), before) << "no half record stays";
    EXPECT_EQ(writer->problem(), "File too large");
  }
  while (writer->wait()) continue;
  EXPECT_EQ(writer->problem(), std::nullopt);
  writer->append(Kind::end, "");
  EXPECT_EQ(writer->wait(), std::nullopt);
  read();
  EXPECT_THAT(contents, ElementsAre("1:header", "2:first", "2:" + std::string(1'000, 'x'), "3:"));
}

TEST_F(JournalTest, AWriterThatGoesWhileTheDiskIsFullLeavesWholeRecords) {
  auto writer = create("header");
  const std::size_t size = bytes().size();
  {
    const FullDisk full(size + 5);
    writer->append(Kind::second, "lost");
    writer.reset();
  }
  EXPECT_EQ(bytes().size(), size);
  read();
  EXPECT_THAT(contents, ElementsAre("1:header"));
  EXPECT_FALSE(outcome.ended);
}

TEST_F(JournalTest, AFolderThatIsNotThereIsSaid) {
  const auto created = Writer::create(folder.path() / "nowhere" / "run.journal", "header");
  EXPECT_THAT(std::get<std::string>(created), HasSubstr("nowhere/run.journal: No such file or directory"));
}

}  // namespace
}  // namespace soundcheck::journal
