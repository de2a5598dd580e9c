#include "runner/importer/request_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>
#include <utility>

#include "runner/importer/ascii.hpp"
#include "runner/importer/json_text.hpp"
#include "runner/importer/shell_variables.hpp"
#include "runner/importer/yaml_text.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

/// What the engine sends by itself, or what means something for one connection or one browser only.
bool is_computed(std::string_view name) {
  constexpr std::array<std::string_view, 13> names{"content-length",
                                                   "connection",
                                                   "transfer-encoding",
                                                   "keep-alive",
                                                   "upgrade",
                                                   "proxy-connection",
                                                   "te",
                                                   "trailer",
                                                   "expect",
                                                   "dnt",
                                                   "if-modified-since",
                                                   "if-none-match",
                                                   "upgrade-insecure-requests"};
  return name.starts_with(':') || name.starts_with("sec-") || name.starts_with("proxy-") ||
         name == "priority" || std::find(names.begin(), names.end(), name) != names.end();
}

/// The engine takes Host from the target's address; another one is meant.
bool is_own_host(const Draft& draft, std::string_view name, std::string_view value) {
  return name == "host" && draft.origin.ends_with("://" + lower(value));
}

bool is_one_line(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x20; });
}

/// Lower case, without parameters such as the charset.
std::string media_type(std::string_view content_type) {
  return lower(content_type.substr(0, content_type.find(';')));
}

}  // namespace

std::string header_of(const Pairs& headers, std::string_view lower_case_name) {
  for (const auto& [name, value] : headers) {
    if (lower(name) == lower_case_name) return value;
  }
  return {};
}

bool belongs(Draft& draft, const Url& url) {
  if (draft.origin.empty()) draft.origin = url.origin;
  return draft.origin == url.origin;
}

bool is_header_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool allowed_method(std::string_view method) {
  constexpr std::array<std::string_view, 7> methods{"GET",    "POST", "PUT",    "PATCH",
                                                    "DELETE", "HEAD", "OPTIONS"};
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

std::string task_name(std::string_view method, std::string_view path) {
  const std::string name = snake_case(path);
  return name.empty() ? lower(method) + "_root" : lower(method) + "_" + name;
}

void add_headers(Draft& draft, Secrets& secrets, Step& step, const Pairs& headers) {
  for (const auto& [name, value] : headers) {
    const std::string small = lower(name);
    if (is_computed(small) || is_own_host(draft, small, value)) continue;
    if (small == "accept-encoding") {
      draft.compressed = draft.compressed || value.find("gzip") != std::string::npos;
    } else if (small == "content-type") {
      step.content_type = literal(value);
    } else if (!is_header_name(name) || !is_one_line(value)) {
      lose(draft, fmt::format("the header \"{}\" of {} {}: it is not one line of text", name, step.method,
                              step.path));
    } else {
      put_header(draft, step, name, secrets.header(name, value));
    }
  }
}

void put_header(Draft& draft, Step& step, const std::string& name, const std::string& value) {
  const auto same = std::find_if(step.headers.begin(), step.headers.end(),
                                 [&](const auto& header) { return lower(header.first) == lower(name); });
  if (same == step.headers.end()) {
    step.headers.emplace_back(name, value);
  } else if (lower(name) == "cookie") {
    same->second += "; " + value;
  } else if (same->second != value) {
    lose(draft, fmt::format("{} {} has the header {} more than once: the last one is sent", step.method,
                            step.path, name));
    same->second = value;
  }
}

void set_body(Secrets& secrets, Step& step, std::string_view text) {
  const std::string type = media_type(step.content_type);
  const bool is_json = type.ends_with("/json") || type.ends_with("+json");
  const auto value = is_json ? read_json(quote_bare(text, leading_shell_mark))
                             : read_json_structure(quote_bare(text, leading_shell_mark));
  if (value) {
    set_json_body(step, secrets.body(*value));
  } else {
    step.text = is_form(type, text) ? secrets.form(text) : secrets.text(literal(text));
  }
}

bool is_form(std::string_view content_type, std::string_view text) {
  if (media_type(content_type) == "application/x-www-form-urlencoded") return true;
  const auto is_name = [](std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
      return std::isalnum(c) != 0 ||
             std::string_view("-._~%[]").find(static_cast<char>(c)) != std::string::npos;
    });
  };
  while (true) {
    const std::string_view pair = text.substr(0, text.find('&'));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || !is_name(pair.substr(0, equals)) || !is_one_line(pair))
      return false;
    if (pair.size() == text.size()) return true;
    text.remove_prefix(pair.size() + 1);
  }
}

void set_json_body(Step& step, json::value value) {
  if (step.content_type.empty()) step.content_type = "application/json";
  if (value.is_structured() && !has_bare(value) && fits_yaml(value)) {
    step.json = std::move(value);
  } else {
    step.text = json_text(value);
  }
}

void add_text_part(Draft& draft, Step& step, std::string_view name, std::string value,
                   std::string_view content_type) {
  step.parts.push_back({literal(name), std::move(value), "", ""});
  if (content_type.empty()) return;
  lose(draft, fmt::format("the content type {} of the field {} in {} {}: only files have one here",
                          content_type, name, step.method, step.path));
}

void add_file_part(Draft& draft, Step& step, std::string_view name, std::string_view file_name,
                   std::string_view content_type) {
  const std::string_view leaf = file_name.substr(file_name.find_last_of("/\\") + 1);  // npos + 1 is 0
  const std::string shown = leaf.empty() ? std::string(name) + ".csv" : literal(leaf);
  step.parts.push_back({literal(name), "", shown, literal(content_type)});
  lose(draft,
       fmt::format("the content of {} in {} {}: rows are made up; put the file beside this one, and write "
                   "file: {} instead of generate",
                   shown, step.method, step.path, shown));
}

Imported finish(Draft draft, std::string_view format) {
  tidy(draft);
  Imported imported;
  imported.system = to_system_file(draft, format);
  imported.target = draft.origin;
  for (const Needed& needed : draft.needed) imported.needed.push_back(needed.name);
  imported.lost = std::move(draft.lost);
  return imported;
}

}  // namespace soundcheck::importer
