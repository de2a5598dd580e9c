// One HTTP user: picks tasks by weight and runs their steps over one kept connection. Shard's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "protocols/core/random.hpp"
#include "protocols/core/session.hpp"
#include "protocols/http/http_task.hpp"
#include "protocols/http/response_parser.hpp"
#include "protocols/net/io.hpp"
#include "protocols/net/user_context.hpp"

namespace soundcheck::http {

class HttpSession final : public core::Session {
 public:
  /// The workload and what the context refers to outlive the session.
  HttpSession(const Workload& workload, const net::UserContext& context);

  core::Task<void> run_one(core::TimePoint intended, core::TimePoint until) override;
  core::Duration think_time() override;
  void close() override;

 private:
  const Task& pick_task();
  /// False if the step failed or the run was killed.
  core::Task<bool> run_step(const Task& task, const Step& step, core::TimePoint intended);
  /// One request and its whole response, on a fresh connection or the kept one. Nothing on success.
  core::Task<std::optional<core::Failure>> exchange(const Task& task, const Step& step, core::TimePoint start,
                                                    std::string_view bytes);
  core::Task<std::optional<core::Failure>> dial(const Task& task, core::TimePoint deadline);
  void set_builtin_variables();
  void disconnect();

  const Workload& workload_;
  const net::UserContext context_;
  core::Random random_;
  std::uint64_t iteration_ = 0;
  std::uint64_t total_weight_ = 0;
  core::Variables variables_;
  std::string request_buffer_;
  ResponseParser parser_;
  net::ChannelPtr channel_;
  std::optional<net::Deadline> deadline_;
  core::TimePoint first_byte_;
  bool reused_ = false;  ///< the connection has carried a request before
  bool ever_connected_ = false;
  bool counted_ = false;    ///< among the users in progress
  bool refused_ = false;    ///< the last attempt to connect failed
  bool cancelled_ = false;  ///< the run was killed under this user
};

}  // namespace soundcheck::http
