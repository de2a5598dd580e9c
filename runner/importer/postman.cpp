// Postman collections: the requests of each folder become a task, in their order, as the collection runner
// sends them. What one folder gets and another one uses, such as a token, is got at the login.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>
#include <optional>
#include <set>

#include "runner/importer/ascii.hpp"
#include "runner/importer/importer.hpp"
#include "runner/importer/postman_script.hpp"
#include "runner/importer/postman_variables.hpp"
#include "runner/importer/request_parts.hpp"
#include "runner/importer/secrets.hpp"
#include "runner/importer/share_variables.hpp"
#include "runner/importer/url.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

/// What an item takes from the folders around it.
struct Surroundings {
  std::string folder;  ///< "Orders / Archive"
  const json::value* auth = nullptr;
};

class PostmanImport {
 public:
  PostmanImport(const Source& source, const Request& request)
      : source_(source), request_(request), root_(parse_json(source)) {}

  Imported run() {
    const json::value* root = find(&root_, "collection") != nullptr ? find(&root_, "collection") : &root_;
    const json::value* info = find(root, "info");
    if (info == nullptr || find(root, "item") == nullptr) {
      refuse(source_, "item", "this is no Postman collection of version 2: the key is missing",
             "export the collection as v2.1");
    }
    const std::string name = text_of(info, "name");
    draft_.description = name.empty() ? "Imported from Postman" : literal(name);
    variables_.read(list_of(root, "variable"));
    find_extractions(list_of(root, "item"));
    Surroundings around{name.empty() ? "collection" : literal(name), find(root, "auth")};
    lose_scripts(*root, "the collection");
    read_folder(list_of(root, "item"), around, true);
    if (draft_.tasks.empty()) {
      refuse(source_, "item", "no request of the collection can be carried over",
             !draft_.lost.empty()    ? fmt::format("the reasons: {}", fmt::join(draft_.lost, "; "))
             : request_.only.empty() ? "it needs requests with an address"
                                     : fmt::format("none has \"{}\" in its name or address", request_.only));
    }
    if (other_names_ > 0)
      lose(draft_, fmt::format("{} requests without \"{}\" in name or address (--only)", other_names_,
                               request_.only));
    share_variables(draft_);
    return finish(std::move(draft_), "postman");
  }

 private:
  /// Names that scripts give a value of an answer; they are variables of a user.
  void find_extractions(const json::array& items) {
    for (const json::value& item : items) {
      find_extractions(list_of(&item, "item"));
      if (find(&item, "request") == nullptr) continue;
      for (const auto& [variable, pointer] : read_postman_script(script_lines(item, "test")).extracts)
        variables_.extract(variable);
    }
  }

  static std::vector<std::string> script_lines(const json::value& item, std::string_view listen) {
    std::vector<std::string> lines;
    for (const json::value& event : list_of(&item, "event")) {
      if (text_of(&event, "listen") != listen) continue;
      const json::value* script = find(&event, "script");
      if (const std::string text = text_of(script, "exec"); !text.empty()) lines.push_back(text);
      for (const json::value& line : list_of(script, "exec")) {
        if (line.is_string()) lines.emplace_back(line.get_string());
      }
    }
    return lines;
  }

  void lose_scripts(const json::value& owner, const std::string& name) {
    for (const char* listen : {"prerequest", "test"}) {
      const ScriptFacts facts = read_postman_script(script_lines(owner, listen));
      if (!facts.lost.empty() || !facts.status.empty() || !facts.extracts.empty())
        lose(draft_, fmt::format("{}: its {} script", name, listen));
    }
  }

  void read_folder(const json::array& items, const Surroundings& around, bool top) {
    Task task;
    task.name = around.folder;
    for (const json::value& item : items) {
      if (find(&item, "request") != nullptr) add_step(task, item, around);
    }
    if (!task.steps.empty()) draft_.tasks.push_back(std::move(task));
    for (const json::value& item : items) {
      if (find(&item, "item") == nullptr) continue;
      const std::string name = text_of(&item, "name");
      Surroundings inside{top ? literal(name) : around.folder + " / " + literal(name), around.auth};
      if (const json::value* auth = find(&item, "auth"); auth != nullptr && auth->is_object())
        inside.auth = auth;
      lose_scripts(item, "the folder " + name);
      read_folder(list_of(&item, "item"), inside, false);
    }
  }

  void add_step(Task& task, const json::value& item, const Surroundings& around) {
    const json::value& request = *find(&item, "request");
    name_ = text_of(&item, "name");
    const std::string address = address_of(request);
    if (!request_.only.empty() && name_.find(request_.only) == std::string::npos &&
        address.find(request_.only) == std::string::npos) {
      ++other_names_;
      return;
    }
    Step step;
    step.comment = name_;
    step.method = request.is_string() ? "GET" : text_of(&request, "method");
    if (step.method.empty()) step.method = "GET";
    if (!allowed_method(step.method)) {
      lose(draft_, fmt::format("{}: the method {} is not spoken", name_, step.method));
      return;
    }
    if (!set_path(step, address, find(&request, "url"))) return;
    Pairs headers;
    for (const json::value& header : enabled(list_of(&request, "header")))
      headers.emplace_back(text_of(&header, "key"), text_of(&header, "value"));
    add_all_headers(step, headers);
    const json::value* auth = find(&request, "auth");
    add_auth(step, auth != nullptr && auth->is_object() ? auth : around.auth);
    if (const json::value* body = find(&request, "body"); body != nullptr && body->is_object())
      add_body(step, *body);
    add_scripts(step, item);
    for (const char* key : {"protocolProfileBehavior", "proxy", "certificate"}) {
      const json::value* value = find(&item, key) != nullptr ? find(&item, key) : find(&request, key);
      if (value != nullptr && value->is_object() && !value->get_object().empty())
        lose(draft_, fmt::format("{}: {}", name_, key));
    }
    task.steps.push_back(std::move(step));
  }

  static json::array enabled(const json::array& list) {
    json::array out;
    for (const json::value& item : list) {
      const json::value* disabled = find(&item, "disabled");
      if (disabled == nullptr || *disabled != true) out.push_back(item);
    }
    return out;
  }

  /// The address as it is typed into Postman.
  static std::string address_of(const json::value& request) {
    if (request.is_string()) return std::string(request.get_string());
    const json::value* url = find(&request, "url");
    if (url == nullptr) return {};
    if (url->is_string()) return std::string(url->get_string());
    if (const std::string raw = text_of(url, "raw"); !raw.empty()) return raw;
    const auto joined = [](const json::value* value, std::string_view between) {
      if (value != nullptr && value->is_string()) return std::string(value->get_string());
      std::string out;
      if (value == nullptr || !value->is_array()) return out;
      for (const json::value& part : value->get_array())
        out += (out.empty() ? "" : std::string(between)) + plain_text(part);
      return out;
    };
    std::string text = text_of(url, "protocol");
    if (!text.empty()) text += "://";
    text += joined(find(url, "host"), ".");
    if (const std::string port = text_of(url, "port"); !port.empty()) text += ":" + port;
    return text + "/" + joined(find(url, "path"), "/");
  }

  bool set_path(Step& step, const std::string& address, const json::value* url_json) {
    auto url = url_of(variables_.with_known(address));
    if (!url) {
      lose(draft_, fmt::format("{}: \"{}\" is not an http address", name_, shown_address(address)));
      return false;
    }
    if (!url->origin.empty() && !belongs(draft_, *url)) {
      lose(draft_, fmt::format("{}: {} is another target than {}", name_, url->origin, draft_.origin));
      return false;
    }
    for (const json::value& variable : list_of(url_json, "variable")) {
      const std::string mark = "/:" + text_of(&variable, "key");
      const std::string value = variables_.with_known(text_of(&variable, "value"));
      const std::size_t i = url->path.find(mark);
      const std::size_t end = i == std::string::npos ? i : i + mark.size();
      if (end > url->path.size() || (end < url->path.size() && url->path[end] != '/')) continue;
      if (value.empty())
        lose(draft_, fmt::format("{}: the path variable {} has no value; 1 is taken", name_, mark.substr(1)));
      url->path.replace(i, mark.size(), "/" + (value.empty() ? "1" : encode_path(value)));
    }
    step.path = variables_.ours(url->path);
    step.path = with_query(step.path, variables_.query(url->query));
    if (!url->user.empty()) put_header(draft_, step, "Authorization", secrets_.basic(url->user));
    return true;
  }

  /// A variable in the host leaves the target open. Elsewhere braces are variables of path and query.
  std::optional<Url> url_of(const std::string& text) {
    // {{baseUrl}}calls: the variable's value ends with a slash.
    const std::size_t variable = text.starts_with("{{") ? text.find("}}") + 2 : text.size();
    const bool is_base =
        variable < text.size() && std::isalnum(static_cast<unsigned char>(text[variable])) != 0;
    const std::size_t end = is_base ? variable : end_of_target(text);
    const std::string target = shown_address(text.substr(0, end));
    if (!PostmanVariables::has_variable(target)) return parse_url(text, "http");
    lose(draft_, fmt::format("the address {}: name the target with --target", target));
    return parse_without_host(text.substr(0, end) + (is_base ? "/" : "") + text.substr(end));
  }

  void add_all_headers(Step& step, const Pairs& headers) {
    for (const auto& [name, value] : headers) {
      const std::string known = variables_.with_known(value);
      if (!PostmanVariables::has_variable(known) || !is_header_name(name)) {
        add_headers(draft_, secrets_, step, {{name, known}});
      } else if (lower(name) == "content-type") {
        step.content_type = variables_.with_ours(known);
      } else {
        put_header(draft_, step, name, variables_.with_ours(is_secret_name(name) ? value : known));
      }
    }
  }

  void add_auth(Step& step, const json::value* auth) {
    const std::string type = text_of(auth, "type");
    if (auth == nullptr || type.empty() || type == "noauth") return;
    const json::value* fields = find(auth, type);
    // v2.1 has a list of keys and values, v2.0 a map.
    const auto field = [&](std::string_view key) {
      for (const json::value& item : list_of(auth, type)) {
        const json::value* value = find(&item, "value");
        if (text_of(&item, "key") == key && value != nullptr) return plain_text(*value);
      }
      return text_of(fields, key);
    };
    if (type == "bearer") {
      add_all_headers(step, {{"Authorization", "Bearer " + field("token")}});
    } else if (type == "basic") {
      put_header(draft_, step, "Authorization", secrets_.basic(field("username") + ":" + field("password")));
    } else if (type == "apikey" && field("in") == "query") {
      step.path += (step.path.find('?') == std::string::npos ? "?" : "&") + encode_value(field("key")) + "=" +
                   secret_text(field("key"), field("value"));
    } else if (type == "apikey" && is_header_name(field("key"))) {
      put_header(draft_, step, field("key"), secret_text(field("key"), field("value")));
    } else {
      lose(draft_, fmt::format("{}: authentication by {}", name_, type));
    }
  }

  std::string secret_text(const std::string& name, const std::string& value) {
    return variables_.named(
        name, value, [&](const std::string& text) { return secrets_.hide(name, text, "the key " + name); });
  }

  void add_body(Step& step, const json::value& body) {
    const std::string mode = text_of(&body, "mode");
    if (mode == "raw") {
      const std::string text = text_of(&body, "raw");
      if (step.content_type.empty())
        step.content_type = content_type_of(text_of(find(find(&body, "options"), "raw"), "language"));
      if (text.empty()) return;
      set_raw_body(step, text);
    } else if (mode == "urlencoded") {
      for (const json::value& pair : enabled(list_of(&body, "urlencoded"))) {
        const std::string key = text_of(&pair, "key");
        const std::string name = encode_value(key) + "=";
        const std::string text =
            variables_.named(key, text_of(&pair, "value"), [&](const std::string& value) {
              return secrets_.form(name + encode_value(value)).substr(name.size());
            });
        step.text += (step.text.empty() ? "" : "&") + name + text;
      }
      if (step.content_type.empty()) step.content_type = "application/x-www-form-urlencoded";
    } else if (mode == "graphql") {
      add_graphql(step, body);
    } else if (mode == "formdata") {
      add_form(step, enabled(list_of(&body, "formdata")));
    } else if (mode == "file") {
      lose(draft_, fmt::format("{}: its body from a file", name_));
    }
    if (!step.has_body()) step.content_type.clear();
  }

  /// As Postman sends it for the language that is chosen beside "raw".
  static std::string content_type_of(std::string_view language) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> types{
        {{"json", "application/json"},
         {"xml", "application/xml"},
         {"html", "text/html"},
         {"javascript", "application/javascript"},
         {"text", "text/plain"}}};
    const auto* it =
        std::find_if(types.begin(), types.end(), [&](const auto& type) { return type.first == language; });
    return it == types.end() ? "" : std::string(it->second);
  }

  void add_form(Step& step, const json::array& parts) {
    for (const json::value& part : parts) {
      const std::string name = text_of(&part, "key");
      const std::string type = text_of(&part, "contentType");
      if (name.empty()) continue;
      if (text_of(&part, "type") == "file") {
        for (const std::string& file : files_of(part)) add_file_part(draft_, step, name, file, type);
        continue;
      }
      const std::string text = variables_.named(name, text_of(&part, "value"), [&](const std::string& value) {
        return secrets_.part(name, value);
      });
      add_text_part(draft_, step, name, text, type);
    }
  }

  /// One file or several; one without a name if none has been chosen.
  static std::vector<std::string> files_of(const json::value& part) {
    std::vector<std::string> files;
    for (const json::value& file : list_of(&part, "src")) files.push_back(plain_text(file));
    if (files.empty()) files.push_back(text_of(&part, "src"));
    return files;
  }

  /// JSON as a map or list, {{variables}} outside of its quotes or not; forms pair by pair.
  void set_raw_body(Step& step, const std::string& text) {
    if (const auto value = variables_.json(text)) {
      set_json_body(step, secrets_.hide_fields(*value));
      return;
    }
    const std::string known = variables_.with_known(text);
    step.text = is_form(step.content_type, known) ? variables_.query(known)
                                                  : secrets_.text(variables_.with_ours(known));
  }

  void add_graphql(Step& step, const json::value& body) {
    const json::value* graphql = find(&body, "graphql");
    json::object out{{"query", variables_.ours(text_of(graphql, "query"))}};
    const std::string given = text_of(graphql, "variables");
    if (auto variables = variables_.json(given)) {
      out["variables"] = std::move(*variables);
    } else if (given.find_first_not_of(" \t\r\n") != std::string::npos) {
      lose(draft_, fmt::format("{}: the GraphQL variables, which are no JSON", name_));
    }
    const std::string operation = text_of(graphql, "operationName");
    if (!operation.empty()) out["operationName"] = literal(operation);
    set_json_body(step, secrets_.hide_fields(out));
  }

  void add_scripts(Step& step, const json::value& item) {
    ScriptFacts facts = read_postman_script(script_lines(item, "test"));
    step.status = facts.status;
    // Without a test any answer that is a success is as good.
    step.any_success = facts.any_success || facts.status.empty();
    if (facts.below_ms > 0) step.time = fmt::format("< {}ms", facts.below_ms);
    for (const auto& [pointer, value] : facts.expects) {
      const std::string name = pointer.substr(pointer.rfind('/') + 1);
      const json::value hidden =
          value.is_string() ? secrets_.body(json::object{{name, value}}).get_object().at(name) : value;
      step.expects.emplace_back(pointer, hidden);
    }
    for (const auto& [name, pointer] : facts.extracts) {
      const std::string& variable = variables_.extracted(name);
      std::erase_if(step.extracts, [&](const auto& e) { return e.first == variable; });
      step.extracts.emplace_back(variable, pointer);
    }
    for (const std::string& lost : facts.lost)
      lose(draft_, fmt::format("{}: the test script's `{}`", name_, lost));
    for (const std::string& lost : read_postman_script(script_lines(item, "prerequest")).lost)
      lose(draft_, fmt::format("{}: the pre-request script's `{}`", name_, lost));
  }

  const Source& source_;
  const Request& request_;
  json::value root_;
  Draft draft_;
  Secrets secrets_{draft_};
  PostmanVariables variables_{draft_, secrets_};
  std::string name_;  // of the request, for what is lost
  std::size_t other_names_ = 0;
};

}  // namespace

Imported import_postman(const Source& source, const Request& request) {
  return PostmanImport(source, request).run();
}

}  // namespace soundcheck::importer
