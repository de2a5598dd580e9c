// Types of keys that only the steps of an API use. Values, built once; control thread only.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/profile/api_system.hpp"
#include "runner/profile/types.hpp"

namespace soundcheck::profile {

/// 200, "2xx", or a list of such.
struct StatusRanges {
  using Result = std::vector<StatusRange>;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// "< 500ms", in seconds.
struct TimeBound {
  using Result = Bound;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// "< 1MB", in bytes.
struct SizeBound {
  using Result = Bound;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// A condition; its grammar is checked here, its variables where the steps around it are known.
struct ExpressionText {
  using Result = std::string;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// A whole number from 1 to 10,000, or a template that gives one.
struct CountTemplate {
  using Result = std::string;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// Names of variables to templates.
struct AssignmentMap {
  using Result = Assignments;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// Names of tasks, as a list or with weights of their own.
struct TaskWeights {
  using Result = std::vector<std::pair<std::string, std::optional<std::uint32_t>>>;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// Steps, which may hold steps.
struct StepList {
  using Result = std::vector<Step>;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// The keys of one step (runner/profile/step_keys.cpp).
const Object<Step>& step_object();

}  // namespace soundcheck::profile
