#include "runner/app/run_journal.hpp"

#include <fmt/format.h>

#include <system_error>

#include "runner/app/run_codec.hpp"
#include "runner/engine/run.hpp"
#include "runner/journal/reader.hpp"

namespace soundcheck::app {

namespace {

/// Somebody may still want the figures of a run that was killed.
void keep_unfinished(const std::filesystem::path& path) {
  const auto outcome = journal::read_journal(path, [](journal::Kind, std::string_view) { return true; });
  if (outcome.error || outcome.ended) return;
  std::error_code ignored;
  std::filesystem::rename(path, path.string() + ".old", ignored);
}

constexpr std::ptrdiff_t most_waiting_samples = 2'000;

/// Makes one second of two: what was recorded adds up, of what was looked at the later one stands, but
/// samples of monitors are all kept.
void absorb(std::pair<RunSecond, metrics::Snapshot>& both, const RunSecond& later,
            const metrics::Snapshot& more) {
  for (metrics::TaskRecord& task : both.second.tasks) task.in_progress = 0;  // a state, not a sum over time
  both.second.merge(more);
  const auto target = both.first.target;
  const auto own = both.first.own;
  std::vector<monitor::MonitorSample> monitored = std::move(both.first.monitored);
  monitored.insert(monitored.end(), later.monitored.begin(), later.monitored.end());
  // A disk that has stood still for long must not fill the memory: then only the newest are kept.
  if (std::ssize(monitored) > most_waiting_samples)
    monitored.erase(monitored.begin(), monitored.end() - most_waiting_samples);
  both.first = later;
  both.first.monitored = std::move(monitored);
  if (!both.first.target) both.first.target = target;
  if (!both.first.own) both.first.own = own;
}

}  // namespace

std::variant<std::unique_ptr<RunJournal>, std::string> RunJournal::create(const std::filesystem::path& path,
                                                                          const RunHeader& header) {
  keep_unfinished(path);
  auto created = journal::Writer::create(path, encode(header));
  if (auto* problem = std::get_if<std::string>(&created)) return std::move(*problem);
  return std::unique_ptr<RunJournal>(
      new RunJournal(path, header.warm_up, std::move(std::get<std::unique_ptr<journal::Writer>>(created))));
}

RunJournal::RunJournal(std::filesystem::path path, double warm_up, std::unique_ptr<journal::Writer> writer)
    : path_(std::move(path)), warm_up_(warm_up), writer_(std::move(writer)) {}

void RunJournal::add(const RunSecond& second, const metrics::Snapshot& snapshot) {
  if (waiting_.empty() && writer_->ready()) return hand_over(second, snapshot);
  const auto warm = [&](const RunSecond& s) { return engine::in_warm_up(s.at, warm_up_); };
  if (!waiting_.empty() && warm(waiting_.back().first) == warm(second)) {
    absorb(waiting_.back(), second, snapshot);
  } else {
    waiting_.emplace_back(second, snapshot);
  }
  if (!writer_->ready()) return;
  hand_over(waiting_.front().first, waiting_.front().second);
  waiting_.pop_front();
}

void RunJournal::hand_over(const RunSecond& second, const metrics::Snapshot& snapshot) {
  writer_->append(journal::Kind::second, encode(second, snapshot));
  written_until_ = second.at;
}

std::optional<std::string> RunJournal::end(const RunEnd& end) {
  if (const auto problem = writer_->wait()) return not_whole(*problem);
  for (; !waiting_.empty(); waiting_.pop_front()) {
    hand_over(waiting_.front().first, waiting_.front().second);
    if (const auto problem = writer_->wait()) return not_whole(*problem);
  }
  writer_->append(journal::Kind::end, encode(end));
  if (const auto problem = writer_->wait()) return not_whole(*problem);
  return std::nullopt;
}

std::string RunJournal::not_whole(const std::string& reason) const {
  return fmt::format("the journal {} ends before the run did, at about {:.0f} s: {}", path_.string(),
                     written_until_, reason);
}

}  // namespace soundcheck::app
