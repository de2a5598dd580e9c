#include "runner/profile/step_keys.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runner/profile/extract_keys.hpp"
#include "runner/profile/match_keys.hpp"
#include "runner/profile/multipart_keys.hpp"
#include "runner/profile/step_types.hpp"
#include "runner/profile/variables.hpp"

namespace soundcheck::profile {

namespace {

using namespace std::chrono_literals;
using Kind = Step::Kind;

const DurationText wait_text{1ms, 1h};

Object<ResponseCheck> response_check() {
  return Object<ResponseCheck>()
      .with_default("status", StatusRanges{}, &ResponseCheck::status, "200",
                    "the statuses that count as success: 200, `2xx`, or a list of such")
      .optional("header", HeaderMap{}, &ResponseCheck::headers,
                "headers that the answer must have, and a text that each must hold; may hold {{variables}}")
      .optional("body_contains", name_text(), &ResponseCheck::body_contains,
                "a text that the answer must hold; may hold {{variables}}")
      .optional(
          "json", JsonValueMap{}, append_checks<ResponseCheck>,
          "values that the JSON answer must have, for example `/status: healthy`; may hold {{variables}}")
      .optional("json_exists", PointerList{}, append_checks<ResponseCheck>,
                "places that the JSON answer must have")
      .optional(
          "size", SizeBound{}, [](ResponseCheck& check, Bound bound) { check.size = std::move(bound); },
          "how long the body may be, as it comes over the wire")
      .optional(
          "time", TimeBound{}, [](ResponseCheck& check, Bound bound) { check.time = std::move(bound); },
          "how long the request may take, from its actual start (service time)")
      .optional("that", ExpressionText{}, &ResponseCheck::that,
                "an expression that must hold, after the extraction: `\"{{total}} > 0\"`");
}

/// Names of variables to names of headers.
struct HeaderExtractMap {
  using Result = std::vector<Extraction>;
  TypeInfo describe() const {
    TypeInfo info = ExtractMap{}.describe();
    info.name = "map of header names";
    return info;
  }
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const {
    if (!expect_kind(node, Value::Kind::map, mistakes)) return std::nullopt;
    Result out;
    for (const Value::Entry& entry : node.entries) {
      check_extracted_name(entry, mistakes);
      Extraction extraction;
      extraction.variable = entry.key;
      extraction.source = Extraction::Source::header;
      extraction.text = Text{"header", "", not_a_header}.read(mistakes, entry.value).value_or("");
      out.push_back(std::move(extraction));
    }
    return out;
  }
};

/// Which kinds of steps a key belongs to.
struct KeyUse {
  std::string_view key;
  std::vector<Kind> kinds;
};

/// The keys that say what a step does, in the order of Kind.
constexpr std::array<std::string_view, 7> actions{"request", "pause", "set",      "when",
                                                  "repeat",  "poll",  "stop_task"};

const std::vector<KeyUse>& key_uses() {
  static const std::vector<KeyUse> uses{{"steps", {Kind::when, Kind::repeat}},
                                        {"otherwise", {Kind::when}},
                                        {"at_most", {Kind::repeat}},
                                        {"while", {Kind::repeat}},
                                        {"until", {Kind::poll}},
                                        {"every", {Kind::poll}},
                                        {"within", {Kind::poll}}};
  return uses;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Nothing if none or several are there, which has been reported.
std::optional<Kind> kind_of(const Value& node) {
  std::optional<Kind> kind;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (node.find(actions[i]) == nullptr) continue;
    if (kind) return std::nullopt;
    kind = static_cast<Kind>(i);
  }
  return kind;
}

/// Keys that mean nothing for this kind of step.
void check_keys(const Value& node, Kind kind, Mistakes& mistakes) {
  const std::vector<std::string> known = step_object().shape().key_names();
  for (const Value::Entry& entry : node.entries) {
    if (std::find(actions.begin(), actions.end(), entry.key) != actions.end()) continue;
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) continue;  // reported as unknown
    const auto use = std::find_if(key_uses().begin(), key_uses().end(),
                                  [&](const KeyUse& candidate) { return candidate.key == entry.key; });
    const std::vector<Kind> kinds =
        use == key_uses().end() ? std::vector<Kind>{Kind::request, Kind::poll} : use->kinds;
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) continue;
    std::vector<std::string_view> owners;
    for (const Kind owner : kinds) owners.push_back(actions[static_cast<std::size_t>(owner)]);
    mistakes.report_key(
        entry,
        fmt::format("\"{}\" means nothing beside \"{}\"", entry.key, actions[static_cast<std::size_t>(kind)]),
        fmt::format("it belongs to a step with {}", fmt::join(owners, " or ")));
  }
}

void check_request_keys(const Value& node, RequestStep& step, Mistakes& mistakes) {
  if (const Value* headers = node.find("headers")) check_sent_headers(*headers, mistakes);
  const bool multipart = !step.multipart.empty();
  const bool no_body = step.body.empty() && !multipart;
  if (step.expect_continue && no_body && node.find("expect_continue") != nullptr)
    mistakes.report(*node.find("expect_continue"), "this step has no body to wait with",
                    "add a body, or leave it out");
  if (step.chunked && no_body && node.find("chunked") != nullptr)
    mistakes.report(*node.find("chunked"), "this step has no body to send in chunks",
                    "add a body, or leave it out");
  if (!multipart) return;
  if (const Value* body = node.find("body"))
    mistakes.report(*body, "a step has a body or multipart, not both", "leave one of them out");
  if (const Value* headers = node.find("headers")) {
    for (const Value::Entry& entry : headers->entries) {
      if (lower(entry.key) == "content-type")
        mistakes.report_key(entry, "multipart has a content type of its own", "leave this header out");
    }
  }
}

void need(const Value& node, const char* action, const char* key, const char* why, Mistakes& mistakes) {
  if (node.find(key) == nullptr)
    mistakes.report(node, fmt::format("\"{}\" needs \"{}\" beside it", action, key), why);
}

void check_repeat(const Value& node, Step& step, Mistakes& mistakes) {
  need(node, "repeat", "steps", "the steps that are repeated", mistakes);
  const bool fixed = step.count.find("{{") == std::string::npos;
  if (!fixed && node.find("at_most") == nullptr && !step.count.empty()) {
    mistakes.report(*node.find("repeat"), "a count from a variable needs a bound",
                    "write at_most beside it, for example at_most: 100");
  }
  if (fixed && !step.count.empty()) {
    const std::uint64_t count = std::stoull(step.count);
    step.at_most = step.at_most == 0 ? count : std::min(step.at_most, count);
  }
}

void check_step(const Value& node, Step& step, Mistakes& mistakes) {
  const auto kind = kind_of(node);
  if (!kind) return;
  step.kind = *kind;
  check_keys(node, *kind, mistakes);
  switch (*kind) {
    case Kind::poll:
      need(node, "poll", "until", "the condition that ends it, for example until: \"{{status}} == done\"",
           mistakes);
      need(node, "poll", "within", "the time after which it has failed, for example within: 60s", mistakes);
      check_request_keys(node, step.request, mistakes);
      break;
    case Kind::request:
      check_request_keys(node, step.request, mistakes);
      break;
    case Kind::when:
      need(node, "when", "steps", "the steps that are done if the condition holds", mistakes);
      break;
    case Kind::repeat:
      check_repeat(node, step, mistakes);
      break;
    case Kind::stop_task:
      if (step.reason.find("{{") != std::string::npos) {
        mistakes.report(*node.find("stop_task"), "results are counted by this text, so it holds no variables",
                        "write it without {{...}}");
      }
      break;
    case Kind::pause:
    case Kind::set:
      break;
  }
}

/// A member of the step's request.
template <class Member>
auto of_request(Member member) {
  return [member](Step& step) -> decltype(auto) { return (step.request.*member); };
}

void set_request(Step& step, RequestLine line) {
  step.request.method = std::move(line.method);
  step.request.path = std::move(line.path);
  step.request.shown_path = std::move(line.shown_path);
}

Object<Step> declare_step() {
  Object<Step> object;
  object
      .optional("request", RequestLineText{}, set_request,
                "asks for something, for example `GET /api/v1/calls/{{call_id}}`")
      .optional("pause", pause_text, &Step::pause, "waits, as a think time does")
      .optional("set", AssignmentMap{}, &Step::set, "gives variables values: a map of names to templates")
      .optional("when", ExpressionText{}, &Step::condition, "does `steps` if the expression holds")
      .optional("repeat", CountTemplate{}, &Step::count,
                "does `steps` so many times; {{index}} counts from 0 in them")
      .optional("poll", RequestLineText{}, set_request,
                "asks again and again until something has happened; records completion_time")
      .optional("stop_task", name_text(), &Step::reason,
                "ends the task without a failure; counted as skipped, under this reason")
      .optional("name", name_text(), of_request(&RequestStep::name),
                "counts this request's results under a name of their own, which several steps may share")
      .optional("headers", HeaderMap{}, of_request(&RequestStep::headers),
                "headers of this request; may hold {{variables}}")
      .optional(
          "body", PayloadText{},
          [](Step& step, Payload payload) {
            step.request.body = std::move(payload.text);
            step.request.json_body = payload.json;
            if (payload.json) step.request.content_type = "application/json";
          },
          "a text as it is, or a map or list that is sent as JSON; may hold {{variables}}")
      .optional("content_type", name_text(), of_request(&RequestStep::content_type),
                "content type of the body; a map or list is application/json without it")
      .optional(
          "multipart", List{part_object()}, of_request(&RequestStep::multipart),
          "a multipart/form-data body, sent piece by piece: fields, files, and CSV files that are made up")
      .optional(
          "stream", stream_object(),
          [](Step& step, StreamRule rule) { step.request.stream = std::move(rule); },
          "the answer is Server-Sent Events: records first_token_time, token_gap and tokens_per_second; "
          "checks and "
          "`regex` look at the text of the tokens. `stream: {}` if every event is a token")
      .optional("check", response_check(), of_request(&RequestStep::check),
                "when the answer is good; without it: status 200")
      .optional(
          "extract", ExtractionMap{}, of_request(&RequestStep::extract),
          "keeps values of the answer as variables for the steps that follow, for example `call_id: /id`, "
          "`ids: $.items[?(@.status=='open')].id` or `token: {header: X-Auth-Token}`")
      .optional("extract_header", HeaderExtractMap{}, of_request(&RequestStep::extract_headers),
                "keeps headers of the answer as variables for the steps that follow, for example "
                "`token: X-Auth-Token`")
      .optional("chunked", TrueFalse{}, of_request(&RequestStep::chunked),
                "sends the body in chunks of 16 KiB, without saying its length first (HTTP/1.1)")
      .optional("expect_continue", TrueFalse{}, of_request(&RequestStep::expect_continue),
                "asks before the body is sent, and waits for 100 Continue or a final answer for up to 1s "
                "(HTTP/1.1)")
      .optional(
          "on_failure", Choice{{"stop_task", "continue"}},
          [](Step& step, const std::string& what) { step.request.goes_on = what == "continue"; },
          "what becomes of the task when this request fails: `stop_task` (without the key) or `continue`")
      .optional("until", ExpressionText{}, &Step::condition, "of poll: the expression that ends it")
      .with_default("every", wait_text, &Step::every, "1s",
                    "of poll: from one request's start to the next one's")
      .optional("within", wait_text, &Step::within,
                "of poll: if it is not fulfilled by then, the last request is a failure at deadline")
      .optional("at_most", Count{1, 10'000}, &Step::at_most,
                "of repeat: the most rounds, however many the template gives")
      .optional("while", ExpressionText{}, &Step::condition,
                "of repeat: ends it, before a round, if it does not hold")
      .optional("steps", StepList{}, &Step::steps, "of when and repeat")
      .optional("otherwise", StepList{}, &Step::otherwise,
                "of when: the steps if the expression does not hold")
      .exactly_one_of({actions.begin(), actions.end()})
      .needs("content_type", "body")
      .check(check_step);
  return object;
}

}  // namespace

/// What is computed, and would only contradict itself if it were given.
void check_sent_headers(const Value& headers, Mistakes& mistakes) {
  for (const Value::Entry& entry : headers.entries) {
    const std::string name = lower(entry.key);
    if (name == "content-length" || name == "transfer-encoding")
      mistakes.report_key(entry, "this header is computed from the body",
                          "leave it out; chunked: true sends chunks");
    if (name == "expect") mistakes.report_key(entry, "write expect_continue: true at the step instead");
    if (name == "proxy-authorization")
      mistakes.report_key(entry, "the proxy's user name and password belong into its URL, the key proxy");
  }
}

const Object<Step>& step_object() {
  static const Object<Step> object = declare_step();
  return object;
}

}  // namespace soundcheck::profile
