#include "protocols/http/http_session.hpp"

#include <algorithm>
#include <utility>

namespace soundcheck::http {

HttpSession::HttpSession(const Workload& workload, const net::UserContext& context,
                         std::shared_ptr<Feeders> feeders)
    : workload_(workload),
      class_(workload.class_of(context.user)),
      context_(context),
      random_(context.seed, context.user),
      runner_(workload, context_, std::move(feeders)) {
  for (std::size_t i = 0; i < workload_.tasks.size(); ++i) total_weight_ += weight_of(i);
}

std::uint32_t HttpSession::weight_of(std::size_t task) const {
  return class_ != nullptr ? class_->task_weights[task] : workload_.tasks[task].weight;
}

const Task& HttpSession::pick_task() {
  std::uint64_t ticket = random_.below(total_weight_);
  for (std::size_t i = 0; i < workload_.tasks.size(); ++i) {
    const std::uint32_t weight = weight_of(i);
    if (ticket < weight) return workload_.tasks[i];
    ticket -= weight;
  }
  return workload_.tasks.back();
}

core::Duration HttpSession::think_time() {
  const bool own = class_ != nullptr && class_->think_time;
  const core::Duration pause = (own ? *class_->think_time : workload_.think_time).draw(random_);
  return runner_.refused() ? std::max(pause, core::pause_after_refusal) : pause;
}

core::Task<void> HttpSession::run_one(core::TimePoint intended, core::TimePoint) {
  // Users are counted under the first task: they belong to the subsystem, and do any of its tasks.
  if (!counted_) context_.probe.in_progress(workload_.tasks.front().id, 1);
  counted_ = true;
  co_await runner_.run_task(pick_task(), intended);
}

void HttpSession::close() {
  runner_.close();
  if (counted_) context_.probe.in_progress(workload_.tasks.front().id, -1);
  counted_ = false;
}

}  // namespace soundcheck::http
