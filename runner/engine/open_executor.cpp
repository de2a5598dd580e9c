#include "runner/engine/open_executor.hpp"

namespace soundcheck::engine {

OpenExecutor::OpenExecutor(const plan::Workload& workload, shape::Share share, std::uint64_t seed,
                           core::Timeline& timeline, core::Probe& probe, core::TaskGroup& group,
                           MakeSession make)
    : workload_(workload),
      arrivals_(workload.load.curve, workload.load.spacing, seed, share),
      timeline_(timeline),
      probe_(probe),
      group_(group),
      make_(std::move(make)),
      most_users_(share.size_of(workload.load.most_in_progress)) {}

std::optional<std::size_t> OpenExecutor::take_user() {
  if (idle_.empty()) {
    if (users_.size() >= most_users_) return std::nullopt;
    users_.push_back(make_(users_.size()));
    return users_.size() - 1;
  }
  const std::size_t user = idle_.back();
  idle_.pop_back();
  return user;
}

core::Task<void> OpenExecutor::run(core::TimePoint begin) {
  const core::TimePoint until = begin + workload_.load.curve.end();
  while (const auto arrival = arrivals_.next()) {
    const core::TimePoint intended = begin + arrival->at;
    const core::Wake wake = co_await timeline_.pause_until(intended);
    if (wake != core::Wake::elapsed) break;
    if (const auto user = take_user()) {
      group_.spawn(serve(*user, intended, until));
    } else {
      probe_.count(workload_.first_task(), core::Counter::dropped_starts, 1);
    }
  }
  over_ = true;
  for (const std::size_t user : idle_) users_[user]->close();
  idle_.clear();
}

core::Task<void> OpenExecutor::serve(std::size_t user, core::TimePoint intended, core::TimePoint until) {
  core::Session& session = *users_[user];
  co_await session.run_one(intended, until);
  if (over_) {
    session.close();
  } else {
    idle_.push_back(user);
  }
}

}  // namespace soundcheck::engine
