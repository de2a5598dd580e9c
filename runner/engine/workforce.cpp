#include "runner/engine/workforce.hpp"

#include <utility>

#include "protocols/http/http_session.hpp"
#include "runner/engine/closed_executor.hpp"

namespace soundcheck::engine {

Workforce::Workforce(const plan::Plan& plan, shape::Share share, core::Timeline& timeline,
                     net::Network& network, core::Probe& probe, std::function<void()> kill)
    : plan_(plan),
      share_(share),
      timeline_(timeline),
      network_(network),
      probe_(probe),
      kill_(std::move(kill)),
      end_timer_(*this) {}

Workforce::~Workforce() { timeline_.timers().remove(end_timer_); }

void Workforce::start(core::TimePoint t0) {
  timeline_.timers().add(end_timer_, t0 + plan_.duration);
  for (std::size_t i = 0; i < plan_.workloads.size(); ++i) {
    const plan::Workload& workload = plan_.workloads[i];
    if (workload.load.model == plan::Model::open) {
      open(workload, i, t0 + workload.load.start);
    } else {
      spawn(workload, i, t0 + workload.load.start);
    }
  }
}

void Workforce::spawn(const plan::Workload& workload, std::size_t index, core::TimePoint begin) {
  const std::uint64_t mine = share_.size_of(workload.users());
  for (std::uint64_t local = 0; local < mine; ++local) {
    const std::uint64_t user = share_.global(local);
    std::vector<shape::Span> wanted = workload.load.curve.above(static_cast<double>(user));
    if (wanted.empty()) continue;
    group_.spawn(
        run_user(make_session(workload, index, user, make_feeders(workload, index, {user, workload.users()})),
                 timeline_, begin, std::move(wanted), workload.load.pacing));
  }
}

void Workforce::open(const plan::Workload& workload, std::size_t index, core::TimePoint begin) {
  // How many users there will be is not known, so all of this shard share its rows.
  auto feeders = make_feeders(workload, index, {share_.index, share_.count});
  open_.push_back(
      std::make_unique<OpenExecutor>(workload, share_, seed_of(workload, index), timeline_, probe_, group_,
                                     [this, &workload, index, feeders](std::uint64_t local) {
                                       return make_session(workload, index, share_.global(local), feeders);
                                     }));
  group_.spawn(open_.back()->run(begin));
}

std::uint64_t Workforce::seed_of(const plan::Workload& workload, std::size_t index) const {
  // Each subsystem and each workload draws from a sequence of its own: leaving one out leaves the others'
  // choices as they were. Those without a name keep theirs whatever stands beside them.
  const std::uint64_t ordinal = workload.name.empty() ? 0 : index + 1;
  return plan_.seed + (static_cast<std::uint64_t>(workload.subsystem) << 56) + (ordinal << 40);
}

std::unique_ptr<core::Session> Workforce::make_session(const plan::Workload& workload, std::size_t index,
                                                       std::uint64_t user,
                                                       std::shared_ptr<http::Feeders> feeders) {
  const net::UserContext context{
      plan_.endpoint, network_, timeline_, probe_, seed_of(workload, index), workload.first_user + user};
  if (const auto* api = std::get_if<http::Workload>(&workload.behaviour))
    return std::make_unique<http::HttpSession>(*api, context, std::move(feeders));
  if (const auto* channel = std::get_if<websocket::Workload>(&workload.behaviour))
    return std::make_unique<websocket::WebSocketSession>(*channel, context);
  return std::make_unique<voice::CallSession>(std::get<voice::Workload>(workload.behaviour), context);
}

std::shared_ptr<http::Feeders> Workforce::make_feeders(const plan::Workload& workload, std::size_t index,
                                                       core::FeedShare share) const {
  const auto* api = std::get_if<http::Workload>(&workload.behaviour);
  if (api == nullptr || api->data.empty()) return nullptr;
  // Workloads of one run must not take each other's rows: of n workloads each has every n-th taker.
  std::uint64_t workloads = 0;
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < plan_.workloads.size(); ++i) {
    if (plan_.workloads[i].subsystem != workload.subsystem) continue;
    ++workloads;
    if (i < index) ++before;
  }
  const core::FeedShare own{share.index * workloads + before, share.count * workloads};
  return std::make_shared<http::Feeders>(api->data, own, seed_of(workload, index));
}

void Workforce::drain() {
  if (timeline_.draining()) return;
  timeline_.timers().add(end_timer_, timeline_.now() + plan_.drain);
  timeline_.drain();
}

void Workforce::on_end(core::Timer& timer, core::Wake why) {
  Workforce& self = static_cast<EndTimer&>(timer).workforce;
  if (why != core::Wake::elapsed) return;
  if (!self.timeline_.draining()) {
    self.drain();
    return;
  }
  // Nothing is written once all users have ended: control may be reading.
  if (self.live() == 0) return;
  self.cut_off_ = self.live();
  self.kill_();
}

}  // namespace soundcheck::engine
