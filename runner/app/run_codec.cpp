#include "runner/app/run_codec.hpp"

#include <fmt/format.h>

#include "runner/journal/bytes.hpp"
#include "runner/journal/snapshot_codec.hpp"

namespace soundcheck::app {

namespace {

using journal::ByteReader;
using journal::ByteWriter;

/// Raised whenever a record's content changes.
constexpr std::uint64_t version = 5;

// Each of these pairs says one type once for writing and once for reading, in the same order.

template <class T, class WriteOne>
void write_optional(ByteWriter& out, const std::optional<T>& value, WriteOne&& write_one) {
  out.truth(value.has_value());
  if (value) write_one(*value);
}
template <class ReadOne>
auto read_optional(ByteReader& in, ReadOne&& read_one) -> std::optional<decltype(read_one())> {
  if (!in.truth()) return std::nullopt;
  return read_one();
}

template <class T, class WriteOne>
void write_list(ByteWriter& out, const std::vector<T>& values, WriteOne&& write_one) {
  out.number(values.size());
  for (const T& value : values) write_one(value);
}
template <class ReadOne>
auto read_list(ByteReader& in, ReadOne&& read_one) {
  std::vector<decltype(read_one())> values;
  for (std::size_t n = in.count(); n > 0 && in.ok(); --n) values.push_back(read_one());
  return values;
}

void write_texts(ByteWriter& out, const std::vector<std::string>& texts) {
  write_list(out, texts, [&](const std::string& text) { out.text(text); });
}
std::vector<std::string> read_texts(ByteReader& in) {
  return read_list(in, [&] { return in.text(); });
}

/// An enumerator below `count`.
template <class Enum>
Enum read_enum(ByteReader& in, std::size_t count) {
  const std::uint64_t value = in.number();
  if (value >= count) in.fail();
  return in.ok() ? static_cast<Enum>(value) : Enum{};
}

void write(ByteWriter& out, const profile::Objective& o) {
  out.text(o.name);
  out.text(o.metric);
  out.text(o.aggregation);
  write_optional(out, o.task, [&](const std::string& text) { out.text(text); });
  write_optional(out, o.tag, [&](const std::string& text) { out.text(text); });
  write_texts(out, o.tasks);
  write_list(out, o.levels, [&](const profile::ObjectiveLevel& level) {
    out.text(level.name);
    out.number(static_cast<std::uint64_t>(level.bound.op));
    out.real(level.bound.value);
    out.text(level.bound.text);
  });
  out.text(o.worst);
  write_optional(out, o.over, [&](core::Duration over) { out.signed_number(over.count()); });
  out.truth(o.stability);
  out.truth(o.abort_on_fail);
  out.signed_number(o.grace.count());
}
profile::Objective read_objective(ByteReader& in) {
  profile::Objective o;
  o.name = in.text();
  o.metric = in.text();
  o.aggregation = in.text();
  o.task = read_optional(in, [&] { return in.text(); });
  o.tag = read_optional(in, [&] { return in.text(); });
  o.tasks = read_texts(in);
  o.levels = read_list(in, [&] {
    profile::ObjectiveLevel level;
    level.name = in.text();
    level.bound.op = read_enum<profile::Bound::Op>(in, 4);
    level.bound.value = in.real();
    level.bound.text = in.text();
    return level;
  });
  o.worst = in.text();
  o.over = read_optional(in, [&] { return core::Duration(in.signed_number()); });
  o.stability = in.truth();
  o.abort_on_fail = in.truth();
  o.grace = core::Duration(in.signed_number());
  return o;
}

void write(ByteWriter& out, const std::optional<report::ResourceLimit>& limit) {
  write_optional(out, limit, [&](const report::ResourceLimit& there) {
    out.real(there.value);
    out.text(there.what);
  });
}
std::optional<report::ResourceLimit> read_limit(ByteReader& in) {
  return read_optional(in, [&] {
    report::ResourceLimit limit;
    limit.value = in.real();
    limit.what = in.text();
    return limit;
  });
}

/// Which process it is; its samples come with the seconds.
void write(ByteWriter& out, const report::ProcessResult& process) {
  write_optional(out, process.pid, [&](int pid) { out.signed_number(pid); });
  out.text(process.command);
  out.text(process.how_found);
  out.text(process.no_data);
  write(out, process.memory_limit);
  write(out, process.descriptor_limit);
}
report::ProcessResult read_process(ByteReader& in) {
  report::ProcessResult process;
  process.pid = read_optional(in, [&] { return static_cast<int>(in.signed_number()); });
  process.command = in.text();
  process.how_found = in.text();
  process.no_data = in.text();
  process.memory_limit = read_limit(in);
  process.descriptor_limit = read_limit(in);
  return process;
}

void write(ByteWriter& out, const report::ProcessSample& sample) {
  out.real(sample.at);
  out.number(sample.rss_bytes);
  write_optional(out, sample.pss_bytes, [&](std::uint64_t bytes) { out.number(bytes); });
  out.real(sample.cpu_cores);
  write_optional(out, sample.descriptors, [&](std::uint32_t n) { out.number(n); });
  out.number(sample.threads);
  write_optional(out, sample.rss_lowest_bytes, [&](std::uint64_t bytes) { out.number(bytes); });
}
report::ProcessSample read_sample(ByteReader& in) {
  report::ProcessSample sample;
  sample.at = in.real();
  sample.rss_bytes = in.number();
  sample.pss_bytes = read_optional(in, [&] { return in.number(); });
  sample.cpu_cores = in.real();
  sample.descriptors = read_optional(in, [&] { return static_cast<std::uint32_t>(in.number()); });
  sample.threads = static_cast<std::uint32_t>(in.number());
  sample.rss_lowest_bytes = read_optional(in, [&] { return in.number(); });
  return sample;
}

void write(ByteWriter& out, const monitor::MachineCounts& machine) {
  const auto write_cpu = [&](const monitor::MachineCounts::Cpu& cpu) {
    out.number(cpu.total);
    out.number(cpu.idle);
    out.number(cpu.stolen);
  };
  write_cpu(machine.all);
  write_list(out, machine.cores, write_cpu);
  out.number(machine.packets);
  out.number(machine.dropped_packets);
  out.number(machine.refused_connections);
}
monitor::MachineCounts read_machine_counts(ByteReader& in) {
  const auto read_cpu = [&] {
    monitor::MachineCounts::Cpu cpu;
    cpu.total = in.number();
    cpu.idle = in.number();
    cpu.stolen = in.number();
    return cpu;
  };
  monitor::MachineCounts machine;
  machine.all = read_cpu();
  machine.cores = read_list(in, read_cpu);
  machine.packets = in.number();
  machine.dropped_packets = in.number();
  machine.refused_connections = in.number();
  return machine;
}

void write(ByteWriter& out, const GeneratorSample& sample) {
  out.real(sample.at);
  write_list(out, sample.shard_cpu_seconds, [&](double seconds) { out.real(seconds); });
  write_optional(out, sample.machine, [&](const monitor::MachineCounts& machine) { write(out, machine); });
  write_optional(out, sample.free_descriptors, [&](std::uint64_t n) { out.number(n); });
}
GeneratorSample read_generator(ByteReader& in) {
  GeneratorSample sample;
  sample.at = in.real();
  sample.shard_cpu_seconds = read_list(in, [&] { return in.real(); });
  sample.machine = read_optional(in, [&] { return read_machine_counts(in); });
  sample.free_descriptors = read_optional(in, [&] { return in.number(); });
  return sample;
}

/// Which monitor it is; its samples come with the seconds.
void write(ByteWriter& out, const metrics::MonitorRecord& monitor) {
  out.text(monitor.name);
  out.text(monitor.kind);
  out.text(monitor.source);
  out.real(monitor.every_seconds);
  write_list(out, monitor.series, [&](const metrics::SeriesRecord& series) {
    out.text(series.name);
    out.text(series.unit);
    out.truth(series.may_leak);
  });
}
metrics::MonitorRecord read_monitor(ByteReader& in) {
  metrics::MonitorRecord monitor;
  monitor.name = in.text();
  monitor.kind = in.text();
  monitor.source = in.text();
  monitor.every_seconds = in.real();
  monitor.series = read_list(in, [&] {
    metrics::SeriesRecord series;
    series.name = in.text();
    series.unit = in.text();
    series.may_leak = in.truth();
    return series;
  });
  if (!(monitor.every_seconds > 0)) in.fail();
  return monitor;
}

void write(ByteWriter& out, const std::vector<monitor::MonitorSample>& samples) {
  write_list(out, samples, [&](const monitor::MonitorSample& sample) {
    out.number(sample.monitor);
    out.real(sample.at);
    write_list(out, sample.reading.values, [&](const std::optional<double>& value) {
      write_optional(out, value, [&](double number) { out.real(number); });
    });
    write_list(out, sample.reading.troubles, [&](const monitor::Trouble& trouble) {
      out.text(trouble.text);
      write_list(out, trouble.series, [&](std::size_t series) { out.number(series); });
    });
  });
}
std::vector<monitor::MonitorSample> read_monitored(ByteReader& in) {
  return read_list(in, [&] {
    monitor::MonitorSample sample{in.number(), in.real(), monitor::Reading(0)};
    sample.reading.values = read_list(in, [&] { return read_optional(in, [&] { return in.real(); }); });
    sample.reading.troubles = read_list(in, [&] {
      monitor::Trouble trouble{in.text()};
      trouble.series = read_list(in, [&] { return static_cast<std::size_t>(in.number()); });
      return trouble;
    });
    return sample;
  });
}

}  // namespace

std::string encode(const RunHeader& h) {
  ByteWriter out;
  out.number(version);
  out.text(h.profile_name);
  out.text(h.system_name);
  out.text(h.target_url);
  out.truth(h.embedded_target);
  write_optional(out, h.resolve_seconds, [&](double seconds) { out.real(seconds); });
  out.text(h.profile_text);
  out.text(h.profile_hash);
  out.number(h.seed);
  out.text(h.started_at);
  out.real(h.duration);
  out.real(h.warm_up);
  out.real(h.drain);
  out.real(h.cool_down);
  write_list(out, h.tasks, [&](const auto& task) {
    out.number(static_cast<std::uint64_t>(task.first));
    out.text(task.second);
  });
  write_texts(out, h.kinds);
  for (const bool skipped : h.skipped) out.truth(skipped);
  write_list(out, h.objectives, [&](const profile::Objective& objective) { write(out, objective); });
  out.truth(h.fail_on_warning);
  for (const std::string* text : {&h.build.version, &h.build.commit, &h.build.compiler, &h.build.type,
                                  &h.host.name, &h.host.kernel, &h.host.cpu_model})
    out.text(*text);
  out.signed_number(h.host.cores);
  out.number(h.host.memory_bytes);
  write(out, h.target);
  write(out, h.generator);
  write_list(out, h.monitors, [&](const metrics::MonitorRecord& monitor) { write(out, monitor); });
  write_texts(out, h.notes);
  return out.take();
}

std::variant<RunHeader, std::string> decode_header(std::string_view content) {
  ByteReader in(content);
  if (const std::uint64_t theirs = in.number(); theirs != version) {
    return fmt::format("it was written by another version of Soundcheck (format {}, this one reads {})",
                       theirs, version);
  }
  RunHeader h;
  h.profile_name = in.text();
  h.system_name = in.text();
  h.target_url = in.text();
  h.embedded_target = in.truth();
  h.resolve_seconds = read_optional(in, [&] { return in.real(); });
  h.profile_text = in.text();
  h.profile_hash = in.text();
  h.seed = in.number();
  h.started_at = in.text();
  h.duration = in.real();
  h.warm_up = in.real();
  h.drain = in.real();
  h.cool_down = in.real();
  h.tasks = read_list(in, [&] {
    const auto subsystem = read_enum<core::Subsystem>(in, core::subsystem_count);
    return std::pair{subsystem, in.text()};
  });
  h.kinds = read_texts(in);
  for (bool& skipped : h.skipped) skipped = in.truth();
  h.objectives = read_list(in, [&] { return read_objective(in); });
  h.fail_on_warning = in.truth();
  for (std::string* text : {&h.build.version, &h.build.commit, &h.build.compiler, &h.build.type, &h.host.name,
                            &h.host.kernel, &h.host.cpu_model})
    *text = in.text();
  h.host.cores = static_cast<int>(in.signed_number());
  h.host.memory_bytes = in.number();
  h.target = read_process(in);
  h.generator = read_process(in);
  h.monitors = read_list(in, [&] { return read_monitor(in); });
  h.notes = read_texts(in);
  if (!in.ok() || !in.at_end() || h.kinds.size() != h.tasks.size()) return "its header makes no sense";
  return h;
}

std::string encode(const RunSecond& second, const metrics::Snapshot& snapshot) {
  ByteWriter out;
  out.real(second.at);
  out.real(second.load_seconds);
  write_optional(out, second.target, [&](const report::ProcessSample& sample) { write(out, sample); });
  write_optional(out, second.own, [&](const report::ProcessSample& sample) { write(out, sample); });
  write(out, second.generator);
  write(out, second.monitored);
  journal::write(out, snapshot);
  return out.take();
}

std::optional<RunSecond> decode_second(std::string_view content, metrics::Snapshot& snapshot) {
  ByteReader in(content);
  RunSecond second;
  second.at = in.real();
  second.load_seconds = in.real();
  second.target = read_optional(in, [&] { return read_sample(in); });
  second.own = read_optional(in, [&] { return read_sample(in); });
  second.generator = read_generator(in);
  second.monitored = read_monitored(in);
  journal::read(in, snapshot);
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return second;
}

std::string encode(const RunEnd& end) {
  ByteWriter out;
  out.truth(end.interrupted);
  out.truth(end.ended_early);
  out.text(end.target_exit);
  out.text(end.target_no_data);
  write_texts(out, end.notes);
  write(out, end.monitored);
  return out.take();
}

std::optional<RunEnd> decode_end(std::string_view content) {
  ByteReader in(content);
  RunEnd end;
  end.interrupted = in.truth();
  end.ended_early = in.truth();
  end.target_exit = in.text();
  end.target_no_data = in.text();
  end.notes = read_texts(in);
  end.monitored = read_monitored(in);
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return end;
}

}  // namespace soundcheck::app
