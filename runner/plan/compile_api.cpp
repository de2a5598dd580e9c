#include "runner/plan/compile.hpp"

namespace soundcheck::plan {

using core::Subsystem;

http::Workload compile_api(Plan& plan, const profile::ApiSystem& system, const net::TargetUrl& url) {
  http::Workload workload{{}, system.think_time, system.timeout};
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

}  // namespace soundcheck::plan
