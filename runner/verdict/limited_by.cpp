#include "runner/verdict/limited_by.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/verdict/cure.hpp"

namespace soundcheck::verdict {

std::string limited_by(const Validity& validity, const LimitInput& input) {
  if (!validity.valid) {
    const Validity::Reason& first = validity.reasons.front();
    return fmt::format("The generator itself: {}; {}.", first.what, first.cure);
  }

  const std::uint64_t failed = input.total.failed();
  const std::uint64_t ended =
      failed + static_cast<std::uint64_t>(input.total.counter(core::Counter::succeeded));
  const auto percent = [&](std::uint64_t n) {
    return 100.0 * static_cast<double>(n) / static_cast<double>(ended);
  };
  const auto limits = [&](std::uint64_t n) { return n > 0 && percent(n) >= 100 * limiting_failure_share; };

  const std::uint64_t refused = input.total.failures[static_cast<std::size_t>(core::Stage::rate_limited)];
  if (limits(refused)) {
    return fmt::format("The target's rate limit: {} of {} tasks ({:.1f} %) were answered 429; {}.", refused,
                       ended, percent(refused), cure(core::Stage::rate_limited));
  }
  if (input.target_cpu && input.target_cores > 0 &&
      *input.target_cpu >= saturated_cpu_share * static_cast<double>(input.target_cores)) {
    return fmt::format(
        "The target's CPU: it used {:.1f} of {} cores; lower the load, or give the target more cores.",
        *input.target_cpu, input.target_cores);
  }
  const auto most = std::max_element(input.total.failures.begin(), input.total.failures.end());
  if (limits(*most)) {
    const auto stage = static_cast<core::Stage>(most - input.total.failures.begin());
    return fmt::format("Failures at {}: {} of {} tasks ({:.1f} %); {}.", core::to_string(stage), *most, ended,
                       percent(*most), cure(stage));
  }
  const auto rtf = input.total.histogram(core::Metric::rtf).quantile(0.95);
  if (rtf.value_or(0) > 1'000'000) {
    return fmt::format(
        "The speech pipeline: its real-time factor (p95 {:.2f}) is above 1, so it falls behind the audio; "
        "lower the "
        "number of calls, or give the target more compute.",
        static_cast<double>(*rtf) / 1e6);
  }
  return {};
}

}  // namespace soundcheck::verdict
