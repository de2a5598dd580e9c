// Things to do at a later time, all behind one timer. Belongs to the I/O thread.
#pragma once

#include <functional>
#include <memory>

#include "protocols/core/time.hpp"

namespace boost::asio {
class io_context;
}

namespace soundcheck::reference_agent {

class Agenda {
 public:
  explicit Agenda(boost::asio::io_context& io);
  ~Agenda();

  /// Runs `what` on the I/O thread, not before `when`; things of the same time in the order in which they
  /// came.
  void at(core::TimePoint when, std::function<void()> what);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the timer's handler
};

}  // namespace soundcheck::reference_agent
