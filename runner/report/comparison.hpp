// A run against one or several earlier ones, figure by figure, and how people read it: a table on the
// terminal, Markdown for a pull request. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "runner/compare/comparison.hpp"
#include "runner/report/stored_result.hpp"

namespace soundcheck::report {

struct FigureChange {
  std::string name;
  bool total = false;  ///< of a subsystem or the target, not of a single task
  compare::Comparison comparison;
};

struct RunComparison {
  std::vector<StoredResult> baselines;
  StoredResult fresh;
  std::vector<FigureChange> figures;   ///< those that both sides have: totals first, then tasks
  std::vector<std::string> only_base;  ///< names of those that the new run lacks
  std::vector<std::string> only_new;
  std::vector<std::string> warnings;  ///< why the figures may not be comparable at all

  std::size_t count(compare::Change change) const;
};

/// At least one baseline. A figure is compared with those baselines that have it.
RunComparison compare_results(std::vector<StoredResult> baselines, StoredResult fresh);

/// `all`: also the figures of single tasks that did not change.
std::string comparison_text(const RunComparison& comparison, bool all, bool colour);
std::string comparison_markdown(const RunComparison& comparison, bool all);

}  // namespace soundcheck::report
