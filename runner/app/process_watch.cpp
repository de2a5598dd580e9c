#include "runner/app/process_watch.hpp"

#include <algorithm>

namespace soundcheck::app {

namespace {
// A day at one sample a second; longer runs keep every second sample, and so on.
constexpr std::size_t most_samples = 86'400;
}  // namespace

ProcessWatch::ProcessWatch(report::ProcessResult process) : result_(std::move(process)) {
  if (!result_.pid) return;
  sampler_.emplace(*result_.pid);
  result_.command = sampler_->command();
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
  result_.samples.push_back(
      {at_seconds, seen.rss_bytes, seen.pss_bytes, seen.cpu_cores, seen.descriptors, seen.threads});
  if (result_.samples.size() < most_samples) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < result_.samples.size(); i += 2) result_.samples[kept++] = result_.samples[i];
  result_.samples.resize(kept);
}

std::optional<std::uint64_t> ProcessWatch::rss_bytes() const {
  if (!sampler_ || result_.samples.empty()) return std::nullopt;
  return result_.samples.back().rss_bytes;
}

}  // namespace soundcheck::app
