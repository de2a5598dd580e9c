#include "runner/app/rebuild.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

#include "runner/app/build_result.hpp"
#include "runner/app/process_watch.hpp"
#include "runner/app/run_codec.hpp"
#include "runner/engine/run.hpp"
#include "runner/journal/reader.hpp"
#include "runner/monitor/monitor_log.hpp"
#include "runner/verdict/objective_watch.hpp"

namespace soundcheck::app {

namespace {

/// A run that comes back second by second.
class Replay {
 public:
  explicit Replay(RunHeader header)
      : header_(std::move(header)),
        aggregator_(header_.tasks),
        target_(header_.target),
        own_(header_.generator),
        generator_(header_.warm_up),
        logs_(header_.monitors.begin(), header_.monitors.end()),
        objectives_(header_.objectives, aggregator_.tasks(), {header_.warm_up, header_.duration}) {}

  /// False if it makes no sense.
  bool take_second(std::string_view content) {
    const auto second = decode_second(content, snapshot_);
    if (!second || second->at < at_ || !take_monitored(second->monitored)) return false;
    if (second->target) keep(target_, *second->target);
    if (second->own) keep(own_, *second->own);
    generator_.add(second->generator, second->load_seconds);
    if (second->at > 0) {
      aggregator_.add_second(second->at, snapshot_, engine::in_warm_up(second->at, header_.warm_up));
      objectives_.add_second(second->at, snapshot_, second->load_seconds);
    }
    at_ = second->at;
    load_seconds_ = second->load_seconds;
    return true;
  }
  bool take_end(std::string_view content) {
    auto end = decode_end(content);
    if (!end || !take_monitored(end->monitored)) return false;
    end_ = std::move(*end);
    ended_ = true;
    return true;
  }

  report::RunResult result(std::vector<std::string> notes) {
    target_.exit = end_.target_exit;
    if (!end_.target_no_data.empty()) target_.no_data = end_.target_no_data;
    notes.insert(notes.end(), end_.notes.begin(), end_.notes.end());
    verdict::GeneratorFigures seen;
    generator_.fill(seen);
    std::vector<metrics::MonitorRecord> monitors;
    for (monitor::MonitorLog& log : logs_) {
      log.finish(at_);
      monitors.push_back(log.record());
    }
    return build_result({.header = header_,
                         .aggregator = aggregator_,
                         .target = std::move(target_),
                         .generator = std::move(own_),
                         .monitors = std::move(monitors),
                         .interrupted = end_.interrupted || !ended_,
                         .elapsed_seconds = at_,
                         .load_seconds = load_seconds_,
                         .seen = seen,
                         .over_time = objectives_.results(),
                         .abort = end_.ended_early ? objectives_.abort() : std::nullopt,
                         .notes = std::move(notes)});
  }
  double at() const { return at_; }
  bool ended() const { return ended_; }

 private:
  /// False if they are no samples of the header's monitors.
  bool take_monitored(const std::vector<monitor::MonitorSample>& samples) {
    for (const monitor::MonitorSample& sample : samples) {
      if (sample.monitor >= logs_.size()) return false;
      monitor::MonitorLog& log = logs_[sample.monitor];
      if (sample.reading.values.size() != log.record().series.size()) return false;
      log.add(sample.at, sample.reading);
    }
    return true;
  }

  const RunHeader header_;
  metrics::Aggregator aggregator_;
  report::ProcessResult target_, own_;
  GeneratorWatch generator_;
  std::vector<monitor::MonitorLog> logs_;
  verdict::ObjectiveWatch objectives_;
  metrics::Snapshot snapshot_;
  RunEnd end_;
  bool ended_ = false;
  double at_ = 0;
  double load_seconds_ = 0;
};

}  // namespace

std::variant<report::RunResult, std::string> rebuild(const std::filesystem::path& path) {
  std::unique_ptr<Replay> replay;  // neither copied nor moved: its objectives point into it
  std::string wrong;
  const auto outcome = journal::read_journal(path, [&](journal::Kind kind, std::string_view content) {
    switch (kind) {
      case journal::Kind::header: {
        if (replay) return false;
        auto header = decode_header(content);
        if (auto* problem = std::get_if<std::string>(&header)) {
          wrong = std::move(*problem);
          return false;
        }
        replay = std::make_unique<Replay>(std::move(std::get<RunHeader>(header)));
        return true;
      }
      case journal::Kind::second:
        return replay && !replay->ended() && replay->take_second(content);
      case journal::Kind::end:
        return replay && !replay->ended() && replay->take_end(content);
    }
    return false;
  });
  if (outcome.error) return *outcome.error;
  if (!replay) {
    return fmt::format("{} cannot be used: {}", path.string(),
                       wrong.empty() ? "its header is torn or damaged" : wrong);
  }
  std::vector<std::string> notes;
  if (!replay->ended()) {
    notes.push_back(fmt::format(
        "this report was made from the journal {} of a run that did not come to its end; it covers the "
        "first {:.0f} s, as far as the journal goes",
        path.string(), replay->at()));
  }
  if (outcome.cut_bytes > 0) {
    notes.push_back(fmt::format("the last {} bytes of the journal are torn or damaged and were left out",
                                outcome.cut_bytes));
  }
  return replay->result(std::move(notes));
}

}  // namespace soundcheck::app
