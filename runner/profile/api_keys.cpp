#include <algorithm>
#include <cctype>
#include <chrono>
#include <set>

#include "runner/profile/declarations.hpp"
#include "runner/profile/match_keys.hpp"
#include "runner/profile/variables.hpp"

namespace soundcheck::profile {

namespace {

using namespace std::chrono_literals;

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

/// Names of variables to names of headers.
struct HeaderExtractMap {
  using Result = std::vector<ExtractHeader>;
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
      if (const auto header = Text{"header", "", not_a_header}.read(mistakes, entry.value))
        out.push_back({entry.key, *header});
    }
    return out;
  }
};

/// What is computed, and would only contradict itself if it were given.
void check_headers(const Value& headers, Mistakes& mistakes) {
  for (const Value::Entry& entry : headers.entries) {
    std::string name = entry.key;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name == "content-length" || name == "transfer-encoding")
      mistakes.report_key(entry, "this header is computed from the body",
                          "leave it out; chunked: true sends chunks");
    if (name == "expect") mistakes.report_key(entry, "write expect_continue: true at the step instead");
    if (name == "proxy-authorization")
      mistakes.report_key(entry, "the proxy's user name and password belong into its URL, the key proxy");
  }
}

void check_step(const Value& node, RequestStep& step, Mistakes& mistakes) {
  if (const Value* headers = node.find("headers")) check_headers(*headers, mistakes);
  if (step.expect_continue && step.body.empty() && node.find("expect_continue") != nullptr)
    mistakes.report(*node.find("expect_continue"), "this step has no body to wait with",
                    "add a body, or leave it out");
  if (step.chunked && step.body.empty() && node.find("chunked") != nullptr)
    mistakes.report(*node.find("chunked"), "this step has no body to send in chunks",
                    "add a body, or leave it out");
}

std::optional<std::string> not_a_host(const std::string& text) {
  const std::size_t scheme = text.find("://");
  const std::string_view name = std::string_view(text).substr(scheme == std::string::npos ? 0 : scheme + 3);
  const std::string_view prefix = std::string_view(text).substr(0, scheme == std::string::npos ? 0 : scheme);
  const bool known = scheme == std::string::npos || prefix == "http" || prefix == "https";
  if (known && !name.empty() && name.find_first_of("/?#@ *") == std::string_view::npos) return std::nullopt;
  return "a host is written like login.example.com, 10.0.0.7:8443 or https://login.example.com, without a "
         "path";
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
      .optional("extract_header", HeaderExtractMap{}, &RequestStep::extract_headers,
                "keeps headers of the answer as variables for the steps that follow, for example "
                "`token: X-Auth-Token`")
      .with_default("chunked", TrueFalse{}, &RequestStep::chunked, "false",
                    "sends the body in chunks of 16 KiB, without saying its length first (HTTP/1.1)")
      .with_default("expect_continue", TrueFalse{}, &RequestStep::expect_continue, "false",
                    "asks before the body is sent, and waits for 100 Continue or a final answer for up to 1s "
                    "(HTTP/1.1)")
      .needs("content_type", "body")
      .check(check_step);
}

/// Steps are read in order: what one extracts, the next ones may use.
void check_task_variables(const Value& node, HttpTask& task, Mistakes& mistakes) {
  const Value* steps = node.find("steps");
  if (steps == nullptr) return;
  std::set<std::string> extracted;
  for (std::size_t i = 0; i < task.steps.size(); ++i) {
    for (const Value::Entry& entry : steps->items[i].entries) {
      if (entry.key != "extract" && entry.key != "extract_header")
        check_variables(entry.value, extracted, mistakes);
    }
    for (const Extract& extract : task.steps[i].extract) extracted.insert(extract.variable);
    for (const ExtractHeader& extract : task.steps[i].extract_headers) extracted.insert(extract.variable);
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
  if (const Value* headers = node.find("headers")) {
    check_variables(*headers, {}, mistakes);
    check_headers(*headers, mistakes);
  }
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

}  // namespace

Object<ApiSystem> api_system() {
  return Object<ApiSystem>()
      .optional("headers", HeaderMap{}, &ApiSystem::headers,
                "headers of every request; may hold {{variables}}")
      .with_default("think_time", pause_text, &ApiSystem::think_time, "0s",
                    "a user's pause between two tasks; a range is drawn from evenly")
      .with_default("timeout", timeout_text, &ApiSystem::timeout, "10s",
                    "deadline of each request, from its start to the last byte")
      .optional("connect_timeout", timeout_text, &ApiSystem::connect_timeout,
                "deadline of opening a connection: TCP, proxy and TLS; without it only timeout counts")
      .optional(
          "first_byte_timeout", timeout_text, &ApiSystem::first_byte_timeout,
          "deadline of the answer's first byte, from the request's last; without it only timeout counts")
      .optional("task_timeout", timeout_text, &ApiSystem::task_timeout,
                "deadline of a whole task, from its start to the last byte of its last answer")
      .with_default("max_body", SizeText{1, 100'000'000'000}, &ApiSystem::max_body, "256MB",
                    "a longer body, as received or decompressed, is a failure at too_large")
      .with_default("redirects", Count{0, 50}, &ApiSystem::redirects, "0",
                    "how many redirects are followed for one request; the time of the whole chain is the "
                    "request's. With 0, and where a check's status names it, a 3xx is the answer")
      .optional("allow_hosts", List{Text{"host", "name, name:port or https://name:port", not_a_host}},
                &ApiSystem::allow_hosts,
                "hosts beside the target that redirects may lead to; without a scheme it is the target's")
      .with_default("cookies", TrueFalse{}, &ApiSystem::cookies, "true",
                    "whether each user keeps and sends the cookies that it is given")
      .with_default("cookies_per_task", TrueFalse{}, &ApiSystem::cookies_per_task, "false",
                    "forgets a user's cookies at the start of each task")
      .with_default("keep_alive", TrueFalse{}, &ApiSystem::keep_alive, "true",
                    "false: each request opens a connection of its own and says `Connection: close`")
      .with_default(
          "http_version", Choice{{"auto", "1.1", "2"}}, &ApiSystem::http_version, "auto",
          "auto: what ALPN chooses over TLS, 1.1 over plain TCP. 2 over plain TCP: without asking first")
      .optional(
          "accept_encoding", List{Choice{{"gzip", "deflate", "br"}}}, &ApiSystem::accept_encoding,
          "asks for compressed answers; they are decompressed only where a check or extraction needs the "
          "body")
      .required("tasks", List{http_task()}, &ApiSystem::tasks, "what users do")
      .check(check_api);
}

}  // namespace soundcheck::profile
