#include "runner/profile/connection_keys.hpp"
#include "runner/profile/declarations.hpp"
#include "runner/profile/monitors.hpp"
#include "runner/profile/objectives.hpp"
#include "runner/profile/types.hpp"

namespace soundcheck::profile {

namespace {

void check_system(const Value& node, System& system, Mistakes& mistakes) {
  if (!system.api && !system.websocket && !system.ai_pipeline && node.find("api") == nullptr &&
      node.find("websocket") == nullptr && node.find("ai_pipeline") == nullptr) {
    mistakes.report(node, "the system declares nothing to call",
                    "add at least one of api, websocket, ai_pipeline");
  }
  if (system.api) {
    for (const HttpTask& task : system.api->tasks) {
      for (const std::string& tag : task.tags) {
        std::vector<std::string>& tagged = system.tags[tag];
        tagged.push_back(task.name);
        for (std::string& name : names_of_requests(task.steps)) tagged.push_back(std::move(name));
      }
    }
  }
  if (const Value* monitors = node.find("monitors")) check_monitors(*monitors, system, mistakes);
  if (const Value* tags = node.find("tags")) check_tags(*tags, system, mistakes);
  if (const Value* objectives = node.find("objectives")) check_objectives(*objectives, system, mistakes);
}

Object<System> declare_system() {
  return Object<System>()
      .optional("description", name_text(), &System::description, "what the system is, shown by --list")
      .optional("target", Text{"URL", "may be empty", nullptr}, &System::target,
                "where it runs, for example `${API_URL:-}`; --target says otherwise, and without both the "
                "embedded reference agent is tested")
      .required("health_path", url_path(), &System::health_path,
                "GET must answer 2xx here before the run starts")
      .optional(
          "tls", tls_system(), [](System& system) -> TlsSystem& { return system.connection.tls; },
          "how https:// and wss:// targets are talked to")
      .optional(
          "proxy", ProxyText{}, [](System& system) -> std::string& { return system.connection.proxy; },
          "the HTTP proxy to the target, for example `http://proxy.example:3128`; the environment's "
          "HTTP_PROXY "
          "does not count")
      .optional(
          "source_addresses", List{ip_address()},
          [](System& system) -> std::vector<std::string>& { return system.connection.source_addresses; },
          "addresses of this machine to connect from, in turn; one has some 28,000 ports")
      .optional("api", api_system(), &System::api, "the HTTP API")
      .optional("websocket", websocket_system(), &System::websocket, "the event channel")
      .optional("ai_pipeline", voice_system(), &System::ai_pipeline, "the voice channel")
      .optional("monitors", List{monitor(), true}, &System::monitors,
                "what is watched beside the load, see monitors.md")
      .optional("tags", TagMap{}, &System::tags,
                "groups of tasks for objectives, for example `read: [list_calls, call_details]`")
      .optional("objectives", List{objective(), true}, &System::objectives, "what counts as good")
      .check(check_system);
}

}  // namespace

const Object<System>& system_object() {
  static const Object<System> object = declare_system();
  return object;
}

}  // namespace soundcheck::profile
