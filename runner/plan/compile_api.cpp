#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "protocols/http/ascii.hpp"
#include "runner/plan/compile.hpp"

namespace soundcheck::plan {

using core::Subsystem;

namespace {

/// The system's headers and the step's; where both name the same, the step's counts.
http::Headers headers_of(const profile::ApiSystem& system, const profile::RequestStep& step) {
  http::Headers headers = step.headers;
  auto add = [&](const std::string& name, const std::string& value) {
    if (http::find_header(step.headers, name) == nullptr) headers.emplace_back(name, value);
  };
  for (const auto& [name, value] : system.headers) add(name, value);
  if (!system.accept_encoding.empty() && http::find_header(headers, "Accept-Encoding") == nullptr)
    add("Accept-Encoding", fmt::format("{}", fmt::join(system.accept_encoding, ", ")));
  return headers;
}

http::Step compile_step(const net::Endpoint& endpoint, const profile::ApiSystem& system,
                        const profile::RequestStep& step, const std::string& prefix) {
  http::RequestSpec spec{step.method, prefix + step.path, endpoint.authority, headers_of(system, step),
                         step.body,   step.content_type};
  spec.close = !system.keep_alive;
  spec.chunked = step.chunked;
  spec.expect_continue = step.expect_continue;
  http::route(spec, endpoint);
  http::Step out{http::Request(std::move(spec)),
                 step.check.status,
                 compile_match(step.check.body_contains, step.check.json),
                 {}};
  for (const profile::Extract& extract : step.extract)
    out.extract.push_back({extract.variable, extract.pointer});
  for (const profile::ExtractHeader& extract : step.extract_headers)
    out.extract_headers.push_back({extract.variable, extract.header});
  return out;
}

http::Version version_of(const std::string& name) {
  if (name == "1.1") return http::Version::one;
  return name == "2" ? http::Version::two : http::Version::automatic;
}

http::Cookies cookies_of(const profile::ApiSystem& system) {
  if (!system.cookies) return http::Cookies::off;
  return system.cookies_per_task ? http::Cookies::per_task : http::Cookies::per_user;
}

}  // namespace

http::Workload compile_api(Plan& plan, const profile::ApiSystem& system, const net::TargetUrl& url) {
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
  for (const profile::HttpTask& task : system.tasks) {
    if (task.weight == 0) continue;
    http::Task compiled{add_task(plan, Subsystem::api, task.name), task.weight, {}};
    for (const profile::RequestStep& step : task.steps)
      compiled.steps.push_back(compile_step(plan.endpoint, system, step, url.prefix));
    workload.tasks.push_back(std::move(compiled));
  }
  return workload;
}

}  // namespace soundcheck::plan
