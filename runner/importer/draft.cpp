#include "runner/importer/draft.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>
#include <iterator>
#include <set>

#include "runner/importer/ascii.hpp"
#include "runner/importer/secrets.hpp"
#include "runner/importer/yaml_text.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

std::string one_line(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return out;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t i = text.find(from); i != std::string::npos; i = text.find(from, i + to.size()))
    text.replace(i, from.size(), to);
}

bool holds(const Pairs& headers, const std::pair<std::string, std::string>& header) {
  return std::find(headers.begin(), headers.end(), header) != headers.end();
}

/// What all requests send belongs to the system.
void share_headers(Draft& draft) {
  if (draft.tasks.empty() || draft.tasks.front().steps.empty()) return;
  const Pairs candidates = draft.tasks.front().steps.front().headers;
  for (const auto& header : candidates) {
    bool everywhere = header.second.find("{{") == std::string::npos;
    for_each_step(draft, [&](const Step& step) { everywhere = everywhere && holds(step.headers, header); });
    if (!everywhere) continue;
    draft.headers.push_back(header);
    for_each_step(draft, [&](Step& step) {
      step.headers.erase(std::find(step.headers.begin(), step.headers.end(), header));
    });
  }
}

void name_tasks(Draft& draft) {
  std::set<std::string> names;
  for (Task& task : draft.tasks) {
    task.name = one_line(task.name.empty() ? "task" : task.name);
    std::string name = task.name;
    for (int n = 2; !names.insert(name).second; ++n) name = fmt::format("{}_{}", task.name, n);
    task.name = name;
  }
}

bool holds_secret(const Pairs& headers) {
  return std::any_of(headers.begin(), headers.end(), [](const auto& h) { return is_secret_name(h.first); });
}

/// A GET that works without anything before it, and without credentials, which the health check does not
/// send; best one that is there for the purpose.
void choose_health_path(Draft& draft) {
  constexpr std::array<std::string_view, 6> words{"health", "ready", "alive", "ping", "status", "version"};
  const bool all_with_secret = holds_secret(draft.headers);
  std::string open;
  std::string any;
  for_each_step(draft, [&](const Step& step) {
    if (step.method != "GET" || step.path.find("{{") != std::string::npos) return;
    if (!step.status.empty() && (step.status.front() < 200 || step.status.front() > 299)) return;
    const std::string path = lower(step.path.substr(0, step.path.find('?')));
    const bool meant = std::any_of(words.begin(), words.end(),
                                   [&](std::string_view w) { return path.find(w) != std::string::npos; });
    if (meant && draft.health_path.empty()) draft.health_path = step.path;
    if (open.empty() && !all_with_secret && !holds_secret(step.headers)) open = step.path;
    if (any.empty()) any = step.path;
  });
  if (!draft.health_path.empty()) return;
  draft.health_path = !open.empty() ? open : any.empty() ? "/" : any;
  draft.health_comment =
      open.empty() ? "No path was found that answers without credentials: put one here."
                   : "No path for health checks was recognised: put a better one here if there is one.";
}

json::value pairs_value(const Pairs& pairs) {
  json::object out;
  for (const auto& [key, value] : pairs) out[key] = value;
  return out;
}

json::value part_value(const Part& part) {
  json::object out{{"name", part.name}};
  if (part.file_name.empty()) {
    out["value"] = part.value;
    return out;
  }
  out["filename"] = part.file_name;
  if (!part.content_type.empty()) out["content_type"] = part.content_type;
  out["generate"] =
      json::object{{"rows", 100}, {"columns", {{"id", "{{index}}"}, {"text", "{{random_sentence()}}"}}}};
  return out;
}

json::value part_values(const std::vector<Part>& parts) {
  json::array out;
  for (const Part& part : parts) out.push_back(part_value(part));
  return out;
}

/// `indent`: of the step's keys.
void write_checks(std::string& out, const Step& step, std::size_t indent) {
  json::object check;
  if (step.status.size() == 1 && step.status.front() != 200) check["status"] = step.status.front();
  if (step.any_success && step.status.empty()) check["status"] = "2xx";
  if (step.status.size() > 1) check["status"] = json::array(step.status.begin(), step.status.end());
  if (!step.expects.empty()) {
    json::object values;
    for (const auto& [pointer, value] : step.expects) values[pointer] = value;
    check["json"] = std::move(values);
  }
  if (!step.time.empty()) check["time"] = step.time;
  if (!check.empty()) out += yaml_entry("check", check, indent);
}

/// A step of a list that is indented by `margin`.
void write_step(std::string& out, const Step& step, std::size_t margin) {
  const std::string indent(margin, ' ');
  const std::size_t keys = margin + 2;
  if (!step.comment.empty()) out += fmt::format("{}# {}\n", indent, one_line(step.comment));
  if (!step.pause.empty()) out += fmt::format("{}- pause: {}\n", indent, step.pause);
  out += fmt::format("{}- request: {}\n", indent, yaml_text(fmt::format("{} {}", step.method, step.path)));
  if (!step.name.empty()) out += yaml_entry("name", json::value(step.name), keys);
  if (!step.headers.empty()) out += yaml_entry("headers", pairs_value(step.headers), keys);
  if (step.json) out += yaml_entry("body", *step.json, keys);
  if (!step.json && !step.text.empty()) out += yaml_entry("body", json::value(step.text), keys);
  const bool implied = step.json && step.content_type == "application/json";
  if (step.has_body() && !step.content_type.empty() && !implied)
    out += yaml_entry("content_type", json::value(step.content_type), keys);
  if (!step.parts.empty()) out += yaml_entry("multipart", part_values(step.parts), keys);
  write_checks(out, step, keys);
  if (!step.extracts.empty()) out += yaml_entry("extract", pairs_value(step.extracts), keys);
}

void write_task(std::string& out, const Task& task) {
  if (!task.comment.empty()) out += fmt::format("    # {}\n", one_line(task.comment));
  out += fmt::format("    - name: {}\n      weight: {}\n      steps:\n", yaml_text(task.name), task.weight);
  for (const Step& step : task.steps) write_step(out, step, 8);
}

void write_top(std::string& out, const Draft& draft, std::string_view format) {
  auto to = std::back_inserter(out);
  fmt::format_to(
      to, "# Written by `run_load_tests import {}`. docs/profile_reference.md explains the keys.\n", format);
  if (!draft.origin.empty())
    fmt::format_to(to, "# The target was {}: name it with --target.\n", draft.origin);
  if (!draft.needed.empty()) {
    fmt::format_to(to, "#\n# Set these in the environment, or in a file for --env-file, before a run:\n");
    for (const Needed& needed : draft.needed)
      fmt::format_to(to, "#   {}: {}\n", needed.name, one_line(needed.meaning));
  }
  if (draft.lost.empty()) return;
  fmt::format_to(to, "#\n# Not carried over, or made up:\n");
  for (const std::string& lost : draft.lost) fmt::format_to(to, "#   - {}\n", one_line(lost));
}

}  // namespace

void for_each_step(Draft& draft, const std::function<void(Step&)>& f) {
  std::for_each(draft.login.begin(), draft.login.end(), f);
  for (Task& task : draft.tasks) std::for_each(task.steps.begin(), task.steps.end(), f);
}

void change_texts(Step& step, const std::function<std::string(const std::string&)>& change) {
  for (std::string* text : {&step.path, &step.name, &step.text}) *text = change(*text);
  for (auto& [header, value] : step.headers) value = change(value);
  for (Part& part : step.parts) part.value = change(part.value);
  if (step.json) step.json = json::parse(change(json::serialize(*step.json)));
}

void lose(Draft& draft, std::string what) {
  if (std::find(draft.lost.begin(), draft.lost.end(), what) == draft.lost.end())
    draft.lost.push_back(std::move(what));
}

std::string literal(std::string_view text) {
  std::string out(text);
  replace_all(out, "${", "$${");
  replace_all(out, "{{", "{ {");
  return out;
}

json::value literal_json(const json::value& value) {
  if (value.is_string()) return json::value(literal(std::string_view(value.get_string())));
  if (const json::array* list = value.if_array()) {
    json::array out;
    for (const json::value& item : *list) out.push_back(literal_json(item));
    return out;
  }
  if (const json::object* map = value.if_object()) {
    json::object out;
    for (const auto& [key, member] : *map) {
      std::string name(key);
      replace_all(name, "{{", "{ {");
      out[name] = literal_json(member);
    }
    return out;
  }
  return value;
}

std::string snake_case(std::string_view text) {
  std::string out;
  bool after_small = false;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalnum(byte) == 0) {
      if (!out.empty() && out.back() != '_') out += '_';
      after_small = false;
      continue;
    }
    if (byte >= 0x80) continue;
    if (std::isupper(byte) != 0 && after_small) out += '_';
    after_small = std::islower(byte) != 0 || std::isdigit(byte) != 0;
    out += static_cast<char>(std::tolower(byte));
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

void tidy(Draft& draft) {
  std::erase_if(draft.tasks, [](const Task& task) { return task.steps.empty(); });
  name_tasks(draft);
  share_headers(draft);
  if (draft.health_path.empty()) choose_health_path(draft);
  const bool idle =
      std::all_of(draft.tasks.begin(), draft.tasks.end(), [](const Task& task) { return task.weight == 0; });
  if (!idle || draft.tasks.empty()) return;
  draft.tasks.front().weight = 1;
  lose(draft, fmt::format("the task {} has the weight 1 all the same: nothing else is left",
                          draft.tasks.front().name));
}

std::string to_system_file(const Draft& draft, std::string_view format) {
  std::string out;
  write_top(out, draft, format);
  auto to = std::back_inserter(out);
  fmt::format_to(to, "description: {}\n\n", yaml_text(one_line(draft.description)));
  fmt::format_to(to, "# Asked before the run, without the headers below; must answer 2xx.\n");
  if (!draft.health_comment.empty()) fmt::format_to(to, "# {}\n", draft.health_comment);
  fmt::format_to(to, "health_path: {}\n\n", yaml_text(draft.health_path));
  if (!draft.verify_tls) out += "# Certificates are not verified.\ntls: {verify: false}\n\n";
  out += "api:\n";
  out +=
      "  # Between two tasks of a user. It is made up: put in what your users take.\n  think_time: 1s..3s\n";
  if (draft.redirects > 0) fmt::format_to(to, "  redirects: {}\n", draft.redirects);
  if (draft.compressed) out += "  accept_encoding: [gzip, deflate, br]\n";
  if (!draft.headers.empty()) out += yaml_entry("headers", pairs_value(draft.headers), 2);
  if (!draft.login.empty()) out += "  # Each user does this before its first task.\n  login:\n    steps:\n";
  for (const Step& step : draft.login) write_step(out, step, 6);
  out += "  tasks:\n";
  for (std::size_t i = 0; i < draft.tasks.size(); ++i) {
    if (i > 0) out += '\n';
    write_task(out, draft.tasks[i]);
  }
  return out;
}

}  // namespace soundcheck::importer
