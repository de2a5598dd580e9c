#include "runner/verdict/gap.hpp"

#include <fmt/format.h>

#include <optional>

#include "runner/verdict/time_text.hpp"

namespace soundcheck::verdict {

namespace {

using core::Metric;
using core::Subsystem;

double at(const metrics::Histogram& histogram, double quantile) {
  return static_cast<double>(histogram.quantile(quantile).value_or(0)) / 1e6;
}

std::string_view what_waits(Subsystem subsystem) {
  switch (subsystem) {
    case Subsystem::api:
      return "requests";
    case Subsystem::websocket:
      return "messages";
    case Subsystem::ai_pipeline:
      return "calls";
  }
  return "";
}

/// The percentile that tells the gap, the higher one first.
std::optional<int> explained_percentile(const metrics::Histogram& response,
                                        const metrics::Histogram& service) {
  for (const int percent : {99, 95}) {
    const double gap = at(response, percent / 100.0) - at(service, percent / 100.0);
    if (gap > explained_gap_share * at(service, percent / 100.0) && gap >= shortest_gap) return percent;
  }
  return std::nullopt;
}

std::string explain_frames(const metrics::TaskRecord& record) {
  const double late = at(record.histogram(Metric::pacing_error), 0.99);
  if (late < explained_pacing_error) return {};
  return fmt::format(
      "One frame in a hundred left {} or more after it was due: that jitter is the generator's, and the "
      "target "
      "heard it.",
      time_text(late));
}

}  // namespace

std::string explain_gap(Subsystem subsystem, const metrics::TaskRecord& record) {
  const metrics::Histogram& response = record.histogram(Metric::response_time);
  const metrics::Histogram& service = record.histogram(Metric::service_time);
  const auto percent = explained_percentile(response, service);
  if (!percent) return subsystem == Subsystem::ai_pipeline ? explain_frames(record) : std::string();

  const double quantile = *percent / 100.0;
  const double gap = at(response, quantile) - at(service, quantile);
  const std::string figures =
      fmt::format("p{} response time is {} but service time {}: {} waited {} to begin", *percent,
                  time_text(at(response, quantile)), time_text(at(service, quantile)), what_waits(subsystem),
                  time_text(gap));
  // Lateness is our own share: it begins when the user was free. Means add up, percentiles do not.
  const double waited = response.mean() - service.mean();
  const bool ours = record.histogram(Metric::lateness).mean() > waited / 2;
  if (ours) return figures + " because the generator itself was late, so the difference is not the target's.";
  return figures +
         " because their users were still busy with a slow target; the difference is the queue, and a caller "
         "feels it.";
}

}  // namespace soundcheck::verdict
