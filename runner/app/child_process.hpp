// A program of ours that runs beside us: started, watched, and stopped in every case. If we crash, the kernel
// ends it (PR_SET_PDEATHSIG). Control thread only: the thread that starts it must live as long as it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace soundcheck::app {

class ChildProcess {
 public:
  /// Starts the program with the arguments, plus "--announce-fd N" for a pipe to us. The error says why not.
  static std::variant<ChildProcess, std::string> start(const std::filesystem::path& program,
                                                       std::vector<std::string> arguments);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  /// Stops it.
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  /// The first line that the child announces; nothing if it ended or `timeout_ms` passed before.
  std::optional<std::string> read_announcement(int timeout_ms);
  /// "exited with code 3", "killed by signal 9 (Killed)"; nothing while it runs.
  std::optional<std::string> poll_exit();
  /// SIGTERM, and SIGKILL two seconds later.
  void stop();

 private:
  ChildProcess(pid_t pid, int pipe) : pid_(pid), pipe_(pipe) {}
  pid_t pid_ = -1;
  int pipe_ = -1;
  std::optional<std::string> exit_;
};

}  // namespace soundcheck::app
