// Coroutines of a shard. Task<T> starts when it is awaited and hands its result to the awaiter; TaskGroup
// owns the detached ones and knows when the last has ended. Single-threaded: everything runs on the shard's
// thread.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

namespace soundcheck::core {

template <class T>
class Task;

namespace detail {

struct FinalAwaiter {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) const noexcept {
    return self.promise().continuation;
  }
  void await_resume() const noexcept {}
};

struct PromiseBase {
  std::coroutine_handle<> continuation = std::noop_coroutine();
  std::exception_ptr error;
  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { error = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;
  Task<T> get_return_object();
  template <class U>
  void return_value(U&& v) {
    value.emplace(std::forward<U>(v));
  }
  T take() {
    if (error) std::rethrow_exception(error);
    return std::move(*value);
  }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() const noexcept {}
  void take() const {
    if (error) std::rethrow_exception(error);
  }
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
    handle_.promise().continuation = awaiter;
    return handle_;
  }
  T await_resume() { return handle_.promise().take(); }

 private:
  Handle handle_;
};

namespace detail {
template <class T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}
}  // namespace detail

/// Runs tasks side by side. All must have ended before the group is destroyed (kill the timeline, then let it
/// run). The first exception that leaves a task is kept for the owner: it is a defect, not an I/O failure.
class TaskGroup {
 public:
  TaskGroup() = default;
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// Starts the task at once; it runs until its first wait.
  void spawn(Task<void> task) {
    ++live_;
    run(*this, std::move(task));
  }

  std::size_t live() const { return live_; }
  std::exception_ptr error() const { return error_; }

  /// Awaiting it waits until no task is left. One waiter at a time.
  auto join() {
    struct Join {
      TaskGroup& group;
      bool await_ready() const { return group.live_ == 0; }
      void await_suspend(std::coroutine_handle<> handle) const { group.joiner_ = handle; }
      void await_resume() const {}
    };
    return Join{*this};
  }

 private:
  struct Detached {
    struct promise_type {
      Detached get_return_object() const noexcept { return {}; }
      std::suspend_never initial_suspend() const noexcept { return {}; }
      std::suspend_never final_suspend() const noexcept { return {}; }
      void return_void() const noexcept {}
      void unhandled_exception() const noexcept { std::terminate(); }
    };
  };

  static Detached run(TaskGroup& group, Task<void> task) {
    {
      Task<void> running = std::move(task);
      try {
        co_await running;
      } catch (...) {
        if (!group.error_) group.error_ = std::current_exception();
      }
    }
    if (--group.live_ == 0 && group.joiner_) std::exchange(group.joiner_, {}).resume();
  }

  std::size_t live_ = 0;
  std::exception_ptr error_;
  std::coroutine_handle<> joiner_;
};

}  // namespace soundcheck::core
