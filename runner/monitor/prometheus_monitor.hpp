// Scrapes an exporter, any of them: MongoDB, RabbitMQ, GPUs, the target itself. On its monitor's thread.
#pragma once

#include <vector>

#include "runner/monitor/http_source.hpp"
#include "runner/monitor/monitor.hpp"
#include "runner/monitor/scraped_value.hpp"

namespace soundcheck::monitor {

class PrometheusMonitor final : public Monitor {
 public:
  PrometheusMonitor(HttpSource source, const std::vector<profile::ScrapedSeries>& series);

  Reading sample(core::TimePoint now, core::TimePoint deadline) override;
  /// What a scrape says, without asking for it.
  Reading read(core::TimePoint now, std::string_view scrape);

  static constexpr const char* accept = "text/plain;version=0.0.4";

 private:
  HttpSource source_;
  std::vector<ScrapedValue> series_;
};

}  // namespace soundcheck::monitor
