// The open model: work arrives at times that no answer can change. Each arrival takes an idle user, or makes
// one, so that there is no pool to size and nobody waits for a user to be free. Shard's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "protocols/core/probe.hpp"
#include "protocols/core/session.hpp"
#include "runner/plan/plan.hpp"
#include "runner/shape/arrivals.hpp"

namespace soundcheck::engine {

class OpenExecutor {
 public:
  /// Makes the session of this shard's user number `local`.
  using MakeSession = std::function<std::unique_ptr<core::Session>(std::uint64_t local)>;

  /// All references outlive it. `seed` is the same on all shards.
  OpenExecutor(const plan::Workload& workload, shape::Share share, std::uint64_t seed,
               core::Timeline& timeline, core::Probe& probe, core::TaskGroup& group, MakeSession make);

  /// Starts an arrival in the group at each of its times, until the end of the load or until the timeline
  /// drains. The load begins at `begin`.
  core::Task<void> run(core::TimePoint begin);

 private:
  core::Task<void> serve(std::size_t user, core::TimePoint intended, core::TimePoint until);
  /// The index of an idle user, made if there is none; nothing if no more may be in progress.
  std::optional<std::size_t> take_user();

  const plan::Workload& workload_;
  shape::Arrivals arrivals_;
  core::Timeline& timeline_;
  core::Probe& probe_;
  core::TaskGroup& group_;
  MakeSession make_;
  std::uint64_t most_users_;  ///< of this shard
  std::vector<std::unique_ptr<core::Session>> users_;
  std::vector<std::size_t> idle_;  ///< the one that was used last is taken first: few connections, kept warm
  bool over_ = false;
};

}  // namespace soundcheck::engine
