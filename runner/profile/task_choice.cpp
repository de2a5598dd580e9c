#include "runner/profile/task_choice.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "runner/profile/nearest.hpp"

namespace soundcheck::profile {

namespace {

Origin command_line_origin() { return {std::string(command_line), 0, 0}; }

std::vector<std::string> names_of(const Value* list) {
  std::vector<std::string> names;
  if (list == nullptr) return names;
  for (const Value& item : list->items) {
    if (const Value* name = item.find("name")) names.push_back(name->text);
  }
  return names;
}

void report(const std::string& option, const std::string& given, std::string message, std::string hint,
            Mistakes& mistakes) {
  Value at = Value::scalar(given, command_line_origin());
  at.path = option;
  mistakes.report(at, std::move(message), std::move(hint));
}

/// Sets a key of a map, in place of the value that it has.
void set(Value& map, std::string_view key, const std::string& value) {
  const Value scalar = Value::scalar(value, command_line_origin());
  if (Value* old = map.find(key)) {
    *old = scalar;
  } else {
    map.entries.push_back({std::string(key), command_line_origin(), scalar});
  }
}

class Chooser {
 public:
  Chooser(Value& api, Mistakes& mistakes)
      : tasks_(api.find("tasks")), classes_(api.find("user_classes")), mistakes_(mistakes) {}

  /// The weight counts for everyone: also in classes that give the task one of their own.
  void set_weight(const std::string& option, const std::string& task, const std::string& weight) {
    bool found = false;
    for (Value& item : tasks_->items) {
      const Value* name = item.find("name");
      if (name == nullptr || name->text != task) continue;
      set(item, "weight", weight);
      found = true;
    }
    if (!found) {
      report(option, task, "the system has no such task", nearest_hint(task, names_of(tasks_)), mistakes_);
      return;
    }
    if (classes_ == nullptr) return;
    for (Value& user_class : classes_->items) {
      Value* chosen = user_class.find("tasks");
      if (chosen != nullptr && chosen->find(task) != nullptr) set(*chosen, task, weight);
    }
  }

  void only_classes(const std::vector<std::string>& chosen) {
    const std::vector<std::string> names = names_of(classes_);
    bool all_known = true;
    for (const std::string& name : chosen) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      all_known = false;
      report("--user-class", name,
             names.empty() ? "the system has no user classes" : "the system has no such user class",
             names.empty() ? "declare them under api.user_classes" : nearest_hint(name, names), mistakes_);
    }
    if (!all_known) return;
    for (Value& user_class : classes_->items) {
      const Value* name = user_class.find("name");
      const bool wanted =
          name != nullptr && std::find(chosen.begin(), chosen.end(), name->text) != chosen.end();
      const Value* weight = user_class.find("weight");
      if (!wanted) set(user_class, "weight", "0");
      if (wanted && weight != nullptr && weight->text == "0") set(user_class, "weight", "1");
    }
  }

 private:
  Value* tasks_;
  Value* classes_;
  Mistakes& mistakes_;
};

}  // namespace

void apply_task_choice(Value& system, const TaskChoice& choice, Mistakes& mistakes) {
  if (choice.empty()) return;
  Value* api = system.find("api");
  if (api == nullptr || api->find("tasks") == nullptr) {
    report("--without-task, --task-weight and --user-class", "", "the system declares no api with tasks", "",
           mistakes);
    return;
  }
  Chooser chooser(*api, mistakes);
  for (const std::string& task : choice.without) chooser.set_weight("--without-task", task, "0");
  for (const auto& [task, weight] : choice.weights) chooser.set_weight("--task-weight", task, weight);
  if (!choice.classes.empty()) chooser.only_classes(choice.classes);
}

}  // namespace soundcheck::profile
