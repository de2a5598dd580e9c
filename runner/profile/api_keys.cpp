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

}  // namespace

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

}  // namespace soundcheck::profile
