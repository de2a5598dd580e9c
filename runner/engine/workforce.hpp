// All users of one shard: creates their sessions from the plan, starts each at its time, drains at the
// planned end and kills what has not ended by then. Knows neither threads nor sockets, so tests run it in
// virtual time. Shard's thread.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

#include "protocols/core/probe.hpp"
#include "protocols/core/task.hpp"
#include "protocols/core/timeline.hpp"
#include "protocols/net/network.hpp"
#include "runner/engine/open_executor.hpp"
#include "runner/plan/plan.hpp"
#include "runner/shape/share.hpp"

namespace soundcheck::engine {

class Workforce {
 public:
  /// All references outlive it. `kill` must end every wait of the timeline and of the network's channels.
  Workforce(const plan::Plan& plan, shape::Share share, core::Timeline& timeline, net::Network& network,
            core::Probe& probe, std::function<void()> kill);
  ~Workforce();

  /// The schedule begins at t0.
  void start(core::TimePoint t0);
  /// Ends early: what is in progress may finish for the plan's drain time from now.
  void drain();

  /// Awaiting it waits until the last user has ended.
  auto join() { return group_.join(); }

  /// Users that have not ended.
  std::size_t live() const { return group_.live(); }
  /// Users that were still busy when the drain time was over.
  std::size_t cut_off() const { return cut_off_; }
  std::exception_ptr error() const { return group_.error(); }

 private:
  struct EndTimer : core::Timer {
    explicit EndTimer(Workforce& w) : Timer(&Workforce::on_end), workforce(w) {}
    Workforce& workforce;
  };
  static void on_end(core::Timer& timer, core::Wake why);
  /// `index` is the workload's place in the plan.
  void spawn(const plan::Workload& workload, std::size_t index, core::TimePoint begin);
  void open(const plan::Workload& workload, std::size_t index, core::TimePoint begin);
  std::uint64_t seed_of(const plan::Workload& workload, std::size_t index) const;
  /// `feeders`: null if its users have their own.
  std::unique_ptr<core::Session> make_session(const plan::Workload& workload, std::size_t index,
                                              std::uint64_t user, std::shared_ptr<http::Feeders> feeders);
  /// Those of one of `count` takers of this workload's data; null if it has none.
  std::shared_ptr<http::Feeders> make_feeders(const plan::Workload& workload, std::size_t index,
                                              core::FeedShare share) const;

  const plan::Plan& plan_;
  shape::Share share_;
  core::Timeline& timeline_;
  net::Network& network_;
  core::Probe& probe_;
  std::function<void()> kill_;
  core::TaskGroup group_;
  std::vector<std::unique_ptr<OpenExecutor>> open_;
  EndTimer end_timer_;
  std::size_t cut_off_ = 0;
};

}  // namespace soundcheck::engine
