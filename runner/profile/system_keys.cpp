#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "runner/profile/declarations.hpp"
#include "runner/profile/dialects.hpp"
#include "runner/profile/objectives.hpp"
#include "runner/profile/types.hpp"
#include "runner/profile/variables.hpp"

namespace soundcheck::profile {

namespace {

using namespace std::chrono_literals;

const DurationText timeout_text{1ns, 10min};
const ThinkTimeText pause_text{1h};

/// Adds "this exists" to the checks of a `json_exists` list.
struct PointerList {
  using Result = std::vector<JsonCheck>;
  TypeInfo describe() const { return List{json_pointer()}.describe(); }
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const {
    const auto pointers = List{json_pointer()}.read(mistakes, node);
    if (!pointers) return std::nullopt;
    Result checks;
    for (const std::string& pointer : *pointers) checks.push_back({pointer, std::nullopt});
    return checks;
  }
};

/// `json` and `json_exists` fill the same list.
template <class T>
void append_checks(T& owner, std::vector<JsonCheck> more) {
  owner.json.insert(owner.json.end(), more.begin(), more.end());
}

Object<ResponseCheck> response_check() {
  return Object<ResponseCheck>()
      .with_default("status", StatusCodes{}, &ResponseCheck::status, "200",
                    "the statuses that count as success")
      .optional("body_contains", name_text(), &ResponseCheck::body_contains,
                "a text that the answer must hold")
      .optional("json", JsonValueMap{}, append_checks<ResponseCheck>,
                "values that the JSON answer must have, for example `/status: healthy`")
      .optional("json_exists", PointerList{}, append_checks<ResponseCheck>,
                "places that the JSON answer must have");
}

Object<RequestStep> request_step() {
  return Object<RequestStep>()
      .required(
          "request", RequestLineText{},
          [](RequestStep& step, RequestLine line) {
            step.method = std::move(line.method);
            step.path = std::move(line.path);
          },
          "what to ask for, for example `GET /api/v1/calls/{{call_id}}`")
      .optional("headers", HeaderMap{}, &RequestStep::headers,
                "headers of this request; may hold {{variables}}")
      .optional(
          "body", PayloadText{},
          [](RequestStep& step, Payload payload) {
            step.body = std::move(payload.text);
            if (payload.json) step.content_type = "application/json";
          },
          "a text as it is, or a map or list that is sent as JSON; may hold {{variables}}")
      .optional("content_type", name_text(), &RequestStep::content_type,
                "content type of the body; a map or list is application/json without it")
      .optional("check", response_check(), &RequestStep::check,
                "when the answer is good; without it: status 200")
      .optional("extract", ExtractMap{}, &RequestStep::extract,
                "keeps values of the JSON answer as variables for the steps that follow, for example "
                "`call_id: /id`")
      .needs("content_type", "body");
}

/// Steps are read in order: what one extracts, the next ones may use.
void check_task_variables(const Value& node, HttpTask& task, Mistakes& mistakes) {
  const Value* steps = node.find("steps");
  if (steps == nullptr) return;
  std::set<std::string> extracted;
  for (std::size_t i = 0; i < task.steps.size(); ++i) {
    for (const Value::Entry& entry : steps->items[i].entries) {
      if (entry.key != "extract") check_variables(entry.value, extracted, mistakes);
    }
    for (const Extract& extract : task.steps[i].extract) extracted.insert(extract.variable);
  }
}

Object<HttpTask> http_task() {
  return Object<HttpTask>()
      .required("name", name_text(), &HttpTask::name,
                "the name in reports; must differ from the other tasks' names")
      .with_default("weight", Count{0, 1'000'000}, &HttpTask::weight, "1",
                    "how often users choose it, relative to the other tasks; 0 switches it off")
      .required("steps", List{request_step()}, &HttpTask::steps, "the requests, one after the other")
      .check(check_task_variables);
}

void check_api(const Value& node, ApiSystem& api, Mistakes& mistakes) {
  if (const Value* headers = node.find("headers")) check_variables(*headers, {}, mistakes);
  const Value* tasks = node.find("tasks");
  if (tasks == nullptr || api.tasks.empty()) return;
  std::set<std::string> names;
  bool weights_read = true;
  for (std::size_t i = 0; i < api.tasks.size(); ++i) {
    const Value& task = tasks->items[i];
    const std::string& name = api.tasks[i].name;
    if (!name.empty() && !names.insert(name).second) {
      mistakes.report(*task.find("name"), "another task has this name", "names must differ");
    }
    const Value* weight = task.find("weight");
    weights_read = weights_read && weight != nullptr && weight->text == "0";
  }
  if (weights_read) {
    mistakes.report(*tasks, "all tasks have the weight 0, so users would do nothing",
                    "give at least one task a weight, or leave the api out with --skip-api");
  }
}

Object<ApiSystem> api_system() {
  return Object<ApiSystem>()
      .optional("headers", HeaderMap{}, &ApiSystem::headers,
                "headers of every request; may hold {{variables}}")
      .with_default("think_time", pause_text, &ApiSystem::think_time, "0s",
                    "a user's pause between two tasks; a range is drawn from evenly")
      .with_default("timeout", timeout_text, &ApiSystem::timeout, "10s",
                    "deadline of each request, from its start to the last byte")
      .required("tasks", List{http_task()}, &ApiSystem::tasks, "what users do")
      .check(check_api);
}

Object<MessageMatch> message_match() {
  return Object<MessageMatch>()
      .optional("contains", name_text(), &MessageMatch::contains, "a text that the message must hold")
      .optional("json", JsonValueMap{}, append_checks<MessageMatch>,
                "values that the JSON message must have; may hold {{variables}}")
      .optional("json_exists", PointerList{}, append_checks<MessageMatch>,
                "places that the JSON message must have")
      .check([](const Value& node, MessageMatch&, Mistakes& mistakes) {
        if (node.entries.empty())
          mistakes.report(node, "this matches every message", "write contains, json or json_exists");
      });
}

Object<ExchangeStep> exchange_step() {
  using Kind = ExchangeStep::Kind;
  return Object<ExchangeStep>()
      .optional(
          "send", PayloadText{},
          [](ExchangeStep& step, Payload payload) {
            step.kind = Kind::send;
            step.text = std::move(payload.text);
          },
          "sends a text message: a text as it is, or a map or list as JSON; may hold {{variables}}")
      .optional(
          "expect", message_match(),
          [](ExchangeStep& step) -> MessageMatch& {
            step.kind = Kind::expect;
            return step.match;
          },
          "waits for the first message that matches; others are passed over")
      .optional("within", timeout_text, &ExchangeStep::duration, "deadline of `expect`")
      .optional(
          "wait", DurationText{1ns, 1h},
          [](ExchangeStep& step) -> Duration& {
            step.kind = Kind::wait;
            return step.duration;
          },
          "does nothing for this long")
      .exactly_one_of({"send", "expect", "wait"})
      .needs("expect", "within")
      .needs("within", "expect");
}

void check_websocket(const Value& node, WebSocketSystem&, Mistakes& mistakes) {
  for (const char* key : {"headers", "exchange"}) {
    if (const Value* value = node.find(key)) check_variables(*value, {}, mistakes);
  }
}

Object<WebSocketSystem> websocket_system() {
  return Object<WebSocketSystem>()
      .required("path", url_path(), &WebSocketSystem::path, "where connections are opened")
      .optional("headers", HeaderMap{}, &WebSocketSystem::headers,
                "headers of the upgrade; may hold {{variables}}")
      .with_default("connect_timeout", timeout_text, &WebSocketSystem::connect_timeout, "5s",
                    "from dialling to the accepted upgrade")
      .with_default("ping_interval", DurationText{1ms, 1h}, &WebSocketSystem::ping_interval, "5s",
                    "time between two pings, whose round trips are measured")
      .with_default("exchange_interval", DurationText{1ms, 1h}, &WebSocketSystem::exchange_interval, "1s",
                    "from the intended start of one exchange to that of the next")
      .optional("exchange", List{exchange_step()}, &WebSocketSystem::exchange,
                "the conversation that is repeated while a connection is open")
      .with_default("hold", DurationText{1ms, 168h}, &WebSocketSystem::hold, "20s",
                    "how long a connection stays open; then it is closed and opened again")
      .with_default("reconnect_delay", DurationText{1ms, 1h}, &WebSocketSystem::reconnect_delay, "1s",
                    "between a lost or refused connection and the next attempt")
      .check(check_websocket);
}

void check_voice(const Value& node, VoiceSystem& voice, Mistakes& mistakes) {
  constexpr std::array<std::uint32_t, 5> opus_rates{8'000, 12'000, 16'000, 24'000, 48'000};
  const Value* encodings = node.find("encodings");
  std::set<audio::Encoding> seen;
  for (std::size_t i = 0; i < voice.encodings.size(); ++i) {
    // An element that could not be read is the first encoding; its mistake has been reported.
    const Value& item = encodings->items[i];
    if (item.text != audio::to_string(voice.encodings[i])) continue;
    if (!seen.insert(voice.encodings[i]).second) mistakes.report(item, "the encoding is listed twice");
  }
  const bool opus = seen.count(audio::Encoding::opus) != 0;
  if (opus && std::find(opus_rates.begin(), opus_rates.end(), voice.sample_rate) == opus_rates.end()) {
    mistakes.report(*node.find("sample_rate"), "opus cannot use this sample rate",
                    "write 8000, 12000, 16000, 24000 or 48000, or take opus out of encodings");
  }
}

Object<VoiceSystem> voice_system() {
  const Choice dialects{{known_dialects.begin(), known_dialects.end()}};
  return Object<VoiceSystem>()
      .required("path", url_path(), &VoiceSystem::path, "where calls are opened")
      .with_default("dialect", dialects, &VoiceSystem::dialect, "binary",
                    "how the target wants to be spoken to")
      .required("encodings", List{EncodingName{}}, &VoiceSystem::encodings,
                "how audio is sent; calls take them in turn")
      .with_default("sample_rate", Count{8'000, 48'000}, &VoiceSystem::sample_rate, "16000",
                    "Hz, on the wire")
      .with_default("frame", FrameLength{}, &VoiceSystem::frame_ms, "20ms",
                    "how much audio one message carries")
      .with_default("fixtures", name_text(), &VoiceSystem::fixtures, "manifest.yaml",
                    "manifest of the clips that callers say, absolute or relative to audio_fixtures/")
      .optional("clips", List{name_text()}, &VoiceSystem::clips,
                "names of the clips to say in turn; without it: all")
      .with_default("turns", Count{1, 10'000}, &VoiceSystem::turns, "3",
                    "utterances of the caller in one call")
      .with_default(
          "rtf", RtfSourceName{}, &VoiceSystem::rtf, "auto",
          "where the real-time factor comes from: `busy`, compute time that the target reports; `unpaced`, "
          "an "
          "utterance at the end of each call, sent as fast as possible; `live`, the growth of the lag; "
          "`auto`, busy if reported, else unpaced if the dialect allows it, else live")
      .with_default("setup_timeout", timeout_text, &VoiceSystem::setup_timeout, "5s",
                    "from dialling until the target is ready for audio")
      .with_default("answer_timeout", timeout_text, &VoiceSystem::answer_timeout, "15s",
                    "from the end of the caller's speech to the end of the agent's answer")
      .with_default("pause_before_turn", pause_text, &VoiceSystem::pause_before_turn, "500ms",
                    "the caller's silence between the agent's answer and the next turn")
      .with_default("pause_between_calls", pause_text, &VoiceSystem::pause_between_calls, "1s",
                    "a caller's pause after hanging up")
      .check(check_voice);
}

Object<Objective> objective() {
  const Text bound{"bound", "<, <=, > or >= and an amount", nullptr};
  return Object<Objective>()
      .required("name", name_text(), &Objective::name, "for people, for example `API p95 latency`")
      .required("metric", name_text(), &Objective::metric, "what is judged, see the list of metrics below")
      .optional("aggregation", name_text(), &Objective::aggregation,
                "p50, p90, p95, p99, p99.9, max, min or mean; only for distributions, which need it")
      .optional("task", name_text(), &Objective::task, "judges only this task of the api")
      // The amount can only be read once the metric's unit is known: check_objectives does it.
      .required(
          "target", bound, [](Objective& o) -> std::string& { return o.target.text; },
          "the good level, for example \"< 200ms\"")
      .optional(
          "warning", bound, [](Objective& o) -> std::string& { return o.warning.emplace().text; },
          "the bearable level; past it the objective is critical. Without it everything but the target is");
}

void check_system(const Value& node, System& system, Mistakes& mistakes) {
  if (!system.api && !system.websocket && !system.ai_pipeline && node.find("api") == nullptr &&
      node.find("websocket") == nullptr && node.find("ai_pipeline") == nullptr) {
    mistakes.report(node, "the system declares nothing to call",
                    "add at least one of api, websocket, ai_pipeline");
  }
  if (const Value* objectives = node.find("objectives")) check_objectives(*objectives, system, mistakes);
}

Object<System> declare_system() {
  return Object<System>()
      .optional("description", name_text(), &System::description, "what the system is, shown by --list")
      .required("health_path", url_path(), &System::health_path,
                "GET must answer 2xx here before the run starts")
      .optional("api", api_system(), &System::api, "the HTTP API")
      .optional("websocket", websocket_system(), &System::websocket, "the event channel")
      .optional("ai_pipeline", voice_system(), &System::ai_pipeline, "the voice channel")
      .optional("objectives", List{objective(), true}, &System::objectives, "what counts as good")
      .check(check_system);
}

}  // namespace

const Object<System>& system_object() {
  static const Object<System> object = declare_system();
  return object;
}

}  // namespace soundcheck::profile
