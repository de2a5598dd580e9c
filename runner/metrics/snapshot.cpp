#include "runner/metrics/snapshot.hpp"

#include <algorithm>
#include <numeric>

namespace soundcheck::metrics {

namespace {

using FailureTexts = std::map<std::pair<core::Stage, std::string>, std::uint64_t>;

bool is_other(const FailureTexts::value_type& entry) { return entry.first.second == other_failures; }

/// The last named kind, or end() if there is none.
FailureTexts::iterator last_named(FailureTexts& texts) {
  auto it = texts.end();
  while (it != texts.begin()) {
    if (!is_other(*--it)) return it;
  }
  return texts.end();
}

}  // namespace

std::uint64_t TaskRecord::failed() const {
  return std::accumulate(failures.begin(), failures.end(), std::uint64_t{0});
}

void TaskRecord::add_failure_text(core::Stage stage, const std::string& text, std::uint64_t n) {
  failure_texts[{stage, text.substr(0, max_failure_text_length)}] += n;
  if (failure_texts.size() <= max_failure_texts) return;

  auto named = static_cast<std::size_t>(
      std::count_if(failure_texts.begin(), failure_texts.end(), [](const auto& e) { return !is_other(e); }));
  for (; named > max_failure_texts; --named) {
    const auto last = last_named(failure_texts);
    const core::Stage last_stage = last->first.first;
    const std::uint64_t last_count = last->second;
    failure_texts.erase(last);
    failure_texts[{last_stage, std::string(other_failures)}] += last_count;
  }
}

void TaskRecord::merge(const TaskRecord& other) {
  for (std::size_t i = 0; i < histograms.size(); ++i) histograms[i].merge(other.histograms[i]);
  for (std::size_t i = 0; i < counters.size(); ++i) counters[i] += other.counters[i];
  for (std::size_t i = 0; i < failures.size(); ++i) failures[i] += other.failures[i];
  for (const auto& [kind, n] : other.failure_texts) add_failure_text(kind.first, kind.second, n);
  for (const auto& [reason, n] : other.skips) skips[reason] += n;
  in_progress += other.in_progress;
}

void Snapshot::merge(const Snapshot& other) {
  if (tasks.size() < other.tasks.size()) tasks.resize(other.tasks.size());
  for (std::size_t i = 0; i < other.tasks.size(); ++i) tasks[i].merge(other.tasks[i]);
  loop_lag.merge(other.loop_lag);
}

}  // namespace soundcheck::metrics
