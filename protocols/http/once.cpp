#include "protocols/http/once.hpp"

#include "protocols/http/step_runner.hpp"

namespace soundcheck::http {

namespace {

/// Keeps why the steps ended; counts nothing.
class LastFailure final : public core::Probe {
 public:
  void record(core::TaskId, core::Metric, std::int64_t) override {}
  void count(core::TaskId, core::Counter, std::int64_t) override {}
  void fail(core::TaskId, const core::Failure& failure) override { last = failure; }
  void skip(core::TaskId, const std::string&) override {}
  void in_progress(core::TaskId, int) override {}

  std::optional<core::Failure> last;
};

/// What belongs to users only is taken out.
Workload without_users(const Workload& workload) {
  Workload own = workload;
  own.login.reset();
  own.classes.clear();
  own.variables = {};
  return own;
}

}  // namespace

core::Task<OnceResult> run_once(const Workload& workload, const std::vector<Step>& steps,
                                const net::Endpoint& endpoint, net::Network& network,
                                core::Timeline& timeline, std::uint64_t seed, std::uint64_t user) {
  const Workload own = without_users(workload);
  LastFailure probe;
  const net::UserContext context{endpoint, network, timeline, probe, seed, user};
  StepRunner runner(own, context);
  const Outcome outcome = co_await runner.run_steps(steps, 0, timeline.now());
  runner.close();
  OnceResult result;
  result.values = runner.variables().values();
  if (outcome == Outcome::failed) result.failure = std::move(probe.last);
  co_return result;
}

}  // namespace soundcheck::http
