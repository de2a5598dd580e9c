#include "runner/monitor/monitor_log.hpp"

#include <algorithm>

#include "runner/monitor/sample_schedule.hpp"

namespace soundcheck::monitor {

std::vector<std::string> MonitorLog::add(double at_seconds, const Reading& reading) {
  const bool failed = reading.empty() && !reading.troubles.empty();
  ++(failed ? record_.failed : record_.samples);
  for (std::size_t i = 0; i < record_.series.size() && i < reading.values.size(); ++i) {
    if (!reading.values[i]) continue;
    record_.series[i].series.add(at_seconds, *reading.values[i]);
    record_.series[i].trouble.clear();
  }
  std::vector<std::string> news;
  for (const Trouble& trouble : reading.troubles) {
    for (std::size_t i = 0; i < record_.series.size() && i < reading.values.size(); ++i) {
      const bool concerned = trouble.series.empty() || std::find(trouble.series.begin(), trouble.series.end(),
                                                                 i) != trouble.series.end();
      if (!reading.values[i] && concerned) record_.series[i].trouble = trouble.text;
    }
    if (note(at_seconds, trouble.text)) news.push_back(trouble.text);
  }
  return news;
}

void MonitorLog::finish(double run_seconds) {
  const std::uint64_t due =
      samples_due(core::from_seconds(run_seconds), core::from_seconds(record_.every_seconds));
  const std::uint64_t taken = record_.samples + record_.failed;
  record_.missed = due > taken ? due - taken : 0;
}

bool MonitorLog::note(double at_seconds, const std::string& text) {
  std::vector<metrics::MonitorTrouble>& all = record_.troubles;
  auto known = std::find_if(all.begin(), all.end(), [&](const auto& t) { return t.text == text; });
  const bool is_new = known == all.end();
  if (is_new && all.size() < most_troubles) {
    known = all.insert(all.end(), {text, 0, at_seconds, at_seconds});
  } else if (is_new) {
    constexpr const char* others = "(other troubles)";
    if (all.back().text != others) all.push_back({others, 0, at_seconds, at_seconds});
    known = all.end() - 1;
  }
  ++known->count;
  known->last_at = at_seconds;
  return is_new && all.size() <= most_troubles;
}

}  // namespace soundcheck::monitor
