// A plan with HTTP users only, for tests of what runs it.
#pragma once

#include "runner/plan/plan.hpp"

namespace soundcheck::engine {

inline plan::Plan http_plan(net::Endpoint endpoint, std::uint32_t users, double per_second,
                            core::Duration duration, core::Duration think) {
  plan::Plan plan;
  plan.duration = duration;
  plan.drain = std::chrono::seconds(2);
  plan.seed = 1;
  plan.endpoint = std::move(endpoint);
  plan.tasks = {{core::Subsystem::api, "get"}};
  http::RequestSpec spec;
  spec.method = "GET";
  spec.path = "/api/v1/health";
  spec.authority = plan.endpoint.authority;
  http::RequestStep step{http::Request(spec), {200}, {}, {}};
  http::Workload workload;
  workload.think_time = core::Pause::constant(think);
  workload.timeout = std::chrono::seconds(5);
  workload.tasks.push_back({0, 1, {std::move(step)}});
  plan::Workload api;
  api.load.curve =
      shape::Curve({{static_cast<double>(users), core::from_seconds(users / per_second), {}}}, duration);
  api.behaviour = std::move(workload);
  plan.workloads.push_back(std::move(api));
  return plan;
}

}  // namespace soundcheck::engine
