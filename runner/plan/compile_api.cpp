#include <algorithm>
#include <utility>

#include "runner/plan/compile.hpp"
#include "runner/plan/compile_steps.hpp"

namespace soundcheck::plan {

namespace {

http::Version version_of(const std::string& name) {
  if (name == "1.1") return http::Version::one;
  return name == "2" ? http::Version::two : http::Version::automatic;
}

http::Cookies cookies_of(const profile::ApiSystem& system) {
  if (!system.cookies) return http::Cookies::off;
  return system.cookies_per_task ? http::Cookies::per_task : http::Cookies::per_user;
}

bool may_stop(const std::vector<profile::Step>& steps) {
  bool found = false;
  profile::for_each_step(steps, [&](const profile::Step& step) {
    found = found || step.kind == profile::Step::Kind::stop_task;
  });
  return found;
}

core::FeedOrder order_of(const std::string& name) {
  if (name == "random") return core::FeedOrder::random;
  return name == "unique" ? core::FeedOrder::unique : core::FeedOrder::circular;
}

/// Whether there may be no row left.
bool may_be_used_up(const http::Workload& workload, const std::vector<http::DataDraw>& draws) {
  return std::any_of(draws.begin(), draws.end(), [&](const http::DataDraw& draw) {
    return workload.data[draw.feed].order == core::FeedOrder::unique;
  });
}

/// A task whose requests all have names of their own has no results, unless it can be skipped.
core::TaskId id_of(StepCompiler& compiler, const profile::HttpTask& task) {
  const std::vector<std::string> names = profile::names_of_requests(task.steps);
  std::size_t requests = 0;
  profile::for_each_step(task.steps, [&](const profile::Step& step) {
    using Kind = profile::Step::Kind;
    requests += step.kind == Kind::request || step.kind == Kind::poll ? 1 : 0;
  });
  const bool nothing_left = requests > 0 && names.size() == requests && !may_stop(task.steps);
  return compiler.task_id(nothing_left ? names.front() : task.name);
}

http::Login compile_login(StepCompiler& compiler, const profile::Login& login) {
  http::Login out;
  out.task = compiler.task_id("login");
  out.steps = compiler.steps(login.steps);
  if (!login.refresh) return out;
  out.every = login.refresh->every;
  out.expires_in = compiler.text(login.refresh->expires_in);
  out.before = login.refresh->before;
  out.refresh = compiler.steps(login.refresh->steps);
  return out;
}

/// `tasks`: those that were compiled, in their order. Nothing for a class that does none of them.
std::optional<http::UserClass> compile_class(const profile::UserClass& user_class,
                                             const std::vector<const profile::HttpTask*>& tasks) {
  http::UserClass out{user_class.name, user_class.weight, user_class.think_time, {}};
  std::uint64_t sum = 0;
  for (const profile::HttpTask* task : tasks) {
    const auto chosen = std::find_if(user_class.tasks.begin(), user_class.tasks.end(),
                                     [&](const auto& entry) { return entry.first == task->name; });
    out.task_weights.push_back(chosen == user_class.tasks.end() ? 0 : chosen->second.value_or(task->weight));
    sum += out.task_weights.back();
  }
  if (sum == 0 || user_class.weight == 0) return std::nullopt;
  return out;
}

}  // namespace

std::variant<http::Workload, std::string> compile_api(Plan& plan, const profile::ApiSystem& system,
                                                      const net::TargetUrl& url, core::VariableTable& names) {
  http::Workload workload{{}, system.think_time, system.timeout};
  workload.connect_timeout = system.connect_timeout;
  workload.first_byte_timeout = system.first_byte_timeout;
  workload.task_timeout = system.task_timeout;
  workload.max_body = system.max_body;
  workload.redirects = system.redirects;
  workload.keep_alive = system.keep_alive;
  workload.cookies = cookies_of(system);
  workload.version = version_of(system.http_version);
  for (const std::string& host : system.allow_hosts) {
    if (auto origin = http::parse_origin(host, plan.endpoint.tls != nullptr))
      workload.others.push_back({std::move(*origin), {}});
  }

  // In the order in which things happen, because what comes before is known to what comes after.
  StepCompiler compiler(plan, system, names, url.prefix);
  workload.setup = compiler.steps(system.setup);
  StepCompiler of_teardown = compiler;
  workload.teardown = of_teardown.steps(system.teardown);
  for (const profile::DataSource& source : system.data)
    workload.data.push_back({source.name, source.table, order_of(source.order)});
  compiler.use_data();
  compiler.draws();  // what the setup asked for is no row
  workload.variables = compiler.assignments(system.variables);
  if (system.login) workload.login = compile_login(compiler, *system.login);
  workload.user_draws = compiler.draws();
  std::vector<const profile::HttpTask*> compiled;
  for (const profile::HttpTask& task : system.tasks) {
    if (task.weight == 0) continue;
    StepCompiler of_task = compiler;
    const core::TaskId id = id_of(of_task, task);
    workload.tasks.push_back(
        {id, task.weight, of_task.steps(task.steps), compiler.own_slots(task.steps), may_stop(task.steps)});
    http::Task& added = workload.tasks.back();
    added.draws = of_task.draws();
    added.may_stop = added.may_stop || may_be_used_up(workload, workload.user_draws) ||
                     may_be_used_up(workload, added.draws);
    compiled.push_back(&task);
  }
  for (const profile::UserClass& user_class : system.user_classes) {
    if (auto out = compile_class(user_class, compiled)) workload.classes.push_back(std::move(*out));
  }
  if (workload.classes.empty() && !system.user_classes.empty())
    return std::string("no user class does any of the tasks that are left, so users would do nothing");
  return workload;
}

}  // namespace soundcheck::plan
