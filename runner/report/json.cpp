#include "runner/report/json.hpp"

#include <algorithm>
#include <map>

#include "runner/report/json_writer.hpp"
#include "runner/report/monitors.hpp"
#include "runner/report/trend_json.hpp"

namespace soundcheck::report {

namespace {

constexpr auto one_line = JsonWriter::Layout::one_line;

void write_metrics(JsonWriter& json, const std::vector<MetricSummary>& metrics) {
  json.key("metrics");
  json.begin_object();
  for (const MetricSummary& m : metrics) {
    json.key(core::info(m.metric).name);
    json.begin_object(one_line);
    json.member("unit", core::info(m.metric).unit);
    json.member("count", m.count);
    json.member("min", m.min);
    json.member("mean", m.mean);
    json.member("p50", m.p50);
    json.member("p90", m.p90);
    json.member("p95", m.p95);
    json.member("p99", m.p99);
    json.member("p999", m.p999);
    json.member("max", m.max);
    json.member("saturated", m.saturated);
    json.end();
  }
  json.end();
}

void write_failures(JsonWriter& json, const TaskResult& task) {
  std::map<core::Stage, std::uint64_t> by_stage;
  for (const FailureSummary& f : task.failures) by_stage[f.stage] += f.count;

  json.member("failed", task.failed);
  json.key("failures_by_stage");
  json.begin_object(one_line);
  for (const auto& [stage, count] : by_stage) json.member(core::to_string(stage), count);
  json.end();
  json.key("failures");
  json.begin_array();
  for (const FailureSummary& f : task.failures) {
    json.begin_object(one_line);
    json.member("stage", core::to_string(f.stage));
    json.member("text", f.text);
    json.member("count", f.count);
    json.end();
  }
  json.end();
}

/// Only where there are any.
void write_skips(JsonWriter& json, const TaskResult& task) {
  if (task.skips.empty()) return;
  json.key("skips");
  json.begin_array();
  for (const auto& [reason, count] : task.skips) {
    json.begin_object(one_line);
    json.member("reason", reason);
    json.member("count", count);
    json.end();
  }
  json.end();
}

/// The members of a task or total, into an object that is open already.
void write_task_members(JsonWriter& json, const TaskResult& task) {
  json.member("rate", task.rate);
  json.member("success_rate", task.success_rate);
  json.key("counters");
  json.begin_object(one_line);
  for (const auto& [counter, n] : task.counters) json.member(core::to_string(counter), n);
  json.end();
  write_failures(json, task);
  write_skips(json, task);
  write_metrics(json, task.metrics);
}

void write_seconds(JsonWriter& json, const std::vector<SecondRow>& rows) {
  json.key("seconds");
  json.begin_array();
  for (const SecondRow& row : rows) {
    json.begin_object(one_line);
    json.member("at", row.at);
    json.member("seconds", row.seconds);
    json.member("warm_up", row.warm_up);
    json.member("succeeded", row.succeeded);
    json.member("failed", row.failed);
    json.member("in_progress", row.in_progress);
    json.member("p50", row.p50);
    json.member("p95", row.p95);
    json.member("p99", row.p99);
    if (row.rtf) json.member("rtf", *row.rtf);
    json.end();
  }
  json.end();
}

void write_subsystem(JsonWriter& json, const SubsystemResult& subsystem) {
  json.key(core::to_string(subsystem.subsystem));
  json.begin_object();
  json.member("success", subsystem.success);
  json.member("skipped", subsystem.skipped);
  json.member("reason", subsystem.reason);
  json.member("gap", subsystem.gap);
  if (subsystem.subsystem == core::Subsystem::ai_pipeline) json.member("rtf_source", subsystem.rtf_source);
  json.key("total");
  json.begin_object();
  write_task_members(json, subsystem.total);
  json.end();
  json.key("tasks");
  json.begin_object();
  for (const TaskResult& task : subsystem.tasks) {
    json.key(task.name);
    json.begin_object();
    write_task_members(json, task);
    json.end();
  }
  json.end();
  write_degradation(json, subsystem.degradation);
  write_seconds(json, subsystem.seconds);
  json.end();
}

/// Readers find all three subsystems in every result, whatever was run.
void write_subsystems(JsonWriter& json, const RunResult& result) {
  for (core::Subsystem subsystem : core::all_subsystems) {
    const auto found = std::find_if(result.subsystems.begin(), result.subsystems.end(),
                                    [&](const SubsystemResult& s) { return s.subsystem == subsystem; });
    if (found != result.subsystems.end()) {
      write_subsystem(json, *found);
    } else {
      SubsystemResult absent;
      absent.subsystem = subsystem;
      absent.skipped = true;
      absent.reason = "not part of this run";
      write_subsystem(json, absent);
    }
  }
}

void write_process(JsonWriter& json, std::string_view name, const ProcessResult& process) {
  json.key(name);
  json.begin_object();
  json.member("pid", process.pid);
  json.member("command", process.command);
  json.member("how_found", process.how_found);
  json.member("no_data", process.no_data);
  json.member("exit", process.exit);
  json.member("memory_growth_bytes", process.memory_growth_bytes);
  json.member("memory_peak_bytes", process.memory_peak_bytes);
  json.member("cpu_cores_mean", process.cpu_cores_mean);
  write_leaks(json, process.leaks);
  json.key("samples");
  json.begin_array();
  for (const ProcessSample& s : process.samples) {
    json.begin_object(one_line);
    json.member("at", s.at);
    json.member("rss_bytes", s.rss_bytes);
    json.member("rss_lowest_bytes", s.rss_lowest_bytes);
    json.member("pss_bytes", s.pss_bytes);
    json.member("cpu_cores", s.cpu_cores);
    json.member("descriptors", s.descriptors);
    json.member("threads", s.threads);
    json.end();
  }
  json.end();
  json.end();
}

/// What a level means, whatever its name.
std::string_view outcome(Level level) {
  switch (level) {
    case Level::target:
      return "pass";
    case Level::warning:
      return "warn";
    case Level::critical:
      return "fail";
    case Level::no_data:
      return "no_data";
  }
  return "";
}

void write_objectives(JsonWriter& json, const std::vector<ObjectiveResult>& objectives) {
  json.key("objectives");
  json.begin_array();
  for (const ObjectiveResult& o : objectives) {
    json.begin_object();
    json.member("name", o.name);
    json.member("metric", o.metric);
    json.member("aggregation", o.aggregation);
    json.member("task", o.task);
    json.member("tag", o.tag);
    json.member("over_seconds", o.over_seconds);
    json.member("stability", o.stability);
    json.member("unit", o.unit);
    json.member("value", o.value);
    json.member("value_low", o.range ? std::optional(o.range->low) : std::nullopt);
    json.member("value_high", o.range ? std::optional(o.range->high) : std::nullopt);
    json.member("samples", o.samples);
    json.member("level", o.level_name);
    json.member("outcome", outcome(o.level));
    // The first two bounds under fixed names, for readers who do not know the user's names of the levels.
    json.member("target", o.bounds.empty() ? "" : o.bounds[0].second);
    json.member("warning", o.bounds.size() < 2 ? "" : o.bounds[1].second);
    json.key("levels");
    json.begin_array();
    for (const auto& [name, bound] : o.bounds) {
      json.begin_object(one_line);
      json.member("name", name);
      json.member("bound", bound);
      json.end();
    }
    json.begin_object(one_line);
    json.member("name", o.worst);
    json.end();
    json.end();
    json.member("remark", o.remark);
    json.end();
  }
  json.end();
}

void write_validity(JsonWriter& json, const Validity& validity) {
  json.key("validity");
  json.begin_object();
  json.member("valid", validity.valid);
  json.key("reasons");
  json.begin_array();
  for (const Validity::Reason& reason : validity.reasons) {
    json.begin_object();
    json.member("what", reason.what);
    json.member("cure", reason.cure);
    json.end();
  }
  json.end();
  json.member("loop_lag_p99", validity.loop_lag_p99);
  json.member("lateness_p99", validity.lateness_p99);
  json.member("pacing_error_p99", validity.pacing_error_p99);
  json.member("busiest_shard_cpu", validity.busiest_shard_cpu);
  json.key("shard_cpu");
  json.begin_array(one_line);
  for (const double share : validity.shard_cpu) json.value(share);
  json.end();
  json.member("shard_cpu_peak", validity.shard_cpu_peak);
  json.member("generator_cpu_cores", validity.generator_cpu_cores);
  json.member("generator_rss_peak_bytes", validity.generator_rss_peak_bytes);
  json.member("stolen_share", validity.stolen_share);
  json.member("machine_busy_share", validity.machine_busy_share);
  json.member("busiest_core_share", validity.busiest_core_share);
  json.member("local_failures", validity.local_failures);
  json.member("dropped_packets", validity.dropped_packets);
  json.member("refused_connections", validity.refused_connections);
  json.member("free_descriptors", validity.free_descriptors);
  json.end();
}

void write_comparable(JsonWriter& json, const std::vector<compare::Figure>& figures) {
  json.key("comparable");
  json.begin_object();
  for (const compare::Figure& figure : figures) {
    json.key(figure.name);
    json.begin_object(one_line);
    json.member("value", figure.measurement.value);
    json.member("error", figure.measurement.error);
    json.member("freedom", figure.measurement.freedom);
    json.end();
  }
  json.end();
}

void write_origin(JsonWriter& json, const RunResult& result) {
  json.key("build");
  json.begin_object();
  json.member("version", result.build.version);
  json.member("commit", result.build.commit);
  json.member("compiler", result.build.compiler);
  json.member("type", result.build.type);
  json.end();
  json.key("host");
  json.begin_object();
  json.member("name", result.host.name);
  json.member("kernel", result.host.kernel);
  json.member("cpu_model", result.host.cpu_model);
  json.member("cores", result.host.cores);
  json.member("memory_bytes", result.host.memory_bytes);
  json.end();
  json.key("profile");
  json.begin_object();
  json.member("name", result.profile_name);
  json.member("system", result.system_name);
  json.member("sha256", result.profile_hash);
  json.member("text", result.profile_text);
  json.end();
  json.member("seed", result.seed);
  json.key("timing");
  json.begin_object();
  json.member("started_at", result.started_at);
  json.member("planned_seconds", result.planned_seconds);
  json.member("actual_seconds", result.actual_seconds);
  json.member("warm_up_seconds", result.warm_up_seconds);
  json.member("cool_down_seconds", result.cool_down_seconds);
  json.end();
}

}  // namespace

void write_json(JsonWriter& json, const RunResult& result) {
  json.begin_object();
  json.member("schema_version", schema_version);
  json.member("verdict", verdict::to_string(result.verdict));
  json.member("exit_code", result.exit_code);
  json.member("partial", result.partial);
  json.key("aborted");
  if (result.abort) {
    json.begin_object(one_line);
    json.member("objective", result.abort->objective);
    json.member("at", result.abort->at);
    json.member("value", result.abort->value);
    json.end();
  } else {
    json.value(std::optional<bool>());
  }
  json.member("limited_by", result.limited_by);
  write_origin(json, result);
  json.key("target");
  json.begin_object();
  json.member("url", result.target_url);
  json.member("embedded", result.embedded_target);
  json.member("resolve_seconds", result.resolve_seconds);
  write_process(json, "process", result.target);
  json.end();
  write_subsystems(json, result);
  write_objectives(json, result.objectives);
  write_validity(json, result.validity);
  write_process(json, "generator", result.generator);
  write_monitors(json, result);
  write_comparable(json, result.comparable);
  json.key("notes");
  json.begin_array();
  for (const std::string& note : result.notes) json.value(note);
  json.end();
  json.end();
}

std::string to_json(const RunResult& result) {
  JsonWriter json;
  write_json(json, result);
  return json.take();
}

}  // namespace soundcheck::report
