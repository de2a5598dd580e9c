// A Probe that keeps everything, for a test to look at. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "protocols/core/probe.hpp"

namespace soundcheck::support {

class RecordingProbe final : public core::Probe {
 public:
  using core::Probe::record;
  void record(core::TaskId task, core::Metric metric, std::int64_t micro) override {
    values_[{task, metric}].push_back(micro);
  }
  void count(core::TaskId task, core::Counter counter, std::int64_t n) override {
    counts_[{task, counter}] += n;
  }
  void fail(core::TaskId task, const core::Failure& failure) override {
    failures_.emplace_back(task, failure);
  }
  void skip(core::TaskId task, const std::string& reason) override {
    counts_[{task, core::Counter::skipped}] += 1;
    skips_.push_back(reason);
  }
  void in_progress(core::TaskId task, int n) override { in_progress_[task] += n; }

  /// In millionths of the metric's unit, in order.
  std::vector<std::int64_t> values(core::TaskId task, core::Metric metric) const {
    const auto found = values_.find({task, metric});
    return found == values_.end() ? std::vector<std::int64_t>{} : found->second;
  }
  std::int64_t counter(core::TaskId task, core::Counter counter) const {
    const auto found = counts_.find({task, counter});
    return found == counts_.end() ? 0 : found->second;
  }
  const std::vector<std::pair<core::TaskId, core::Failure>>& failures() const { return failures_; }
  /// Why tasks ended early, in order.
  const std::vector<std::string>& skips() const { return skips_; }
  /// Texts of all failures, each with its stage: "read: GET /: ...".
  std::vector<std::string> failure_texts() const {
    std::vector<std::string> texts;
    for (const auto& [task, failure] : failures_)
      texts.push_back(std::string(to_string(failure.stage)) + ": " + failure.text);
    return texts;
  }
  std::size_t failures_of(core::TaskId task) const {
    std::size_t n = 0;
    for (const auto& entry : failures_) n += entry.first == task ? 1 : 0;
    return n;
  }
  /// Sum over all tasks of sessions that say they are in progress: 0 when all have ended.
  int in_progress() const {
    int sum = 0;
    for (const auto& entry : in_progress_) sum += entry.second;
    return sum;
  }

 private:
  std::map<std::pair<core::TaskId, core::Metric>, std::vector<std::int64_t>> values_;
  std::map<std::pair<core::TaskId, core::Counter>, std::int64_t> counts_;
  std::vector<std::pair<core::TaskId, core::Failure>> failures_;
  std::vector<std::string> skips_;
  std::map<core::TaskId, int> in_progress_;
};

}  // namespace soundcheck::support
