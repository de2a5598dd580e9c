#include <chrono>

#include "runner/profile/declarations.hpp"
#include "runner/profile/types.hpp"
#include "runner/profile/units.hpp"

namespace soundcheck::profile {

namespace {

using namespace std::chrono_literals;

constexpr Rate max_rate{100'000};

Object<ApiLoad> api_load() {
  return Object<ApiLoad>()
      .required("users", Count{1, 1'000'000}, &ApiLoad::users,
                "virtual users of the HTTP API at the same time")
      .with_default("spawn_rate", RateText{max_rate}, &ApiLoad::spawn_rate, "10/s",
                    "how fast users start until all are there");
}

Object<WebSocketLoad> websocket_load() {
  return Object<WebSocketLoad>()
      .required("connections", Count{1, 1'000'000}, &WebSocketLoad::connections,
                "open connections at the same time")
      .with_default("connect_rate", RateText{max_rate}, &WebSocketLoad::connect_rate, "10/s",
                    "how fast connections open until all are there");
}

Object<AiLoad> ai_load() {
  return Object<AiLoad>()
      .required("calls", Count{1, 100'000}, &AiLoad::calls, "voice calls in progress at the same time")
      .with_default("call_rate", RateText{max_rate}, &AiLoad::call_rate, "1/s",
                    "how fast callers start until all are there");
}

void check_profile(const Value& node, Profile& profile, Mistakes& mistakes) {
  const Value* warm_up = node.find("warm_up");
  const bool both_read = profile.duration.count() > 0 && warm_up != nullptr;
  if (both_read && profile.warm_up >= profile.duration) {
    mistakes.report(*warm_up, "the warm-up must be shorter than the duration",
                    "samples of the warm-up do not count, so nothing would be left");
  }
  if (node.find("api") == nullptr && node.find("websocket") == nullptr &&
      node.find("ai_pipeline") == nullptr) {
    mistakes.report(node, "the profile puts load on nothing",
                    "add at least one of api, websocket, ai_pipeline");
  }
}

Object<Profile> declare_profile() {
  return Object<Profile>()
      .optional("description", name_text(), &Profile::description, "what the profile is for, shown by --list")
      .required(
          "system", name_text(), [](Profile& p) -> std::string& { return p.system.name; },
          "what is called: the name of a file in systems/, or a path relative to this file that ends in "
          ".yaml")
      .required("duration", DurationText{1ns, 168h}, &Profile::duration,
                "length of the run, with its warm-up")
      .with_default("warm_up", DurationText{0s, 168h}, &Profile::warm_up, "0s",
                    "first part of the duration, whose samples do not count")
      .with_default("drain", DurationText{1ns, 1h}, &Profile::drain, "10s",
                    "how long the end waits for tasks in progress")
      .with_default("seed", Count{0, std::numeric_limits<std::uint64_t>::max()}, &Profile::seed, "1",
                    "makes random choices repeatable")
      .optional("api", api_load(), &Profile::api, "load on the HTTP API")
      .optional("websocket", websocket_load(), &Profile::websocket, "load on the event channel")
      .optional("ai_pipeline", ai_load(), &Profile::ai_pipeline, "voice calls")
      .check(check_profile);
}

}  // namespace

const Object<Profile>& profile_object() {
  static const Object<Profile> object = declare_profile();
  return object;
}

}  // namespace soundcheck::profile
