#include "runner/app/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace soundcheck::app {

namespace {

std::string describe_exit(int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    return fmt::format("killed by signal {} ({})", signal, ::strsignal(signal));
  }
  return fmt::format("exited with code {}", WEXITSTATUS(status));
}

constexpr int exec_failed = 127;

/// Runs in the child between fork and exec: system calls only.
[[noreturn]] void become(const char* program, char* const* arguments, pid_t parent) {
  // A terminal's Ctrl-C goes to a whole process group; the child must live on while we drain.
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(exec_failed);  // we died before the line above
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::execv(program, arguments);
  ::_exit(exec_failed);
}

}  // namespace

std::variant<ChildProcess, std::string> ChildProcess::start(const std::filesystem::path& program,
                                                            std::vector<std::string> arguments) {
  if (::access(program.c_str(), X_OK) != 0) {
    return fmt::format("{}: {}", program.string(), std::strerror(errno));
  }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fmt::format("pipe: {}", std::strerror(errno));
  ::fcntl(ends[1], F_SETFD, 0);  // the child's end survives exec
  arguments.insert(arguments.begin(), program.string());
  arguments.emplace_back("--announce-fd");
  arguments.emplace_back(std::to_string(ends[1]));
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) become(program.c_str(), argv.data(), parent);
  const int error = errno;
  ::close(ends[1]);
  if (pid < 0) {
    ::close(ends[0]);
    return fmt::format("fork: {}", std::strerror(error));
  }
  return ChildProcess(pid, ends[0]);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pipe_(std::exchange(other.pipe_, -1)),
      exit_(std::move(other.exit_)) {}

ChildProcess::~ChildProcess() {
  stop();
  if (pipe_ >= 0) ::close(pipe_);
}

std::optional<std::string> ChildProcess::read_announcement(int timeout_ms) {
  std::string line;
  pollfd ready{pipe_, POLLIN, 0};
  while (::poll(&ready, 1, timeout_ms) > 0) {
    char c = 0;
    const ssize_t n = ::read(pipe_, &c, 1);
    if (n <= 0) return std::nullopt;
    if (c == '\n') return line;
    line += c;
  }
  return std::nullopt;
}

std::optional<std::string> ChildProcess::poll_exit() {
  if (exit_ || pid_ < 0) return exit_;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_) exit_ = describe_exit(status);
  return exit_;
}

void ChildProcess::stop() {
  if (pid_ < 0 || poll_exit()) return;
  ::kill(pid_, SIGTERM);
  constexpr int steps = 200;
  for (int i = 0; i < steps && !poll_exit(); ++i) ::poll(nullptr, 0, 10);
  if (exit_) return;
  ::kill(-pid_, SIGKILL);  // its whole group: a child of its own must not outlive it
  int status = 0;
  if (::waitpid(pid_, &status, 0) == pid_) exit_ = describe_exit(status);
}

}  // namespace soundcheck::app
