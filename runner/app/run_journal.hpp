// Writes a run into its journal while it goes on. Never waits for the disk during the run: what comes while a
// record is still being written is added up and goes out as one, so memory is bounded by the series. Control
// thread.
#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "runner/app/run_header.hpp"
#include "runner/app/run_second.hpp"
#include "runner/journal/writer.hpp"
#include "runner/metrics/snapshot.hpp"

namespace soundcheck::app {

class RunJournal {
 public:
  /// The error is for the user. A journal at that place of a run that did not end by itself is kept beside
  /// it, as FILE.old.
  static std::variant<std::unique_ptr<RunJournal>, std::string> create(const std::filesystem::path& path,
                                                                       const RunHeader& header);

  void add(const RunSecond& second, const metrics::Snapshot& snapshot);
  /// All that was added so far is on the disk.
  bool settled() const { return waiting_.empty() && writer_->ready(); }
  /// Why the journal is not whole, for the user; nothing if it is. Waits for the disk, as long as it makes
  /// progress.
  std::optional<std::string> end(const RunEnd& end);

 private:
  using Waiting = std::pair<RunSecond, metrics::Snapshot>;

  RunJournal(std::filesystem::path path, double warm_up, std::unique_ptr<journal::Writer> writer);
  void hand_over(const RunSecond& second, const metrics::Snapshot& snapshot);
  std::string not_whole(const std::string& reason) const;

  std::filesystem::path path_;
  double warm_up_;
  std::unique_ptr<journal::Writer> writer_;
  /// What could not be handed over yet: what came in the warm-up, and what came after it. Added up no
  /// further, because only the latter counts.
  std::deque<Waiting> waiting_;
  double written_until_ = 0;  ///< seconds of the run that were handed over
};

}  // namespace soundcheck::app
