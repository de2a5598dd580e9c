// Asks an HTTP endpoint for JSON and takes numbers from it. On its monitor's thread.
#pragma once

#include <string_view>
#include <vector>

#include "runner/monitor/counter_rate.hpp"
#include "runner/monitor/http_source.hpp"
#include "runner/monitor/monitor.hpp"

namespace soundcheck::monitor {

class JsonMonitor final : public Monitor {
 public:
  JsonMonitor(HttpSource source, const std::vector<profile::JsonSeries>& series);

  Reading sample(core::TimePoint now, core::TimePoint deadline) override;
  /// What an answer says, without asking for it.
  Reading read(core::TimePoint now, std::string_view answer);

  static constexpr const char* accept = "application/json";

 private:
  struct Chosen {
    profile::JsonSeries settings;
    CounterRate rate;
  };

  HttpSource source_;
  std::vector<Chosen> series_;
};

}  // namespace soundcheck::monitor
