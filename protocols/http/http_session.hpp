// One HTTP user: picks tasks by weight and has their steps run. Shard's thread.
#pragma once

#include <cstdint>
#include <memory>

#include "protocols/core/random.hpp"
#include "protocols/core/session.hpp"
#include "protocols/http/http_task.hpp"
#include "protocols/http/step_runner.hpp"
#include "protocols/net/user_context.hpp"

namespace soundcheck::http {

class HttpSession final : public core::Session {
 public:
  /// The workload and what the context refers to outlive the session.
  HttpSession(const Workload& workload, const net::UserContext& context,
              std::shared_ptr<Feeders> feeders = nullptr);

  core::Task<void> run_one(core::TimePoint intended, core::TimePoint until) override;
  core::Duration think_time() override;
  bool ended() const override { return runner_.used_up(); }
  void close() override;

 private:
  std::uint32_t weight_of(std::size_t task) const;
  const Task& pick_task();

  const Workload& workload_;
  const UserClass* class_;  ///< null: all tasks by their own weights
  const net::UserContext context_;
  core::Random random_;
  StepRunner runner_;
  std::uint64_t total_weight_ = 0;
  bool counted_ = false;  ///< among the users in progress
};

}  // namespace soundcheck::http
