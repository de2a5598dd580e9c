// Runs the steps of one user's tasks, judges the answers and keeps the user logged in. Belongs to one user;
// shard's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocols/core/random.hpp"
#include "protocols/core/task.hpp"
#include "protocols/http/http_task.hpp"
#include "protocols/http/requester.hpp"

namespace soundcheck::http {

enum class Outcome : unsigned char {
  done,     // all steps went well, or a failure was let pass
  stopped,  // a stop_task ended the task
  failed,   // a step failed
  killed,   // the run is over
};

class StepRunner {
 public:
  /// The workload and what the context refers to outlive it.
  /// `feeders` say which rows of the data files it gets; without them the steps must not need any.
  StepRunner(const Workload& workload, const net::UserContext& context,
             std::shared_ptr<Feeders> feeders = nullptr);

  /// Logs in first, if the workload says so and the user is not logged in.
  core::Task<Outcome> run_task(const Task& task, core::TimePoint intended);
  /// Steps that are no task: the setup and the teardown.
  core::Task<Outcome> run_steps(const std::vector<Step>& steps, core::TaskId task, core::TimePoint intended);

  /// A data file has no row left for it.
  bool used_up() const { return used_up_ != nullptr; }
  core::Variables& variables() { return variables_; }
  /// Whether the last attempt to connect failed.
  bool refused() const { return requester_.refused(); }
  void close() { requester_.close(); }

 private:
  /// The time limit and the condition of a poll, while its requests are sent.
  struct Poll {
    const PollStep& step;
    core::TimePoint next;  ///< when the next request is due
    core::TimePoint due;   ///< of the answer that fulfils the condition
    bool fulfilled = false;
  };

  core::Task<Outcome> run(const std::vector<Step>& steps, core::TaskId task);
  core::Task<Outcome> request(const RequestStep& step, core::TaskId task, Poll* poll);
  core::Task<Outcome> pause(const PauseStep& step);
  core::Task<Outcome> choose(const WhenStep& step, core::TaskId task);
  core::Task<Outcome> repeat(const RepeatStep& step, core::TaskId task);
  core::Task<Outcome> poll(const PollStep& step, core::TaskId task);
  void set(const SetStep& step);

  /// While it lives, the variables hold the rows that the user took when it started, as its login needs them,
  /// and then again those of the task.
  class OwnRows;

  core::Task<bool> log_in();
  core::Task<bool> renew_login();
  /// When the login that has just been made must be renewed. Nothing on success.
  std::optional<std::string> plan_renewal();
  /// Whether logging in again may turn this answer into a good one.
  bool may_log_in_again(const RequestStep& step) const;

  std::optional<core::Failure> judge_answer(const RequestStep& step, core::TimePoint start);
  std::optional<core::Failure> judge_poll(Poll& poll, const RequestStep& step);
  void record_times(core::TaskId task, core::TimePoint start, core::TimePoint end);
  void record_answer(core::TaskId task, core::TimePoint start);
  /// A step that failed without a request.
  Outcome fail(core::TaskId task, std::string text);

  const Workload& workload_;
  const net::UserContext& context_;
  Requester requester_;
  core::Variables variables_;
  core::Random random_;
  std::shared_ptr<Feeders> feeders_;
  const DataFeed* used_up_ = nullptr;
  std::vector<std::string> own_cells_;                    ///< of the rows that the user took when it started
  core::TimePoint intended_;                              ///< of the next request
  core::TimePoint free_since_ = core::TimePoint::min();   ///< the end of the task before
  core::TimePoint renewal_due_ = core::TimePoint::max();  ///< of the login
  std::optional<core::TimePoint> last_answer_;            ///< its end, in this task
  bool logged_in_ = false;
  bool logging_in_ = false;
};

}  // namespace soundcheck::http
