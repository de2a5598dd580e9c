// Which metric stands for a subsystem in rows, live figures and comparisons. Pure, any thread.
#pragma once

#include "protocols/core/metric.hpp"

namespace soundcheck::metrics {

constexpr core::Metric main_metric(core::Subsystem s) {
  return s == core::Subsystem::ai_pipeline ? core::Metric::voice_to_voice : core::Metric::response_time;
}

}  // namespace soundcheck::metrics
