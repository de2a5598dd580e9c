#include "runner/app/process_watch.hpp"

#include <algorithm>

#include "runner/monitor/process_limits.hpp"

namespace soundcheck::app {

namespace {
constexpr std::size_t most_samples = 86'400;
}  // namespace

void keep(report::ProcessResult& process, const report::ProcessSample& sample) {
  std::vector<report::ProcessSample>& samples = process.samples;
  samples.push_back(sample);
  if (samples.size() < most_samples) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < samples.size(); i += 2) {
    samples[kept] = samples[i];
    if (i + 1 < samples.size() && samples[i].rss_lowest_bytes && samples[i + 1].rss_lowest_bytes)
      samples[kept].rss_lowest_bytes =
          std::min(*samples[i].rss_lowest_bytes, *samples[i + 1].rss_lowest_bytes);
    ++kept;
  }
  samples.resize(kept);
}

ProcessWatch::ProcessWatch(report::ProcessResult process, monitor::ProcFiles files)
    : result_(std::move(process)) {
  if (!result_.pid) return;
  sampler_.emplace(*result_.pid, std::move(files));
  result_.command = sampler_->command();
  const monitor::ProcessLimits limits = monitor::read_limits(*result_.pid);
  const auto take = [](const std::optional<monitor::ProcessLimit>& limit) {
    return limit ? std::optional(report::ResourceLimit{limit->value, limit->what}) : std::nullopt;
  };
  result_.memory_limit = take(limits.memory);
  result_.descriptor_limit = take(limits.descriptors);
}

void ProcessWatch::sample(double at_seconds) {
  if (!sampler_) return;
  const auto reading = sampler_->sample(at_seconds);
  if (const auto* none = std::get_if<monitor::NoProcess>(&reading)) {
    result_.no_data = none->reason;
    sampler_.reset();
    return;
  }
  const auto& seen = std::get<monitor::ProcessReading>(reading);
  if (lowest_) lowest_ = std::min(*lowest_, seen.rss_bytes);
  keep(result_,
       {at_seconds, seen.rss_bytes, seen.pss_bytes, seen.cpu_cores, seen.descriptors, seen.threads, lowest_});
  lowest_.reset();
}

void ProcessWatch::look() {
  if (!sampler_) return;
  const auto resident = sampler_->resident_bytes();
  if (resident) lowest_ = std::min(lowest_.value_or(*resident), *resident);
}

std::optional<report::ProcessSample> ProcessWatch::last() const {
  if (!sampler_ || result_.samples.empty()) return std::nullopt;
  return result_.samples.back();
}

}  // namespace soundcheck::app
