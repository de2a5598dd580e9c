// A file system that fills while a run goes on: a real one, of 256 KiB, in a mount namespace of its own.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <cerrno>

#include "runner/verdict/exit_code.hpp"
#include "tests/loopback/agent.hpp"
#include "tests/loopback/load_run.hpp"

namespace soundcheck::loopback {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// The folder `disk` as another process sees it. What it holds can be read until this object goes, also when
/// the process, and its mount namespace with it, is gone.
class DiskOf {
 public:
  DiskOf(pid_t pid, const fs::path& folder)
      : open_(::open(fmt::format("/proc/{}/root{}/disk", pid, folder.string()).c_str(),
                     O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    EXPECT_GE(open_, 0);
  }
  DiskOf(const DiskOf&) = delete;
  DiskOf& operator=(const DiskOf&) = delete;
  ~DiskOf() {
    if (open_ >= 0) ::close(open_);
  }

  fs::path path(const std::string& name) const { return fmt::format("/proc/self/fd/{}/{}", open_, name); }

  /// What others write, until nothing fits any more.
  void fill() const {
    const int file = ::open(path("of_others").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    const std::string page(4096, 'x');
    while (::write(file, page.data(), page.size()) > 0) continue;
    EXPECT_EQ(errno, ENOSPC);
    ::close(file);
  }
  void make_room() const { EXPECT_TRUE(fs::remove(path("of_others"))); }

 private:
  int open_;
};

class FullDisk : public LoadRun {
 protected:
  FullDisk() { fs::create_directory(folder_ / "disk"); }

  /// A run of 6 s in the folder, with `disk` as the tiny file system.
  Program start_on_disk(const Arguments& arguments) const {
    // As root, or else in a user namespace in which we are.
    const std::string script = R"(unshare --mount true 2>/dev/null || become=--map-root-user
exec unshare --mount $become sh -c 'mount -t tmpfs -o size=256k tmpfs disk && exec "$0" "$@"' "$0" "$@")";
    const std::string program = std::string(SOUNDCHECK_BIN_DIR) + "/run_load_tests";
    return Program("/bin/sh",
                   Arguments{"-c", script, program, "--profile", "profile.yaml", "--only", "api", "--users",
                             "100", "--duration", "6s", "--output", "disk/load-results.json"} +
                       arguments,
                   folder_, {{"SOUNDCHECK_DATA", SOUNDCHECK_SOURCE_DIR}});
  }
  /// False, with what it said, if it does not come that far.
  testing::AssertionResult reaches(Program& run, int second) const {
    if (run.wait_for_second(second, run_limit)) return testing::AssertionSuccess();
    const Ended ended = run.wait(run_limit);
    return testing::AssertionFailure()
           << "the run on a file system of its own did not come to second " << second
           << "; mounting one needs root, or user namespaces (sysctl user.max_user_namespaces)\n"
           << ended.err << ended.out;
  }
  /// Where the journal is copied to, so that a report can be made of it.
  Ended report_of(const DiskOf& disk, const std::string& journal) const {
    fs::copy_file(disk.path(journal), folder_ / "kept.journal");
    return start_bare({"report", "kept.journal", "--output", "load-results.json"}).wait(run_limit);
  }
};

TEST_F(FullDisk, TheRunGoesOnAndSaysWhatWasNotWritten) {
  const Agent agent({});
  Program run = start_on_disk({"--target", agent.url()});
  ASSERT_TRUE(reaches(run, 2));
  const DiskOf disk(run.pid(), folder_);
  disk.fill();
  const Ended ended = run.wait(run_limit);
  EXPECT_EQ(ended.exit_code, static_cast<int>(verdict::ExitCode::internal)) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("running: 0:06 of 0:06")) << "the run came to its end";
  EXPECT_THAT(ended.out, HasSubstr("API success rate")) << "the terminal has the figures";
  EXPECT_THAT(ended.out,
              ContainsRegex("the journal disk/load-results.json.journal ends before the run did, at "
                            "about [2-5] s: No space left on device"));
  EXPECT_THAT(ended.err, HasSubstr("--output: cannot write disk/load-results.json: No space left on device"));
  EXPECT_FALSE(fs::exists(disk.path("load-results.json"))) << "half a result would look like one";

  const Ended rebuilt = report_of(disk, "load-results.json.journal");
  EXPECT_EQ(rebuilt.exit_code, 130) << rebuilt.err;
  EXPECT_THAT(rebuilt.out, HasSubstr("of a run that did not come to its end; it covers the first "));
  EXPECT_EQ(text("/partial"), "true");
  const double seconds = figure("/timing/actual_seconds");
  EXPECT_GE(seconds, 2);
  EXPECT_LT(seconds, 6);
  EXPECT_GT(figure("/api/total/counters/succeeded"), 100);
  EXPECT_LT(figure("/api/total/counters/succeeded"), static_cast<double>(agent.count("/requests")));
}

TEST_F(FullDisk, NothingIsMissingIfThereIsRoomAgainBeforeTheEnd) {
  const Agent agent({});
  Program run = start_on_disk({"--target", agent.url(), "--journal", "disk/run.journal"});
  ASSERT_TRUE(reaches(run, 2));
  const DiskOf disk(run.pid(), folder_);
  disk.fill();
  ASSERT_TRUE(reaches(run, 4));
  disk.make_room();
  const Ended ended = run.wait(run_limit);
  EXPECT_TRUE(ended.exit_code == 0 || ended.exit_code == 3) << ended.out << ended.err;
  EXPECT_THAT(ended.out, Not(HasSubstr("ends before the run did")));
  fs::copy_file(disk.path("load-results.json"), folder_ / "load-results.json");
  const double succeeded = figure("/api/total/counters/succeeded");
  const std::string p95 = text("/api/total/metrics/response_time/p95");
  EXPECT_GT(succeeded, 100);

  const Ended rebuilt = report_of(disk, "run.journal");
  EXPECT_EQ(rebuilt.exit_code, ended.exit_code) << rebuilt.err;
  EXPECT_EQ(text("/partial"), "false");
  EXPECT_EQ(figure("/api/total/counters/succeeded"), succeeded);
  EXPECT_EQ(text("/api/total/metrics/response_time/p95"), p95);
}

}  // namespace
}  // namespace soundcheck::loopback
