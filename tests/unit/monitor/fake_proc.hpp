// A /proc of our own in a temporary folder, for the tests of the monitors. Removed with the object.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "runner/monitor/process_sampler.hpp"

namespace soundcheck::monitor {

class FakeProc {
 public:
  FakeProc() {
    std::string pattern = (std::filesystem::temp_directory_path() / "soundcheck-proc-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~FakeProc() { std::filesystem::remove_all(root_); }
  FakeProc(const FakeProc&) = delete;
  FakeProc& operator=(const FakeProc&) = delete;

  ProcFiles files() const { return {root_, 4096, 100}; }
  const std::filesystem::path& root() const { return root_; }

  void write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }
  void link(const std::string& path, const std::string& to) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::filesystem::create_symlink(to, root_ / path);
  }
  /// A live process with `ticks` of user time (and as many of system time) and `pages` resident.
  void process(int pid, std::uint64_t ticks, std::uint64_t pages, std::uint64_t start = 5000,
               char state = 'S') const {
    const std::string folder = std::to_string(pid) + "/";
    write(folder + "stat", std::to_string(pid) + " (my (odd) name) " + state +
                               " 1 1 1 0 -1 4194304 100 0 0 0 " + std::to_string(ticks) + " " +
                               std::to_string(ticks) + " 0 0 20 0 7 0 " + std::to_string(start) +
                               " 1000000 200 18446744073709551615\n");
    write(folder + "statm", "9000 " + std::to_string(pages) + " 50 1 0 80 0\n");
  }

 private:
  std::filesystem::path root_;
};

}  // namespace soundcheck::monitor
