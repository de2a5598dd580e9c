#include "runner/plan/cost.hpp"

#include <variant>

namespace soundcheck::plan {

namespace {

void add(Cost& sum, const Cost& more, double times) {
  sum.requests += times * more.requests;
  sum.pauses += std::chrono::duration_cast<core::Duration>(more.pauses * times);
}

}  // namespace

Cost cost_of(const std::vector<http::Step>& steps) {
  Cost sum;
  for (const http::Step& step : steps) {
    if (const auto* when = std::get_if<http::WhenStep>(&step)) {
      const Cost one = cost_of(when->steps);
      const Cost other = cost_of(when->otherwise);
      add(sum, one.requests >= other.requests ? one : other, 1);
    } else if (const auto* repeat = std::get_if<http::RepeatStep>(&step)) {
      add(sum, cost_of(repeat->steps), static_cast<double>(repeat->at_most));
    } else if (const auto* pause = std::get_if<http::PauseStep>(&step)) {
      sum.pauses += pause->length.mean();
    } else if (std::holds_alternative<http::RequestStep>(step) ||
               std::holds_alternative<http::PollStep>(step)) {
      sum.requests += 1;
    }
  }
  return sum;
}

std::vector<UserGroup> groups_of(const http::Workload& work) {
  const auto group = [&](double share, const core::Pause& think_time, const auto& weight_of) {
    UserGroup out{share, {}, think_time};
    double sum = 0;
    for (std::size_t i = 0; i < work.tasks.size(); ++i) sum += weight_of(i);
    for (std::size_t i = 0; i < work.tasks.size(); ++i) out.tasks.push_back(weight_of(i) / sum);
    return out;
  };
  if (work.classes.empty())
    return {group(1, work.think_time, [&](std::size_t i) { return work.tasks[i].weight; })};
  double users = 0;
  for (const http::UserClass& user_class : work.classes) users += user_class.weight;
  std::vector<UserGroup> groups;
  for (const http::UserClass& user_class : work.classes) {
    groups.push_back(group(user_class.weight / users, user_class.think_time.value_or(work.think_time),
                           [&](std::size_t i) { return user_class.task_weights[i]; }));
  }
  return groups;
}

}  // namespace soundcheck::plan
