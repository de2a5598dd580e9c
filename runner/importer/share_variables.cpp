#include "runner/importer/share_variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <set>

#include "runner/importer/document.hpp"
#include "runner/profile/variables.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

using Names = std::set<std::string>;

void collect(const std::string& text, Names& names) {
  std::size_t at = 0;
  while ((at = text.find("{{", at)) != std::string::npos) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string::npos) return;
    names.insert(text.substr(at + 2, end - at - 2));
    at = end + 2;
  }
}

Names used_by(const Step& step) {
  Names names;
  collect(step.path, names);
  collect(step.text, names);
  if (step.json) collect(json::serialize(*step.json), names);
  for (const auto& [name, value] : step.headers) collect(value, names);
  for (const Part& part : step.parts) collect(part.value, names);
  // Generators are no variables: {{random_int(0, 9)}}.
  std::erase_if(names, [](const std::string& name) {
    return name.find('(') != std::string::npos || profile::is_built_in(name);
  });
  return names;
}

class Sharing {
 public:
  explicit Sharing(Draft& draft) : draft_(draft) {
    for (const Step& step : draft.login) remember(step);
  }

  void run() {
    // Moving a step may make others need theirs, so once more until nothing moves.
    while (const auto missing = find_missing()) {
      if (!move_producer(*missing)) drop(*missing);
    }
  }

 private:
  void remember(const Step& step) {
    for (const auto& [name, pointer] : step.extracts) shared_.insert(name);
  }

  std::optional<std::string> find_missing() const {
    for (const Task& task : draft_.tasks) {
      Names known = shared_;
      for (const Step& step : task.steps) {
        for (const std::string& name : used_by(step)) {
          if (known.count(name) == 0) return name;
        }
        for (const auto& [name, pointer] : step.extracts) known.insert(name);
      }
    }
    return std::nullopt;
  }

  /// The first step that extracts it, after what that step itself needs.
  bool move_producer(const std::string& name) {
    for (Task& task : draft_.tasks) {
      const auto producer = std::find_if(task.steps.begin(), task.steps.end(), [&](const Step& step) {
        return std::any_of(step.extracts.begin(), step.extracts.end(),
                           [&](const auto& e) { return e.first == name; });
      });
      if (producer == task.steps.end()) continue;
      for (Step& step : take(task, producer)) {
        for (const std::string& needed : used_by(step)) {
          if (shared_.count(needed) == 0 && !move_producer(needed)) drop_in(step, needed);
        }
        remember(step);
        draft_.login.push_back(std::move(step));
      }
      return true;
    }
    return false;
  }

  static std::string parent(const std::string& path) {
    return path.substr(0, path.rfind('/', path.find('?')));
  }

  /// The producer out of its task, after what prepares it: a POST before it beside it, as /auth/register is
  /// beside /auth/login.
  std::vector<Step> take(Task& task, std::vector<Step>::iterator producer) {
    const std::string beside = parent(producer->path);
    std::vector<Step> taken;
    std::vector<Step> kept;
    for (auto step = task.steps.begin(); step != task.steps.end(); ++step) {
      const bool prepares = step < producer && step->method == "POST" && !beside.empty() &&
                            (parent(step->path) == beside || step->path == beside);
      if (prepares) {
        lose(draft_, fmt::format("POST {} is sent once by each user, before its first task: what follows it "
                                 "there seems to need it",
                                 step->path));
      }
      (prepares || step == producer ? taken : kept).push_back(std::move(*step));
    }
    task.steps = std::move(kept);
    return taken;
  }

  void drop(const std::string& name) {
    for (Task& task : draft_.tasks) {
      for (Step& step : task.steps) drop_in(step, name);
    }
  }

  /// No answer gives it before it is used.
  void drop_in(Step& step, const std::string& name) {
    const std::string mark = fmt::format("{{{{{}}}}}", name);
    lose(draft_,
         fmt::format("{} in {} {}: no request before it gives a value", mark, step.method, step.path));
    change_texts(step, [&](std::string text) {
      for (std::size_t i = text.find(mark); i != std::string::npos; i = text.find(mark))
        text.replace(i, mark.size(), name);
      return text;
    });
  }

  Draft& draft_;
  Names shared_;
};

}  // namespace

void share_variables(Draft& draft) { Sharing(draft).run(); }

}  // namespace soundcheck::importer
