// The threads that recognise speech. Each call is one job: it never runs twice at the same time, runs in
// short portions, and goes to the end of the queue after each, so calls share the threads fairly and load
// shows as lag. The queue holds each job at most once: it is bounded by the number of calls. Usable from any
// thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace soundcheck::reference_agent {

class WorkPool {
 public:
  class Job {
   public:
    virtual ~Job() = default;
    /// Does one portion of work on a thread of the pool; true if there is more to do.
    virtual bool run() = 0;

   private:
    friend class WorkPool;
    enum class State : unsigned char { idle, queued, running, running_and_asked_again };
    State state_ = State::idle;  // guarded by the pool's mutex
  };

  explicit WorkPool(std::size_t threads);
  ~WorkPool() { stop(); }

  /// Lets running portions end, joins the threads and drops what is queued. Nothing runs afterwards.
  void stop();

  /// The job has work: it will run, after this call, at least once.
  void schedule(std::shared_ptr<Job> job);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Job>> queue_;
  std::size_t waiting_threads_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace soundcheck::reference_agent
