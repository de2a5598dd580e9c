#include "runner/metrics/recorder.hpp"

#include <utility>

namespace soundcheck::metrics {

Recorder::Recorder(std::size_t task_count) { current_.tasks.resize(task_count); }

void Recorder::fail(core::TaskId task, const core::Failure& failure) {
  TaskRecord& task_record = current_.tasks[task];
  ++task_record.failures[static_cast<std::size_t>(failure.stage)];
  task_record.add_failure_text(failure.stage, failure.text, 1);
}

void Recorder::skip(core::TaskId task, const std::string& reason) {
  count(task, core::Counter::skipped, 1);
  current_.tasks[task].skips[reason] += 1;
}

Snapshot Recorder::take() {
  Snapshot next;
  next.tasks.resize(current_.tasks.size());
  for (std::size_t i = 0; i < next.tasks.size(); ++i)
    next.tasks[i].in_progress = current_.tasks[i].in_progress;
  return std::exchange(current_, std::move(next));
}

}  // namespace soundcheck::metrics
