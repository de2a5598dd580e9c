#include "runner/app/once.hpp"

#include <fmt/format.h>

#include <utility>

#include "protocols/http/once.hpp"
#include "protocols/net/loop.hpp"

namespace soundcheck::app {

namespace {

constexpr core::Duration look_for_signals = std::chrono::milliseconds(50);

struct Done {
  bool stopped = false;
  http::OnceResult result;
};

/// The first workload of the API: all of them have the same steps, and the same slots.
const http::Workload* first_api(const plan::Plan& plan) {
  for (const plan::Workload& workload : plan.workloads) {
    if (const auto* api = std::get_if<http::Workload>(&workload.behaviour)) return api;
  }
  return nullptr;
}

Done run(const plan::Plan& plan, const http::Workload& workload, const std::vector<http::Step>& steps,
         StopSignals& signals) {
  net::Loop loop;
  core::TaskGroup group;
  Done done;
  bool over = false;
  auto work = [&]() -> core::Task<void> {
    done.result = co_await http::run_once(workload, steps, plan.endpoint, loop, loop, plan.seed, plan.users);
    over = true;
    if (done.stopped) loop.stop();
  };
  auto listen = [&]() -> core::Task<void> {
    while (!over) {
      co_await loop.sleep_until(loop.now() + look_for_signals);
      if (over || !signals.wait_until(net::Loop::clock())) continue;
      done.stopped = true;
      loop.kill_all();
      co_return;
    }
    loop.stop();
  };
  group.spawn(work());
  if (!over) {
    group.spawn(listen());
    loop.run();
  }
  return done;
}

}  // namespace

SetUp set_up(plan::Plan& plan, StopSignals& signals) {
  const http::Workload* api = first_api(plan);
  if (api == nullptr || api->setup.empty()) return {};
  Done done = run(plan, *api, api->setup, signals);
  if (done.stopped) return {true, std::nullopt};
  if (done.result.failure) {
    return {false,
            fmt::format("the setup failed, so no load was sent: {}: {}\nIts steps are those of api.setup in "
                        "the system file; the target's log may say more.",
                        core::to_string(done.result.failure->stage), done.result.failure->text)};
  }
  for (plan::Workload& workload : plan.workloads) {
    if (auto* users = std::get_if<http::Workload>(&workload.behaviour)) users->given = done.result.values;
  }
  return {};
}

std::optional<std::string> tear_down(const plan::Plan& plan, StopSignals& signals) {
  const http::Workload* api = first_api(plan);
  if (api == nullptr || api->teardown.empty()) return std::nullopt;
  const Done done = run(plan, *api, api->teardown, signals);
  if (done.stopped) return "the teardown was stopped before its end";
  if (!done.result.failure) return std::nullopt;
  return fmt::format("the teardown failed: {}: {}", core::to_string(done.result.failure->stage),
                     done.result.failure->text);
}

}  // namespace soundcheck::app
