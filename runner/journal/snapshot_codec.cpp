#include "runner/journal/snapshot_codec.hpp"

#include <algorithm>

namespace soundcheck::journal {

namespace {

using metrics::Histogram;
using metrics::TaskRecord;

/// No plan has more tasks; a record that says so is broken.
constexpr std::size_t most_tasks = 10'000;

void write(ByteWriter& out, const Histogram& histogram) {
  const Histogram::Sparse sparse = histogram.sparse();
  out.number(sparse.counts.size());
  std::uint32_t last = 0;
  for (const auto& [bucket, count] : sparse.counts) {
    out.number(bucket - last);
    out.number(count);
    last = bucket;
  }
  out.number(sparse.saturated);
  out.number(static_cast<std::uint64_t>(sparse.min));
  out.number(static_cast<std::uint64_t>(sparse.max - sparse.min));
  out.number(static_cast<std::uint64_t>(sparse.sum));  // of whole numbers, none below zero
}

void read(ByteReader& in, Histogram& into) {
  Histogram::Sparse sparse;
  std::uint64_t bucket = 0;
  for (std::size_t n = in.count(); n > 0 && in.ok(); --n) {
    bucket += in.number();
    const std::uint64_t count = in.number();
    if (bucket >= Histogram::size() || count == 0) return in.fail();
    sparse.counts.emplace_back(static_cast<std::uint32_t>(bucket), count);
    sparse.count += count;
  }
  sparse.saturated = in.number();
  sparse.min = static_cast<std::int64_t>(in.number());
  sparse.max = sparse.min + static_cast<std::int64_t>(in.number());
  sparse.sum = static_cast<double>(in.number());
  const bool sound =
      sparse.count > 0 && sparse.min >= 0 && sparse.min <= sparse.max && sparse.max <= Histogram::max_value;
  if (!in.ok() || !sound) return in.fail();
  into.merge(sparse);
}

/// Index and value of what is not zero.
template <class Values, class WriteOne>
void write_set(ByteWriter& out, const Values& values, WriteOne&& write_one) {
  out.number(static_cast<std::uint64_t>(
      std::count_if(values.begin(), values.end(), [](const auto& value) { return value != 0; })));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == 0) continue;
    out.number(i);
    write_one(values[i]);
  }
}

template <class Values, class ReadOne>
void read_set(ByteReader& in, Values& values, ReadOne&& read_one) {
  for (std::size_t n = in.count(); n > 0 && in.ok(); --n) {
    const std::uint64_t i = in.number();
    if (i >= values.size()) return in.fail();
    values[i] = read_one();
  }
}

bool empty(const TaskRecord& task) {
  const auto zero = [](const auto& value) { return value == 0; };
  return task.in_progress == 0 && task.failure_texts.empty() && task.skips.empty() &&
         std::all_of(task.counters.begin(), task.counters.end(), zero) &&
         std::all_of(task.failures.begin(), task.failures.end(), zero) &&
         std::all_of(task.histograms.begin(), task.histograms.end(),
                     [](const Histogram& h) { return h.count() == 0; });
}

void write(ByteWriter& out, const TaskRecord& task) {
  write_set(out, task.counters, [&](std::int64_t value) { out.signed_number(value); });
  write_set(out, task.failures, [&](std::uint64_t value) { out.number(value); });
  out.number(task.failure_texts.size());
  for (const auto& [kind, count] : task.failure_texts) {
    out.number(static_cast<std::uint64_t>(kind.first));
    out.text(kind.second);
    out.number(count);
  }
  out.number(task.skips.size());
  for (const auto& [reason, count] : task.skips) {
    out.text(reason);
    out.number(count);
  }
  out.signed_number(task.in_progress);
  out.number(static_cast<std::uint64_t>(std::count_if(task.histograms.begin(), task.histograms.end(),
                                                      [](const Histogram& h) { return h.count() > 0; })));
  for (std::size_t i = 0; i < task.histograms.size(); ++i) {
    if (task.histograms[i].count() == 0) continue;
    out.number(i);
    write(out, task.histograms[i]);
  }
}

void clear(TaskRecord& task) {
  for (Histogram& histogram : task.histograms) histogram.clear();
  task.counters = {};
  task.failures = {};
  task.failure_texts.clear();
  task.skips.clear();
  task.in_progress = 0;
}

void read(ByteReader& in, TaskRecord& task) {
  read_set(in, task.counters, [&] { return in.signed_number(); });
  read_set(in, task.failures, [&] { return in.number(); });
  for (std::size_t n = in.count(); n > 0 && in.ok(); --n) {
    const std::uint64_t stage = in.number();
    std::string text = in.text();
    const std::uint64_t count = in.number();
    if (stage >= core::stage_count) return in.fail();
    task.failure_texts[{static_cast<core::Stage>(stage), std::move(text)}] = count;
  }
  for (std::size_t n = in.count(); n > 0 && in.ok(); --n) {
    std::string reason = in.text();
    task.skips[std::move(reason)] = in.number();
  }
  task.in_progress = in.signed_number();
  for (std::size_t n = in.count(); n > 0 && in.ok(); --n) {
    const std::uint64_t i = in.number();
    if (i >= task.histograms.size()) return in.fail();
    read(in, task.histograms[i]);
  }
}

}  // namespace

void write(ByteWriter& out, const metrics::Snapshot& snapshot) {
  out.number(snapshot.tasks.size());
  out.number(static_cast<std::uint64_t>(std::count_if(snapshot.tasks.begin(), snapshot.tasks.end(),
                                                      [](const TaskRecord& task) { return !empty(task); })));
  for (std::size_t i = 0; i < snapshot.tasks.size(); ++i) {
    if (empty(snapshot.tasks[i])) continue;
    out.number(i);
    write(out, snapshot.tasks[i]);
  }
  out.truth(snapshot.loop_lag.count() > 0);
  if (snapshot.loop_lag.count() > 0) write(out, snapshot.loop_lag);
}

void read(ByteReader& in, metrics::Snapshot& into) {
  for (TaskRecord& task : into.tasks) clear(task);
  into.loop_lag.clear();
  const std::uint64_t tasks = in.number();
  if (tasks > most_tasks) return in.fail();
  into.tasks.resize(tasks);
  for (std::size_t n = in.count(); n > 0 && in.ok(); --n) {
    const std::uint64_t i = in.number();
    if (i >= into.tasks.size()) return in.fail();
    read(in, into.tasks[i]);
  }
  if (in.truth()) read(in, into.loop_lag);
}

}  // namespace soundcheck::journal
