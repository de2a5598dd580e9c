#include "tools/reference_agent/agenda.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <utility>

#include "tools/reference_agent/clock.hpp"

namespace soundcheck::reference_agent {

namespace asio = boost::asio;

struct Agenda::Impl : std::enable_shared_from_this<Agenda::Impl> {
  explicit Impl(asio::io_context& io) : timer(io) {}

  /// The timer waits for the first entry. Setting it again cancels the wait before.
  void arm() {
    if (entries.empty()) return;
    timer.expires_at(std::chrono::steady_clock::time_point(entries.begin()->first.time_since_epoch()));
    timer.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      const auto self = weak.lock();
      if (!error && self) self->run_due();
    });
  }

  void run_due() {
    const auto time = now();
    while (!entries.empty() && entries.begin()->first <= time) {
      const auto entry = entries.extract(entries.begin());
      entry.mapped()();
    }
    arm();
  }

  asio::steady_timer timer;
  std::multimap<core::TimePoint, std::function<void()>> entries;
};

Agenda::Agenda(asio::io_context& io) : impl_(std::make_shared<Impl>(io)) {}
Agenda::~Agenda() = default;

void Agenda::at(core::TimePoint when, std::function<void()> what) {
  const auto entry = impl_->entries.emplace(when, std::move(what));
  if (entry == impl_->entries.begin()) impl_->arm();
}

}  // namespace soundcheck::reference_agent
