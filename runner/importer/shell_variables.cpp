#include "runner/importer/shell_variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <functional>

namespace soundcheck::importer {

namespace {

constexpr std::string_view mark_begin = "0shell0variable0";
constexpr std::string_view mark_end = "0end0";

using Replace = std::function<std::string(std::string_view name)>;

std::string replaced(std::string_view text, const Replace& by) {
  std::string out;
  while (true) {
    const std::size_t begin = text.find(mark_begin);
    const std::size_t name = begin == text.npos ? begin : begin + mark_begin.size();
    const std::size_t end = begin == text.npos ? begin : text.find(mark_end, name);
    if (end == text.npos) return out + std::string(text);
    out += text.substr(0, begin);
    out += by(text.substr(name, end - name));
    text.remove_prefix(end + mark_end.size());
  }
}

}  // namespace

std::string shell_mark(std::string_view name) { return fmt::format("{}{}{}", mark_begin, name, mark_end); }

bool has_shell_mark(std::string_view text) { return text.find(mark_begin) != std::string_view::npos; }

std::size_t leading_shell_mark(std::string_view text) {
  if (!text.starts_with(mark_begin)) return 0;
  const std::size_t end = text.find(mark_end, mark_begin.size());
  return end == text.npos ? 0 : end + mark_end.size();
}

bool is_shell_mark(std::string_view text) { return !text.empty() && leading_shell_mark(text) == text.size(); }

std::string with_shell_names(std::string_view text) {
  return replaced(text, [](std::string_view name) { return fmt::format("${}", name); });
}

void take_from_environment(Draft& draft) {
  const auto environment = [&](std::string_view name) {
    const bool known = std::any_of(draft.needed.begin(), draft.needed.end(),
                                   [&](const Needed& needed) { return needed.name == name; });
    if (!known) draft.needed.push_back({std::string(name), fmt::format("${} of the commands", name)});
    return fmt::format("${{{}}}", name);
  };
  for_each_step(draft, [&](Step& step) {
    change_texts(step, [&](const std::string& text) { return replaced(text, environment); });
    for (Part& part : step.parts)
      part.file_name = replaced(part.file_name, [](std::string_view name) { return std::string(name); });
  });
  for (Task& task : draft.tasks) task.name = replaced(task.name, snake_case);
  for (std::string& lost : draft.lost) lost = with_shell_names(lost);
}

}  // namespace soundcheck::importer
