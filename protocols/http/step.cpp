#include "protocols/http/step.hpp"

#include <algorithm>

namespace soundcheck::http {

namespace {

constexpr core::Duration a_day = std::chrono::hours(24);

core::Duration at_most_a_day(core::Duration length, std::uint64_t times) {
  if (length == core::Duration::zero()) return length;
  const auto fit = static_cast<std::uint64_t>(a_day / length);
  return times > fit ? a_day : static_cast<core::Duration::rep>(times) * length;
}

core::Duration longest_of(const Step& step, core::Duration timeout) {
  if (std::holds_alternative<RequestStep>(step)) return timeout;
  if (const auto* pause = std::get_if<PauseStep>(&step)) return 2 * pause->length.mean();
  if (const auto* poll = std::get_if<PollStep>(&step)) return poll->within + timeout;
  if (const auto* when = std::get_if<WhenStep>(&step))
    return std::max(longest(when->steps, timeout), longest(when->otherwise, timeout));
  if (const auto* repeat = std::get_if<RepeatStep>(&step))
    return at_most_a_day(longest(repeat->steps, timeout), repeat->at_most);
  return {};
}

}  // namespace

bool Bound::holds(std::int64_t value) const {
  switch (op) {
    case Op::less:
      return value < limit;
    case Op::less_equal:
      return value <= limit;
    case Op::greater:
      return value > limit;
    case Op::greater_equal:
      return value >= limit;
  }
  return false;
}

core::Duration longest(const std::vector<Step>& steps, core::Duration timeout) {
  core::Duration sum{};
  for (const Step& step : steps) sum = std::min(a_day, sum + longest_of(step, timeout));
  return sum;
}

}  // namespace soundcheck::http
