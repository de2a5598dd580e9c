#include "tests/loopback/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "protocols/net/loop.hpp"

extern char** environ;

namespace soundcheck::loopback {

namespace {

constexpr core::Duration step = std::chrono::milliseconds(5);

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& changes) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!changes.contains(text.substr(0, text.find('=')))) out.push_back(text);
  }
  for (const auto& [name, value] : changes) out.push_back(name + "=" + value);
  return out;
}

struct Status {
  char state = 'Z';
  pid_t parent = 0;
};

/// Nothing if there is no such process.
std::optional<Status> status_of(const std::string& pid) {
  std::ifstream in("/proc/" + pid + "/stat");
  std::string text;
  std::getline(in, text);
  const std::size_t after_name = text.rfind(')');
  if (after_name == std::string::npos) return std::nullopt;
  Status status;
  std::istringstream(text.substr(after_name + 1)) >> status.state >> status.parent;
  return status;
}

/// Appends what the descriptor holds; closes it at its end.
void drain(int& descriptor, std::string& into) {
  std::array<char, 4096> buffer;
  while (descriptor >= 0) {
    const ssize_t n = ::read(descriptor, buffer.data(), buffer.size());
    if (n > 0) {
      into.append(buffer.data(), static_cast<std::size_t>(n));
      continue;
    }
    if (n < 0) return;  // nothing more for now
    ::close(descriptor);
    descriptor = -1;
  }
}

}  // namespace

Program::Program(const std::filesystem::path& program, std::vector<std::string> arguments,
                 const std::filesystem::path& folder, const std::map<std::string, std::string>& environment) {
  const std::string path = program.is_absolute() ? program : SOUNDCHECK_BIN_DIR / program;
  if (::access(path.c_str(), X_OK) != 0) throw std::runtime_error("no program " + path);
  arguments.insert(arguments.begin(), path);
  std::vector<std::string> variables = merged_environment(environment);
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(variables);
  int out[2];
  int err[2];
  if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  started_ = net::Loop::clock();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed leaves nothing behind
    if (::dup2(out[1], STDOUT_FILENO) < 0 || ::dup2(err[1], STDERR_FILENO) < 0) ::_exit(126);
    if (::chdir(folder.c_str()) != 0) ::_exit(126);
    ::execve(path.c_str(), argv.data(), envp.data());
    ::_exit(126);
  }
  if (pid_ < 0) throw std::runtime_error("no fork");
  ::close(out[1]);
  ::close(err[1]);
  out_ = out[0];
  err_ = err[0];
  ::fcntl(out_, F_SETFL, O_NONBLOCK);
  ::fcntl(err_, F_SETFL, O_NONBLOCK);
  end_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
}

Program::~Program() {
  if (pid_ > 0) {
    signal(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  for (const int descriptor : {out_, err_, end_}) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

void Program::signal(int number) const { ::kill(pid_, number); }

void Program::read_some(int timeout_ms) {
  std::array<pollfd, 3> ready{{{out_, POLLIN, 0}, {err_, POLLIN, 0}, {end_, POLLIN, 0}}};
  ::poll(ready.data(), ready.size(), timeout_ms);
  drain(out_, result_.out);
  drain(err_, result_.err);
}

bool Program::ended() {
  int status = 0;
  if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
    pid_ = -1;
    if (WIFEXITED(status)) result_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result_.signal = WTERMSIG(status);
    result_.seconds = core::to_seconds(net::Loop::clock() - started_);
    drain(out_, result_.out);
    drain(err_, result_.err);
  }
  return pid_ < 0;
}

bool Program::wait_until(const std::function<bool()>& condition, core::Duration within) {
  const core::TimePoint due = net::Loop::clock() + within;
  while (!condition()) {
    if (ended() || net::Loop::clock() >= due) return false;
    read_some(100);
  }
  return true;
}

bool Program::wait_for_output(const std::string& text, core::Duration within) {
  const auto seen = [&] {
    return result_.out.find(text) != std::string::npos || result_.err.find(text) != std::string::npos;
  };
  return wait_until(seen, within);
}

bool Program::wait_for_second(int second, core::Duration within) {
  const auto seen = [&] {
    const std::size_t last = result_.out.rfind("running: ");
    int minutes = 0;
    int seconds = 0;
    return last != std::string::npos &&
           std::sscanf(result_.out.c_str() + last, "running: %d:%d", &minutes, &seconds) == 2 &&
           minutes * 60 + seconds >= second;
  };
  return wait_until(seen, within);
}

Ended Program::wait(core::Duration within) {
  const core::TimePoint due = net::Loop::clock() + within;
  while (!ended() && net::Loop::clock() < due) read_some(100);
  result_.in_time = ended();
  if (!result_.in_time) {
    signal(SIGKILL);
    while (!ended()) read_some(100);
  }
  return result_;
}

bool eventually(const std::function<bool()>& condition, core::Duration within) {
  const core::TimePoint due = net::Loop::clock() + within;
  while (!condition()) {
    if (net::Loop::clock() >= due) return false;
    ::poll(nullptr, 0, static_cast<int>(step / std::chrono::milliseconds(1)));
  }
  return true;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> out;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (!std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; })) continue;
    const auto status = status_of(name);
    if (status && status->parent == parent) out.push_back(std::stoi(name));
  }
  return out;
}

bool runs(pid_t pid) {
  const auto status = status_of(std::to_string(pid));
  return status && status->state != 'Z';
}

}  // namespace soundcheck::loopback
