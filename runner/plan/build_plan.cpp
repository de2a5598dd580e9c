#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "runner/plan/plan.hpp"

namespace soundcheck::plan {

namespace {

using core::Subsystem;

core::TaskId add_task(Plan& plan, Subsystem subsystem, std::string name) {
  plan.tasks.emplace_back(subsystem, std::move(name));
  return static_cast<core::TaskId>(plan.tasks.size() - 1);
}

core::ContentMatch compile_match(const std::optional<std::string>& contains,
                                 const std::vector<profile::JsonCheck>& json) {
  core::ContentMatch match;
  if (contains) match.contains = core::TextTemplate::compile(*contains);
  for (const profile::JsonCheck& check : json) match.json.emplace_back(check.pointer, check.expected);
  return match;
}

http::Workload compile_api(Plan& plan, const profile::ApiSystem& system, const net::TargetUrl& url) {
  http::Workload workload{{}, system.think_time.min, system.think_time.max, system.timeout};
  for (const profile::HttpTask& task : system.tasks) {
    if (task.weight == 0) continue;
    http::Task compiled{add_task(plan, Subsystem::api, task.name), task.weight, {}};
    for (const profile::RequestStep& step : task.steps) {
      http::Headers headers = system.headers;
      headers.insert(headers.end(), step.headers.begin(), step.headers.end());
      http::Request request({step.method, url.prefix + step.path, plan.endpoint.authority, std::move(headers),
                             step.body, step.content_type});
      http::Step out{std::move(request),
                     step.check.status,
                     compile_match(step.check.body_contains, step.check.json),
                     {}};
      for (const profile::Extract& extract : step.extract)
        out.extract.push_back({extract.variable, extract.pointer});
      compiled.steps.push_back(std::move(out));
    }
    workload.tasks.push_back(std::move(compiled));
  }
  return workload;
}

std::string label_of(const profile::ExchangeStep& step) {
  if (step.match.contains) return fmt::format("expect a message with '{}'", *step.match.contains);
  if (step.match.json.empty()) return "expect a message";
  const profile::JsonCheck& first = step.match.json.front();
  return fmt::format("expect {} {}", first.pointer, first.expected.value_or(""));
}

websocket::Workload compile_websocket(Plan& plan, const profile::WebSocketSystem& system,
                                      const net::TargetUrl& url) {
  websocket::Workload workload;
  workload.connection_task = add_task(plan, Subsystem::websocket, "connection");
  workload.exchange_task = add_task(plan, Subsystem::websocket, "exchange");
  workload.ping_task = add_task(plan, Subsystem::websocket, "ping");
  workload.upgrade = {url.prefix + system.path, plan.endpoint.authority, system.headers};
  workload.connect_timeout = system.connect_timeout;
  workload.ping_interval = system.ping_interval;
  workload.exchange_interval = system.exchange_interval;
  workload.hold = system.hold;
  workload.reconnect_delay = system.reconnect_delay;
  using From = profile::ExchangeStep::Kind;
  using To = websocket::ExchangeStep::Kind;
  for (const profile::ExchangeStep& step : system.exchange) {
    const To kind = step.kind == From::send ? To::send : step.kind == From::expect ? To::expect : To::wait;
    workload.exchange.push_back({kind, core::TextTemplate::compile(step.text),
                                 compile_match(step.match.contains, step.match.json), step.duration,
                                 label_of(step)});
  }
  return workload;
}

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
  workload.pause_before_turn_min = system.pause_before_turn.min;
  workload.pause_before_turn_max = system.pause_before_turn.max;
  workload.pause_between_calls_min = system.pause_between_calls.min;
  workload.pause_between_calls_max = system.pause_between_calls.max;
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

}  // namespace

bool Plan::has(Subsystem subsystem) const {
  switch (subsystem) {
    case Subsystem::api:
      return api.has_value();
    case Subsystem::websocket:
      return websocket.has_value();
    case Subsystem::ai_pipeline:
      return ai_pipeline.has_value();
  }
  return false;
}

std::uint64_t Plan::sockets() const {
  return std::uint64_t{api ? api->load.users : 0} + (websocket ? websocket->load.users : 0) +
         (ai_pipeline ? ai_pipeline->load.users : 0);
}

std::variant<Plan, std::string> build_plan(const profile::Profile& profile, const net::TargetUrl& url,
                                           net::Endpoint endpoint, const Skipped& skipped,
                                           const std::vector<audio::ClipPtr>& clips) {
  Plan plan;
  plan.duration = profile.duration;
  plan.warm_up = profile.warm_up;
  plan.drain = profile.drain;
  plan.seed = profile.seed;
  plan.endpoint = std::move(endpoint);
  const profile::System& system = profile.system;
  auto wanted = [&](Subsystem subsystem) { return !skipped[static_cast<std::size_t>(subsystem)]; };

  if (wanted(Subsystem::api) && profile.api && system.api) {
    plan.api = {{profile.api->users, profile.api->spawn_rate.per_second},
                compile_api(plan, *system.api, url)};
  }
  if (wanted(Subsystem::websocket) && profile.websocket && system.websocket) {
    plan.websocket = {{profile.websocket->connections, profile.websocket->connect_rate.per_second},
                      compile_websocket(plan, *system.websocket, url)};
  }
  if (wanted(Subsystem::ai_pipeline) && profile.ai_pipeline && system.ai_pipeline) {
    auto workload = compile_voice(plan, *system.ai_pipeline, url, clips);
    if (auto* error = std::get_if<std::string>(&workload)) return std::move(*error);
    plan.ai_pipeline = {{profile.ai_pipeline->calls, profile.ai_pipeline->call_rate.per_second},
                        std::move(std::get<voice::Workload>(workload))};
  }
  if (plan.tasks.empty()) {
    return std::string(
        "nothing is left to run: every subsystem of the profile is skipped or absent from the system");
  }
  return plan;
}

}  // namespace soundcheck::plan
