// From what a run left behind to the canonical result: figures, objectives, verdict, exit code. Pure but for
// the facts about the build and the host, which come in.
#pragma once

#include <string>
#include <vector>

#include "runner/app/run_header.hpp"
#include "runner/metrics/aggregator.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::app {

struct Finished {
  const RunHeader& header;
  const metrics::Aggregator& aggregator;
  report::ProcessResult target;
  report::ProcessResult generator;
  std::vector<metrics::MonitorRecord> monitors;
  bool interrupted = false;
  double elapsed_seconds = 0;
  double load_seconds = 0;                   ///< of them, how long new work was started
  verdict::GeneratorFigures seen;            ///< what a GeneratorWatch saw; the rest is filled in
  std::vector<verdict::OverTime> over_time;  ///< from an ObjectiveWatch, one for each objective
  std::optional<verdict::Abort> abort;       ///< the objective that ended the run before its time
  std::vector<std::string> notes;            ///< beside those of the header
};

report::RunResult build_result(Finished finished);

}  // namespace soundcheck::app
