#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "runner/profile/data_keys.hpp"
#include "runner/profile/declarations.hpp"
#include "runner/profile/match_keys.hpp"
#include "runner/profile/nearest.hpp"
#include "runner/profile/step_keys.hpp"
#include "runner/profile/step_types.hpp"
#include "runner/profile/variables.hpp"

namespace soundcheck::profile {

namespace {

using namespace std::chrono_literals;

std::optional<std::string> not_a_host(const std::string& text) {
  const std::size_t scheme = text.find("://");
  const std::string_view name = std::string_view(text).substr(scheme == std::string::npos ? 0 : scheme + 3);
  const std::string_view prefix = std::string_view(text).substr(0, scheme == std::string::npos ? 0 : scheme);
  const bool known = scheme == std::string::npos || prefix == "http" || prefix == "https";
  if (known && !name.empty() && name.find_first_of("/?#@ *") == std::string_view::npos) return std::nullopt;
  return "a host is written like login.example.com, 10.0.0.7:8443 or https://login.example.com, without a "
         "path";
}

Object<HttpTask> http_task() {
  return Object<HttpTask>()
      .required("name", name_text(), &HttpTask::name,
                "the name in reports; must differ from the other tasks' names")
      .with_default("weight", Count{0, 1'000'000}, &HttpTask::weight, "1",
                    "how often users choose it, relative to the other tasks; 0 switches it off")
      .optional("tags", List{name_text()}, &HttpTask::tags, "groups that it belongs to, for objectives")
      .required("steps", StepList{}, &HttpTask::steps, "what is done, one after the other");
}

Object<LoginRefresh> login_refresh() {
  return Object<LoginRefresh>()
      .optional("every", DurationText{1s, 168h}, &LoginRefresh::every, "how long a login is good for")
      .optional("expires_in", name_text(), &LoginRefresh::expires_in,
                "the same in seconds, from the login's answer, for example `\"{{expires_in}}\"`")
      .with_default("before", DurationText{0s, 24h}, &LoginRefresh::before, "30s",
                    "renews it so long before that, but not before half of its time is over")
      .optional("steps", StepList{}, &LoginRefresh::steps,
                "what renews it; without it the login's steps again")
      .exactly_one_of({"every", "expires_in"});
}

Object<Login> login() {
  return Object<Login>()
      .required("steps", StepList{}, &Login::steps, "what each user does before its first task")
      .optional(
          "refresh", login_refresh(), [](Login& l, LoginRefresh refresh) { l.refresh = std::move(refresh); },
          "renews the login before it ends");
}

Object<UserClass> user_class() {
  return Object<UserClass>()
      .required("name", name_text(), &UserClass::name, "for --user-class; must differ from the others")
      .with_default("weight", Count{0, 1'000'000}, &UserClass::weight, "1",
                    "how many of the users are of it, relative to the other classes; 0 switches it off")
      .optional(
          "think_time", pause_text, [](UserClass& c, Pause pause) { c.think_time = pause; },
          "instead of the system's, and of the profile's")
      .required("tasks", TaskWeights{}, &UserClass::tasks,
                "the tasks that it does: a list, or a map with weights of its own, for example "
                "`{dashboard: 3, list: 1}`");
}

/// What means nothing in steps that belong to no task. `counted`: their results are in the figures.
void refuse_parts_of_tasks(const Value& list, const std::vector<Step>& steps, bool counted,
                           Mistakes& mistakes) {
  for (std::size_t i = 0; i < steps.size() && i < list.items.size(); ++i) {
    for (const Value::Entry& entry : list.items[i].entries) {
      if (entry.key == "stop_task")
        mistakes.report(entry.value, "there is no task to stop here", "write when with otherwise instead");
      if (entry.key == "name" && !counted)
        mistakes.report_key(entry, "the setup and the teardown are in no figure", "remove the key");
      if (entry.key == "steps") refuse_parts_of_tasks(entry.value, steps[i].steps, counted, mistakes);
      if (entry.key == "otherwise") refuse_parts_of_tasks(entry.value, steps[i].otherwise, counted, mistakes);
    }
  }
}

enum class Counted : bool { no, yes };

void check_list(const Value& node, const char* key, const std::vector<Step>& steps, Counted counted,
                Names& known, Mistakes& mistakes) {
  const Value* list = node.find(key);
  if (list == nullptr) return;
  check_steps(*list, steps, known, mistakes);
  refuse_parts_of_tasks(*list, steps, counted == Counted::yes, mistakes);
}

/// In the order in which things happen: what comes before may be used by what comes after.
void check_names(const Value& node, const ApiSystem& api, Mistakes& mistakes) {
  Names known;
  check_list(node, "setup", api.setup, Counted::no, known, mistakes);
  Names of_setup = known;
  check_list(node, "teardown", api.teardown, Counted::no, of_setup, mistakes);
  add_columns(api.data, known);
  if (const Value* variables = node.find("variables")) {
    for (const Value::Entry& entry : variables->entries) {
      check_variables(entry.value, known, mistakes);
      known.insert(entry.key);
    }
  }
  if (const Value* login_node = node.find("login"); login_node != nullptr && api.login) {
    check_list(*login_node, "steps", api.login->steps, Counted::yes, known, mistakes);
    if (const Value* refresh = login_node->find("refresh"); refresh != nullptr && api.login->refresh) {
      if (const Value* seconds = refresh->find("expires_in")) check_variables(*seconds, known, mistakes);
      check_list(*refresh, "steps", api.login->refresh->steps, Counted::yes, known, mistakes);
    }
  }
  if (const Value* headers = node.find("headers")) {
    check_variables(*headers, known, mistakes);
    check_sent_headers(*headers, mistakes);
  }
  const Value* tasks = node.find("tasks");
  if (tasks == nullptr) return;
  for (std::size_t i = 0; i < api.tasks.size(); ++i) {
    Names of_task = known;
    if (const Value* steps = tasks->items[i].find("steps"))
      check_steps(*steps, api.tasks[i].steps, of_task, mistakes);
  }
}

void check_task_names(const Value& tasks, const ApiSystem& api, Mistakes& mistakes) {
  std::set<std::string> names;
  bool all_off = true;
  for (std::size_t i = 0; i < api.tasks.size(); ++i) {
    const Value& task = tasks.items[i];
    const std::string& name = api.tasks[i].name;
    if (!name.empty() && !names.insert(name).second) {
      mistakes.report(*task.find("name"), "another task has this name", "names must differ");
    }
    const Value* weight = task.find("weight");
    all_off = all_off && weight != nullptr && weight->text == "0";
  }
  if (all_off && !api.tasks.empty()) {
    mistakes.report(tasks, "all tasks have the weight 0, so users would do nothing",
                    "give at least one task a weight, or leave the api out with --skip-api");
  }
}

void check_class_tasks(const Value& node, const UserClass& user_class, const ApiSystem& api,
                       Mistakes& mistakes) {
  std::vector<std::string> names;
  for (const HttpTask& task : api.tasks) names.push_back(task.name);
  const auto report_unknown = [&](const std::string& name, const auto& report) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      report("the system has no such task", nearest_hint(name, names));
  };
  for (const Value& item : node.items) {
    report_unknown(item.text, [&](const char* message, std::string hint) {
      mistakes.report(item, message, std::move(hint));
    });
  }
  for (const Value::Entry& entry : node.entries) {
    report_unknown(entry.key, [&](const char* message, std::string hint) {
      mistakes.report_key(entry, message, std::move(hint));
    });
  }
  const bool any = std::any_of(user_class.tasks.begin(), user_class.tasks.end(), [&](const auto& chosen) {
    const auto task = std::find_if(api.tasks.begin(), api.tasks.end(),
                                   [&](const HttpTask& t) { return t.name == chosen.first; });
    return task == api.tasks.end() || (task->weight > 0 && chosen.second.value_or(1) > 0);
  });
  if (!any && !user_class.tasks.empty() && user_class.weight > 0)
    mistakes.report(node, "all these tasks have the weight 0, so its users would do nothing",
                    "give one of them a weight, or the class the weight 0");
}

void check_classes(const Value& classes, const ApiSystem& api, Mistakes& mistakes) {
  std::set<std::string> names;
  bool all_off = true;
  for (std::size_t i = 0; i < api.user_classes.size(); ++i) {
    const Value& node = classes.items[i];
    const UserClass& user_class = api.user_classes[i];
    if (!user_class.name.empty() && !names.insert(user_class.name).second)
      mistakes.report(*node.find("name"), "another class has this name", "names must differ");
    if (const Value* tasks = node.find("tasks")) check_class_tasks(*tasks, user_class, api, mistakes);
    const Value* weight = node.find("weight");
    all_off = all_off && weight != nullptr && weight->text == "0";
  }
  if (all_off && !api.user_classes.empty())
    mistakes.report(classes, "all classes have the weight 0, so there would be no users",
                    "give at least one class a weight");
}

void check_api(const Value& node, ApiSystem& api, Mistakes& mistakes) {
  check_names(node, api, mistakes);
  if (const Value* tasks = node.find("tasks")) check_task_names(*tasks, api, mistakes);
  if (const Value* classes = node.find("user_classes")) check_classes(*classes, api, mistakes);
}

}  // namespace

Object<ApiSystem> api_system() {
  return Object<ApiSystem>()
      .optional("headers", HeaderMap{}, &ApiSystem::headers,
                "headers of every request; may hold {{variables}} of setup, variables and login. One that "
                "names what "
                "is not set yet, as in the login itself, is left out")
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
      .optional("data", DataMap{}, &ApiSystem::data,
                "files whose rows users take: each task that names {{contacts.phone}} takes one row when it "
                "begins; "
                "`variables` and `login` share one that the user takes when it starts")
      .optional("variables", AssignmentMap{}, &ApiSystem::variables,
                "variables of each user, set when it starts and kept from task to task: a map of names to "
                "templates")
      .optional("setup", StepList{}, &ApiSystem::setup,
                "steps that are done once before the load; all users have the variables that they set")
      .optional("teardown", StepList{}, &ApiSystem::teardown,
                "steps that are done once after the load, also after Ctrl-C; a failure is only a note")
      .optional(
          "login", login(), [](ApiSystem& system, Login l) { system.login = std::move(l); },
          "what each user does before its first task; counted under the task `login`. An answer 401 to a "
          "task's "
          "request logs in again and repeats the request, once")
      .optional("user_classes", List{user_class()}, &ApiSystem::user_classes,
                "kinds of users that do different things; without it all users do all tasks")
      .required("tasks", List{http_task()}, &ApiSystem::tasks, "what users do")
      .check(check_api);
}

}  // namespace soundcheck::profile
