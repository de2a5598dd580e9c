// One watched process of a run: its sampler and the samples so far. Control thread only.
#pragma once

#include <optional>

#include "runner/monitor/process_sampler.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::app {

/// A day at one sample a second; longer runs keep every second sample, and so on, with the lowest of both.
void keep(report::ProcessResult& process, const report::ProcessSample& sample);

class ProcessWatch {
 public:
  /// Without a pid in `process` it never samples; its no_data says why.
  explicit ProcessWatch(report::ProcessResult process, monitor::ProcFiles files = {});

  /// Between samples: the next one knows the least resident size that was seen on the way to it.
  void look();
  void sample(double at_seconds);
  /// The last sample; nothing if the process cannot be seen any more.
  std::optional<report::ProcessSample> last() const;
  const report::ProcessResult& result() const { return result_; }
  report::ProcessResult& result() { return result_; }

 private:
  std::optional<monitor::ProcessSampler> sampler_;
  std::optional<std::uint64_t> lowest_;  // since the last sample
  report::ProcessResult result_;
};

}  // namespace soundcheck::app
