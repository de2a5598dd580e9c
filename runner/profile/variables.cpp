#include "runner/profile/variables.hpp"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "protocols/core/expression.hpp"
#include "runner/profile/nearest.hpp"

namespace soundcheck::profile {

namespace {

constexpr std::string_view loop_count = "index";

std::vector<std::string> all_names(const Names& known) {
  std::vector<std::string> names(known.begin(), known.end());
  for (const core::Generator::Info& generator : core::Generator::all()) names.emplace_back(generator.name);
  return names;
}

/// Of a data file that could not be read, each column may be one.
bool is_known(const std::string& name, const Names& known) {
  return known.count(name) != 0 || known.count(name.substr(0, name.find('.')) + ".*") != 0;
}

/// "the data file contacts has no column phnoe", if that is what is wrong.
std::optional<std::string> missing_column(const std::string& name, const Names& known) {
  const std::size_t dot = name.find('.');
  if (dot == name.npos) return std::nullopt;
  // The columns of a file stand together in the sorted names.
  const auto first = known.lower_bound(name.substr(0, dot + 1));
  if (first == known.end() || !first->starts_with(name.substr(0, dot + 1))) return std::nullopt;
  return fmt::format("the data file {} has no column {}", name.substr(0, dot), name.substr(dot + 1));
}

void report_unknown(const Value& value, const std::string& name, const Names& known, Mistakes& mistakes) {
  const auto column = value.substituted ? std::nullopt : missing_column(name, known);
  const std::string shown = value.substituted ? "a variable" : fmt::format("{{{{{}}}}}", name);
  mistakes.report(value, column ? *column : fmt::format("nothing sets {} before this", shown),
                  nearest_hint(name, all_names(known)));
}

void check_text(const Value& value, const Names& known, Mistakes& mistakes) {
  const auto checked = core::TextTemplate::check(value.text);
  if (const auto* error = std::get_if<core::SyntaxError>(&checked)) {
    report_syntax(value, *error, known, mistakes);
    return;
  }
  for (const std::string& name : std::get<std::vector<std::string>>(checked)) {
    if (!is_known(name, known)) report_unknown(value, name, known, mistakes);
  }
}

void check_parts(const Value& parts, Names known, Mistakes& mistakes) {
  for (const Value& part : parts.items) {
    if (const Value* value = part.find("value")) check_variables(*value, known, mistakes);
    const Value* generate = part.find("generate");
    if (generate == nullptr || generate->find("columns") == nullptr) continue;
    Names of_row = known;
    of_row.insert(std::string(loop_count));
    check_variables(*generate->find("columns"), of_row, mistakes);
  }
}

void check_request(const Value& node, const Step& step, Names& known, Mistakes& mistakes) {
  for (const Value::Entry& entry : node.entries) {
    const bool is_template = entry.key == "request" || entry.key == "poll" || entry.key == "headers" ||
                             entry.key == "body" || entry.key == "content_type";
    if (is_template) check_variables(entry.value, known, mistakes);
    if (entry.key == "multipart") check_parts(entry.value, known, mistakes);
    if (entry.key != "check") continue;
    for (const Value::Entry& rule : entry.value.entries) {
      if (rule.key == "json" || rule.key == "body_contains" || rule.key == "header")
        check_variables(rule.value, known, mistakes);
    }
  }
  for (const Extraction& extract : step.request.extract) known.insert(extract.variable);
  for (const Extraction& extract : step.request.extract_headers) known.insert(extract.variable);
  if (const Value* check = node.find("check")) {
    if (const Value* that = check->find("that")) check_expression(*that, known, mistakes);
  }
  const Value* until = step.kind == Step::Kind::poll ? node.find("until") : nullptr;
  if (until != nullptr) check_expression(*until, known, mistakes);
}

void check_list(const Value& node, const char* key, const std::vector<Step>& steps, Names& known,
                Mistakes& mistakes) {
  const Value* list = node.find(key);
  if (list != nullptr && list->kind == Value::Kind::list) check_steps(*list, steps, known, mistakes);
}

void check_repeat(const Value& node, const Step& step, Names& known, Mistakes& mistakes) {
  check_variables(*node.find("repeat"), known, mistakes);
  const bool nested = known.count(std::string(loop_count)) != 0;
  known.insert(std::string(loop_count));
  if (const Value* condition = node.find("while")) check_expression(*condition, known, mistakes);
  check_list(node, "steps", step.steps, known, mistakes);
  if (!nested) known.erase(std::string(loop_count));
}

}  // namespace

bool is_built_in(std::string_view name) { return name == loop_count || core::Generator::is_name(name); }

void report_syntax(const Value& node, const core::SyntaxError& error, const Names& known,
                   Mistakes& mistakes) {
  Value at = node;
  const bool one_line =
      !node.substituted && node.origin.column > 0 && node.text.find('\n') == std::string::npos;
  if (one_line && error.column > 0)
    at.origin.column += static_cast<int>(error.column) - 1 + (node.quoted ? 1 : 0);
  std::string hint = error.hint;
  if (!error.unknown.empty()) {
    std::vector<std::string> names = error.known;
    names.insert(names.end(), known.begin(), known.end());
    hint = nearest_hint(error.unknown, names);
  }
  mistakes.report(at, error.message, hint);
}

void check_variables(const Value& value, const Names& known, Mistakes& mistakes) {
  if (value.kind == Value::Kind::scalar) check_text(value, known, mistakes);
  for (const Value& item : value.items) check_variables(item, known, mistakes);
  for (const Value::Entry& entry : value.entries) check_variables(entry.value, known, mistakes);
}

void check_expression(const Value& value, const Names& known, Mistakes& mistakes) {
  if (value.kind != Value::Kind::scalar) return;
  core::VariableTable names;
  const auto compiled = core::Expression::compile(value.text, names);
  const auto* expression = std::get_if<core::Expression>(&compiled);
  if (expression == nullptr) return;  // reported when the key was read
  for (const std::string& name : expression->variables()) {
    if (!is_known(name, known)) report_unknown(value, name, known, mistakes);
  }
}

void check_steps(const Value& list, const std::vector<Step>& steps, Names& known, Mistakes& mistakes) {
  for (std::size_t i = 0; i < steps.size() && i < list.items.size(); ++i) {
    const Value& node = list.items[i];
    const Step& step = steps[i];
    switch (step.kind) {
      case Step::Kind::request:
      case Step::Kind::poll:
        check_request(node, step, known, mistakes);
        break;
      case Step::Kind::set:
        for (const Value::Entry& entry : node.find("set")->entries) {
          check_variables(entry.value, known, mistakes);
          known.insert(entry.key);
        }
        break;
      case Step::Kind::when:
        check_expression(*node.find("when"), known, mistakes);
        check_list(node, "steps", step.steps, known, mistakes);
        check_list(node, "otherwise", step.otherwise, known, mistakes);
        break;
      case Step::Kind::repeat:
        check_repeat(node, step, known, mistakes);
        break;
      case Step::Kind::pause:
      case Step::Kind::stop_task:
        break;
    }
  }
}

std::vector<std::string> names_of_requests(const std::vector<Step>& steps) {
  std::vector<std::string> names;
  for_each_step(steps, [&](const Step& step) {
    if (!step.request.name.empty()) names.push_back(step.request.name);
  });
  return names;
}

std::vector<std::string> variables_set_by(const std::vector<Step>& steps) {
  std::vector<std::string> names;
  for_each_step(steps, [&](const Step& step) {
    for (const Extraction& extract : step.request.extract) names.push_back(extract.variable);
    for (const Extraction& extract : step.request.extract_headers) names.push_back(extract.variable);
    for (const Assignment& assignment : step.set) names.push_back(assignment.name);
  });
  return names;
}

}  // namespace soundcheck::profile
