// One HTTP user: picks tasks by weight and runs their steps over one kept connection a host, following
// redirects and keeping cookies as the workload says. Shard's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocols/core/random.hpp"
#include "protocols/core/session.hpp"
#include "protocols/http/connection.hpp"
#include "protocols/http/cookie_jar.hpp"
#include "protocols/http/http_task.hpp"
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
  /// A host that the user talks to: number 0 is the target, the others are those of the workload.
  struct Host {
    const net::Endpoint* endpoint;
    std::unique_ptr<Connection> connection;
    bool reused = false;  ///< the connection has carried a request before
  };
  /// Where a request has been sent on to, and all that it needs there.
  struct Chain;

  const Task& pick_task();
  /// False if the step failed or the run was killed.
  core::Task<bool> run_step(const Task& task, const Step& step, core::TimePoint intended);
  core::Task<std::optional<core::Failure>> dial(const Task& task, Host& host);
  void prepare(const Task& task, const Step& step, core::TimePoint start);
  /// Whether the answer is a redirect that the workload wants followed.
  bool to_follow(const Step& step, const Response& response) const;
  /// Turns the exchange into the one that the redirect asks for. Nothing on success.
  std::optional<core::Failure> follow(std::unique_ptr<Chain>& chain, const Step& step,
                                      const Response& response);
  /// The answer as the step's checks see it.
  std::optional<core::Failure> judge_answer(const Step& step, const Response& response);
  void record_answer(const Task& task, core::TimePoint intended, core::TimePoint start);
  void store_cookies(const Chain* chain, const Step& step, const Response& response);
  void write_cookies(const Origin& origin, std::string_view path);
  /// Names the limit that ended the exchange, and what was being waited for.
  void explain_deadline(core::Failure& failure, core::TimePoint start) const;
  void set_builtin_variables();

  const Workload& workload_;
  const net::UserContext context_;
  const Origin origin_;
  core::Random random_;
  std::uint64_t iteration_ = 0;
  std::uint64_t total_weight_ = 0;
  core::Variables variables_;
  CookieJar jar_;
  Exchange exchange_;
  std::vector<Host> hosts_;
  core::TimePoint task_due_ = core::TimePoint::max();
  bool ever_connected_ = false;
  bool counted_ = false;                                 ///< among the users in progress
  core::TimePoint free_since_ = core::TimePoint::min();  ///< the end of the task before
  bool refused_ = false;                                 ///< the last attempt to connect failed
};

}  // namespace soundcheck::http
