// One chosen series of a scrape: from all samples of an exporter to the one value that the system file asks
// for. Pure; belongs to its monitor's thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runner/monitor/counter_rate.hpp"
#include "runner/monitor/exposition.hpp"
#include "runner/profile/monitor_system.hpp"

namespace soundcheck::monitor {

class ScrapedValue {
 public:
  explicit ScrapedValue(profile::ScrapedSeries settings);

  /// A value; nothing if it needs an earlier scrape to compare with, or if nothing was observed since; or why
  /// there is none, and what to do.
  std::variant<std::optional<double>, std::string> add(core::TimePoint now,
                                                       const std::vector<ExposedSample>& scrape);

 private:
  using Value = std::variant<std::optional<double>, std::string>;

  bool matches(const ExposedSample& sample) const;
  Value combined(core::TimePoint now, const std::vector<const ExposedSample*>& found);
  Value quantile(const std::vector<const ExposedSample*>& found);
  std::string none_found(const std::vector<ExposedSample>& scrape) const;

  profile::ScrapedSeries settings_;
  std::string wanted_;                        // name of the samples
  std::map<std::string, CounterRate> rates_;  // of each set of labels in the scrape before
  std::map<double, double> buckets_;          // upper bound to count, of the scrape before
};

/// The quantile of values of which `counts` says how many were at most each bound; between bounds values are
/// taken to be spread evenly, as Prometheus does. Nothing without values, or without a finite bound.
std::optional<double> bucket_quantile(const std::map<double, double>& counts, double quantile);

}  // namespace soundcheck::monitor
