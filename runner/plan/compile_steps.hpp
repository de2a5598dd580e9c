// From the steps of a system file to those that users run: names of variables become slots, texts become
// templates, conditions expressions. Used by compile_api only; pure.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocols/core/variables.hpp"
#include "runner/plan/plan.hpp"

namespace soundcheck::plan {

class StepCompiler {
 public:
  /// `names`: the slots, the same for all workloads of a plan. References outlive it. A copy goes on from
  /// what has been compiled so far.
  StepCompiler(Plan& plan, const profile::ApiSystem& system, core::VariableTable& names, std::string prefix);

  /// Steps in order: what they set counts as known from then on.
  std::vector<http::Step> steps(const std::vector<profile::Step>& steps);
  http::SetStep assignments(const profile::Assignments& values);
  core::TextTemplate text(const std::string& text);

  /// From here on the columns of the data files are known.
  void use_data();
  /// The rows that what was compiled since the last call needs.
  std::vector<http::DataDraw> draws();

  /// The task of this name among those of this workload, a new one if there is none.
  core::TaskId task_id(const std::string& name);
  /// Slots of variables that the steps set and nothing before them does.
  std::vector<core::Slot> own_slots(const std::vector<profile::Step>& steps) const;

 private:
  http::Step step(const profile::Step& step);
  http::RequestStep request(const profile::RequestStep& step);
  http::Extraction extraction(const profile::Extraction& extraction);
  std::shared_ptr<const http::MultipartTemplate> multipart(const std::vector<profile::Part>& parts);
  http::RepeatStep repeat(const profile::Step& step);
  http::Headers headers_of(const profile::RequestStep& step) const;
  core::Expression expression(const std::string& text);
  core::ContentMatch match(const profile::ResponseCheck& check);

  Plan& plan_;
  const profile::ApiSystem& system_;
  core::VariableTable& names_;
  std::string prefix_;
  std::size_t first_task_;       ///< of this workload, in the plan
  std::set<std::string> known_;  ///< variables that have a value by now
};

}  // namespace soundcheck::plan
