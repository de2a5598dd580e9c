// A program of ours as a child process of one test: started, read, signalled, and killed at the end in every
// case. Waiting ends at a deadline, and always waits for something: output, the end, or a condition. Used by
// the test's own thread only.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "protocols/core/time.hpp"

namespace soundcheck::loopback {

/// How a program ended, and what it wrote.
struct Ended {
  int exit_code = -1;  ///< -1 if a signal ended it, or if it had to be killed at the deadline
  int signal = 0;
  bool in_time = false;
  std::string out;
  std::string err;
  double seconds = 0;  ///< from its start to its end
};

class Program {
 public:
  /// `program` is an absolute path, or the name of one of our programs. The environment is ours with the
  /// given variables set. Throws std::runtime_error if there is no such program.
  Program(const std::filesystem::path& program, std::vector<std::string> arguments,
          const std::filesystem::path& folder, const std::map<std::string, std::string>& environment = {});
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  /// Reads until its output holds the text; false if it ended or `within` passed before.
  bool wait_for_output(const std::string& text, core::Duration within);
  /// Reads until the progress of a run says that this second of it is over, or a later one: a machine that
  /// stands still for a while makes a run say nothing of the seconds between.
  bool wait_for_second(int second, core::Duration within);
  /// Until it ends; kills it if that takes longer than `within`.
  Ended wait(core::Duration within);

 private:
  bool wait_until(const std::function<bool()>& condition, core::Duration within);
  /// Takes what is there, waiting for at most `timeout_ms`.
  void read_some(int timeout_ms);
  bool ended();

  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  int end_ = -1;  ///< a pidfd: readable once the program has ended
  core::TimePoint started_;
  Ended result_;
};

/// Asks every few milliseconds until it holds; false if it never did.
bool eventually(const std::function<bool()>& condition, core::Duration within);

/// Processes whose parent was `parent`, by /proc.
std::vector<pid_t> children_of(pid_t parent);

/// False for a zombie, too: it does nothing any more.
bool runs(pid_t pid);

}  // namespace soundcheck::loopback
