// One watched process of a run: its sampler and the samples so far. Control thread only.
#pragma once

#include <optional>

#include "runner/monitor/process_sampler.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::app {

class ProcessWatch {
 public:
  /// Without a pid in `process` it never samples; its no_data says why.
  explicit ProcessWatch(report::ProcessResult process);

  void sample(double at_seconds);
  /// Of the last sample.
  std::optional<std::uint64_t> rss_bytes() const;
  const report::ProcessResult& result() const { return result_; }
  report::ProcessResult& result() { return result_; }

 private:
  std::optional<monitor::ProcessSampler> sampler_;
  report::ProcessResult result_;
};

}  // namespace soundcheck::app
