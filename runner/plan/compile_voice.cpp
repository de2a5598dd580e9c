#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "runner/plan/compile.hpp"

namespace soundcheck::plan {

using core::Subsystem;

std::variant<voice::Workload, std::string> compile_voice(Plan& plan, const profile::VoiceSystem& system,
                                                         const net::TargetUrl& url,
                                                         const std::vector<audio::ClipPtr>& clips) {
  std::vector<audio::ClipPtr> chosen;
  for (const audio::ClipPtr& clip : clips) {
    const bool wanted = system.clips.empty() ||
                        std::find(system.clips.begin(), system.clips.end(), clip->name) != system.clips.end();
    if (wanted) chosen.push_back(clip);
  }
  for (const std::string& name : system.clips) {
    const bool known =
        std::any_of(clips.begin(), clips.end(), [&](const auto& clip) { return clip->name == name; });
    if (!known) return fmt::format("ai_pipeline.clips: {} has no clip '{}'", system.fixtures, name);
  }
  if (chosen.empty())
    return fmt::format("ai_pipeline.fixtures: {} holds no clip that can be used", system.fixtures);

  voice::Workload workload;
  workload.dialect = system.dialect;
  workload.upgrade = {url.prefix + system.path, plan.endpoint.authority, {}};
  workload.rtf = system.rtf;
  workload.turns = system.turns;
  workload.setup_timeout = system.setup_timeout;
  workload.answer_timeout = system.answer_timeout;
  workload.pause_before_turn = system.pause_before_turn;
  workload.pause_between_calls = system.pause_between_calls;
  workload.abrupt_hang_up = system.abrupt_hang_up;
  for (const audio::Encoding encoding : system.encodings) {
    voice::Variant variant;
    variant.task = add_task(plan, Subsystem::ai_pipeline, fmt::format("call_{}", audio::to_string(encoding)));
    variant.format = {encoding, system.sample_rate, system.frame_ms};
    // Opus takes some milliseconds a clip, and the first request waits for all of them.
    std::vector<std::future<audio::EncodedClipPtr>> encoding_clips;
    for (const audio::ClipPtr& clip : chosen) {
      encoding_clips.push_back(
          std::async(std::launch::async, audio::encode_clip, clip, encoding, system.frame_ms));
    }
    for (std::future<audio::EncodedClipPtr>& clip : encoding_clips) {
      audio::EncodedClipPtr encoded = clip.get();
      if (!encoded) {
        return fmt::format("ai_pipeline: {} at {} Hz in frames of {} ms is impossible",
                           audio::to_string(encoding), system.sample_rate, system.frame_ms);
      }
      variant.clips.push_back(std::move(encoded));
    }
    workload.variants.push_back(std::move(variant));
  }
  return workload;
}

}  // namespace soundcheck::plan
