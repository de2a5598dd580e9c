#include "runner/app/stop_signals.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>

#include "protocols/net/loop.hpp"

namespace soundcheck::app {

StopSignals::StopSignals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  // A terminal that goes away stops the run too, unless nohup or the like has asked for the opposite.
  struct sigaction hang_up {};
  ::sigaction(SIGHUP, nullptr, &hang_up);
  if (hang_up.sa_handler != SIG_IGN) ::sigaddset(&signals, SIGHUP);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  descriptor_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  // A reader of our output that goes away must not end the run.
  ::signal(SIGPIPE, SIG_IGN);
  // Nor must a journal that meets a limit on file sizes: the write fails, and that is said.
  ::signal(SIGXFSZ, SIG_IGN);
}

StopSignals::~StopSignals() { ::close(descriptor_); }

bool StopSignals::wait_until(core::TimePoint due) {
  for (;;) {
    const core::Duration left = std::max(core::Duration::zero(), due - net::Loop::clock());
    const timespec timeout{static_cast<time_t>(left.count() / 1'000'000'000),
                           static_cast<long>(left.count() % 1'000'000'000)};
    pollfd ready{descriptor_, POLLIN, 0};
    const int n = ::ppoll(&ready, 1, &timeout, nullptr);
    if (n > 0) {
      signalfd_siginfo info{};
      if (::read(descriptor_, &info, sizeof info) == sizeof info) return true;
    }
    if (net::Loop::clock() >= due) return false;
  }
}

}  // namespace soundcheck::app
