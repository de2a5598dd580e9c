#include "tools/reference_agent/work_pool.hpp"

#include <utility>

namespace soundcheck::reference_agent {

WorkPool::WorkPool(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

void WorkPool::stop() {
  std::deque<std::shared_ptr<Job>> dropped;
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  const std::scoped_lock lock(mutex_);
  dropped.swap(queue_);
}

void WorkPool::schedule(std::shared_ptr<Job> job) {
  const std::scoped_lock lock(mutex_);
  if (stopping_) return;
  switch (job->state_) {
    case Job::State::idle:
      job->state_ = Job::State::queued;
      queue_.push_back(std::move(job));
      if (waiting_threads_ > 0) wake_.notify_one();
      break;
    case Job::State::running:
      job->state_ = Job::State::running_and_asked_again;
      break;
    case Job::State::queued:
    case Job::State::running_and_asked_again:
      break;
  }
}

void WorkPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++waiting_threads_;
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    --waiting_threads_;
    if (stopping_) return;

    std::shared_ptr<Job> job = std::move(queue_.front());
    queue_.pop_front();
    job->state_ = Job::State::running;
    lock.unlock();
    const bool more = job->run();
    lock.lock();
    if (more || job->state_ == Job::State::running_and_asked_again) {
      job->state_ = Job::State::queued;
      queue_.push_back(std::move(job));
      if (waiting_threads_ > 0) wake_.notify_one();
    } else {
      job->state_ = Job::State::idle;
    }
    // A last owner's destructor may call other objects: not under the lock.
    lock.unlock();
    job.reset();
    lock.lock();
  }
}

}  // namespace soundcheck::reference_agent
