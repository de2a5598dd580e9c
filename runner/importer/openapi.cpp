// OpenAPI 3.0 and 3.1 and Swagger 2.0: each operation becomes a task of one request, with values from the
// document's examples or made from its schemas.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>
#include <optional>
#include <set>

#include "runner/importer/importer.hpp"
#include "runner/importer/openapi_document.hpp"
#include "runner/importer/request_parts.hpp"
#include "runner/importer/secrets.hpp"
#include "runner/importer/url.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

struct Parameter {
  std::string name;
  std::string in;  ///< path, query, header, cookie, body, formData
  bool required = false;
  const json::value* json = nullptr;
};

/// A text for a path, query or header: lists with commas, as all styles but the exploded ones have it.
std::string parameter_text(const json::value& value) {
  if (!value.is_array()) return plain_text(value);
  std::string out;
  for (const json::value& item : value.get_array()) out += (out.empty() ? "" : ",") + plain_text(item);
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

class OpenApiImport {
 public:
  OpenApiImport(const Source& source, const Request& request)
      : source_(source), request_(request), root_(parse_json_or_yaml(source)), document_(root_) {}

  Imported run() {
    check_version();
    const json::value* info = find(&root_, "info");
    const std::string title = text_of(info, "title");
    draft_.description = title.empty() ? "Imported from OpenAPI" : literal(title);
    find_server();
    const json::value* paths = find(&root_, "paths");
    if (paths == nullptr || !paths->is_object())
      refuse(source_, "paths", "the document has no paths", "nothing can be requested without them");
    for (const auto& [path, item] : paths->get_object())
      read_path(std::string(path), document_.resolve(item));
    if (draft_.tasks.empty()) {
      refuse(source_, "paths", "no operation of the document can be carried over",
             request_.only.empty() ? "it needs get, post, put, patch, delete, head or options below a path"
                                   : fmt::format("none has \"{}\" in its path or name", request_.only));
    }
    lose_the_rest();
    return finish(std::move(draft_), "openapi");
  }

 private:
  void check_version() {
    const json::value* version = find(&root_, "openapi");
    const json::value* swagger = find(&root_, "swagger");
    const std::string text = version != nullptr   ? plain_text(*version)
                             : swagger != nullptr ? plain_text(*swagger)
                                                  : "";
    if (text.starts_with("3.") || text.starts_with("2.")) return;
    if (text.empty()) {
      refuse(source_, "openapi", "this is no OpenAPI document: the key is missing",
             "the first lines name the version, for example openapi: 3.0.3");
    }
    refuse(source_, version != nullptr ? "openapi" : "swagger", fmt::format("version {} is not known", text),
           "known: 3.1, 3.0, 2.0");
  }

  /// The first server: its origin is the target, its path stands in front of all paths.
  void find_server() {
    const json::array& servers = list_of(&root_, "servers");
    std::string text;
    if (!servers.empty()) {
      text = with_defaults(servers.front());
      for (std::size_t i = 1; i < servers.size(); ++i)
        lose(draft_,
             fmt::format("the server {}: name it with --target", shown_address(text_of(&servers[i], "url"))));
    } else if (const std::string host = text_of(&root_, "host"); !host.empty()) {
      const json::array& schemes = list_of(&root_, "schemes");
      const bool https =
          std::any_of(schemes.begin(), schemes.end(), [](const json::value& s) { return s == "https"; });
      text = fmt::format("{}://{}{}", https || schemes.empty() ? "https" : "http", host,
                         text_of(&root_, "basePath"));
    } else {
      text = text_of(&root_, "basePath");
    }
    if (const auto url = parse_url(text)) {
      draft_.origin = url->origin;
      prefix_ = url->path;
    } else {
      prefix_ = text.starts_with('/') ? encode_path(text) : "";
    }
    while (!prefix_.empty() && prefix_.back() == '/') prefix_.pop_back();
  }

  static std::string with_defaults(const json::value& server) {
    std::string text = text_of(&server, "url");
    const json::value* variables = find(&server, "variables");
    if (variables == nullptr || !variables->is_object()) return text;
    for (const auto& [name, variable] : variables->get_object()) {
      const std::string mark = fmt::format("{{{}}}", std::string_view(name));
      const std::string value = text_of(&variable, "default");
      if (const std::size_t i = text.find(mark); i != std::string::npos) text.replace(i, mark.size(), value);
    }
    return text;
  }

  void read_path(const std::string& path, const json::value* item) {
    if (item == nullptr || !item->is_object()) {
      lose(draft_, fmt::format("{}: what it refers to is not in this document", path));
      return;
    }
    constexpr std::array<std::string_view, 7> methods{"get",    "post", "put",    "patch",
                                                      "delete", "head", "options"};
    if (find(item, "servers") != nullptr) lose(draft_, fmt::format("{}: servers of its own", path));
    if (find(item, "trace") != nullptr) lose(draft_, fmt::format("TRACE {}: the method is not spoken", path));
    for (std::string_view method : methods) {
      if (const json::value* operation = find(item, method); operation != nullptr && operation->is_object())
        add_task(upper(method), path, *item, *operation);
    }
  }

  void add_task(const std::string& method, const std::string& path, const json::value& item,
                const json::value& operation) {
    const std::string id = text_of(&operation, "operationId");
    if (!request_.only.empty() && path.find(request_.only) == std::string::npos &&
        id.find(request_.only) == std::string::npos) {
      ++not_asked_for_;
      return;
    }
    Task task;
    task.name = id.empty() ? task_name(method, path) : literal(id);
    task.comment = text_of(&operation, "summary");
    Step step;
    step.method = method;
    where_ = fmt::format("{} {}", method, path);
    const std::vector<Parameter> parameters = parameters_of(item, operation);
    std::string query;
    step.path = prefix_ + fill_path(path, parameters);
    fill_query_and_headers(parameters, query, step);
    add_security(operation, query, step);
    add_body(step, operation, parameters);
    step.path = with_query(step.path, query);
    expect_status(step, operation);
    if (method == "DELETE") {
      task.weight = 0;
      lose(draft_, "DELETE operations are switched off (weight 0), so that nothing is deleted by mistake");
    }
    const json::value* deprecated = find(&operation, "deprecated");
    if (deprecated != nullptr && *deprecated == true) {
      task.weight = 0;
      lose(draft_, "deprecated operations are switched off (weight 0)");
    }
    if (find(&operation, "callbacks") != nullptr) lose(draft_, fmt::format("{}: callbacks", where_));
    task.steps.push_back(std::move(step));
    draft_.tasks.push_back(std::move(task));
  }

  std::vector<Parameter> parameters_of(const json::value& item, const json::value& operation) {
    std::vector<Parameter> out;
    for (const json::value* owner : {&item, &operation}) {
      for (const json::value& given : list_of(owner, "parameters")) {
        const json::value* json = document_.resolve(given);
        if (json == nullptr || !json->is_object()) {
          lose(draft_, fmt::format("{}: a parameter that is not in this document", where_));
          continue;
        }
        const json::value* required = find(json, "required");
        Parameter parameter{text_of(json, "name"), text_of(json, "in"),
                            required != nullptr && *required == true, json};
        // The operation's own wins over that of its path.
        std::erase_if(out,
                      [&](const Parameter& p) { return p.name == parameter.name && p.in == parameter.in; });
        out.push_back(std::move(parameter));
      }
    }
    return out;
  }

  /// Ids are in no document: a value that works must be put in by someone who knows the target.
  std::string fill_path(const std::string& path, const std::vector<Parameter>& parameters) {
    std::string out = encode_path(path);
    for (const Parameter& parameter : parameters) {
      if (parameter.in != "path") continue;
      const std::string value = parameter_text(document_.parameter_value(*parameter.json));
      const bool is_there = fill(out, parameter.name, value);
      if (is_there && !document_.has_example(*parameter.json)) lose_made_up(path, parameter.name, value);
    }
    // What the document forgot to declare.
    for (std::size_t open = out.find('{'); open != std::string::npos; open = out.find('{')) {
      const std::size_t close = out.find('}', open);
      if (close == std::string::npos) break;
      const std::string name = out.substr(open + 1, close - open - 1);
      fill(out, name, "1");
      lose_made_up(path, name, "1");
    }
    return literal(out);
  }

  /// True if the path names the parameter.
  static bool fill(std::string& path, const std::string& name, const std::string& value) {
    const std::string mark = fmt::format("{{{}}}", encode_path(name));
    const std::string text = encode_value(value);
    const bool is_there = path.find(mark) != std::string::npos;
    for (std::size_t i = path.find(mark); i != std::string::npos; i = path.find(mark, i + text.size()))
      path.replace(i, mark.size(), text);
    return is_there;
  }

  void lose_made_up(const std::string& path, const std::string& name, const std::string& value) {
    lose(draft_, fmt::format("{}: {} = {} is made up; put in one that exists", path, name, value));
  }

  void fill_query_and_headers(const std::vector<Parameter>& parameters, std::string& query, Step& step) {
    for (const Parameter& parameter : parameters) {
      const bool optional_part =
          parameter.in == "query" || parameter.in == "header" || parameter.in == "cookie";
      if (optional_part && !parameter.required) {
        ++optional_parameters_;
        continue;
      }
      if (parameter.in == "query") {
        const json::value value = document_.parameter_value(*parameter.json);
        add_query(query, parameter, value);
      } else if (parameter.in == "header") {
        add_headers(draft_, secrets_, step,
                    {{parameter.name, parameter_text(document_.parameter_value(*parameter.json))}});
      } else if (parameter.in == "cookie") {
        const std::string value = encode_value(parameter_text(document_.parameter_value(*parameter.json)));
        put_header(draft_, step, "Cookie", secrets_.form(parameter.name + "=" + value));
      }
    }
  }

  void add_query(std::string& query, const Parameter& parameter, const json::value& value) {
    const auto add = [&](const std::string& name, const std::string& text) {
      query += (query.empty() ? "" : "&") + secrets_.form(encode_value(name) + "=" + encode_value(text));
    };
    if (const json::object* map = value.if_object()) {
      const bool deep = text_of(parameter.json, "style") == "deepObject";
      for (const auto& [key, member] : *map) {
        const std::string name(key);
        add(deep ? fmt::format("{}[{}]", parameter.name, name) : name, parameter_text(member));
      }
    } else if (const json::array* list = value.if_array();
               list != nullptr && document_.explodes(*parameter.json)) {
      for (const json::value& item : *list) add(parameter.name, plain_text(item));
    } else {
      add(parameter.name, parameter_text(value));
    }
  }

  void add_security(const json::value& operation, std::string& query, Step& step) {
    const bool own = find(&operation, "security") != nullptr;
    const json::array& alternatives = list_of(own ? &operation : &root_, "security");
    if (alternatives.empty() || !alternatives.front().is_object()) return;
    if (alternatives.size() > 1)
      lose(draft_, "where there are several ways to authenticate, the first one is used");
    for (const auto& [name, scopes] : alternatives.front().get_object()) {
      const json::value* scheme = document_.security_scheme(name);
      if (scheme == nullptr) {
        lose(draft_,
             fmt::format("{}: the security scheme {} is not declared", where_, std::string_view(name)));
        continue;
      }
      apply_scheme(std::string(name), *scheme, query, step);
    }
  }

  void apply_scheme(const std::string& name, const json::value& scheme, std::string& query, Step& step) {
    const std::string type = text_of(&scheme, "type");
    const std::string key = text_of(&scheme, "name");
    const std::string in = text_of(&scheme, "in");
    const std::string http = snake_case(text_of(&scheme, "scheme"));
    const auto variable = [&](const std::string& meaning) { return secrets_.hide(name, name, meaning); };
    if (type == "apiKey" && in == "query") {
      query += (query.empty() ? "" : "&") + key + "=" +
               variable(fmt::format("the parameter {}, URL-encoded", key));
    } else if (type == "apiKey" && in == "cookie") {
      put_header(draft_, step, "Cookie", key + "=" + variable(fmt::format("the cookie {}", key)));
    } else if (type == "apiKey") {
      put_header(draft_, step, key, variable(fmt::format("the header {}", key)));
    } else if (type == "basic" || (type == "http" && http == "basic")) {
      put_header(draft_, step, "Authorization",
                 "Basic " + variable("user:password in base64: printf %s user:password | base64"));
    } else if ((type == "http" && http == "bearer") || type == "oauth2" || type == "openIdConnect") {
      put_header(draft_, step, "Authorization", "Bearer " + variable("a bearer token"));
      if (type != "http")
        lose(draft_, fmt::format("security scheme {} ({}): get a token yourself, and set it", name, type));
    } else {
      lose(draft_, fmt::format("security scheme {}: {} {}", name, type, http));
    }
  }

  void add_body(Step& step, const json::value& operation, const std::vector<Parameter>& parameters) {
    const auto body = document_.body(operation, list_of_json(parameters));
    if (!body) return;
    if (body->media_type.empty()) {
      lose(draft_, fmt::format("{}: the body ({})", where_, body->lost));
      return;
    }
    step.content_type = body->media_type;
    if (body->made_up) step.comment = "The body is made from its schema: put in values that mean something.";
    if (body->media_type.starts_with("multipart/")) {
      add_form(step, *body);
    } else if (body->media_type == "application/x-www-form-urlencoded") {
      std::string text;
      if (const json::object* map = body->value.if_object()) {
        for (const auto& [key, member] : *map) {
          text += fmt::format("{}{}={}", text.empty() ? "" : "&", encode_value(key),
                              encode_value(parameter_text(member)));
        }
      }
      step.text = secrets_.form(text);
    } else if (body->media_type.find("json") != std::string::npos) {
      set_json_body(step, secrets_.body(body->value));
    } else {
      step.text = secrets_.text(literal(plain_text(body->value)));
    }
    if (!step.has_body()) step.content_type.clear();
  }

  void add_form(Step& step, const OpenApiBody& body) {
    if (const json::object* fields = body.value.if_object()) {
      for (const auto& [name, value] : *fields)
        step.parts.push_back({literal(name), secrets_.part(name, plain_text(value)), "", ""});
    }
    for (const std::string& file : body.files) add_file_part(draft_, step, file, file + ".csv", "");
  }

  static std::vector<const json::value*> list_of_json(const std::vector<Parameter>& parameters) {
    std::vector<const json::value*> out;
    for (const Parameter& parameter : parameters) out.push_back(parameter.json);
    return out;
  }

  static void expect_status(Step& step, const json::value& operation) {
    std::set<int> good;
    std::set<int> moved;
    const json::value* responses = find(&operation, "responses");
    if (responses == nullptr || !responses->is_object()) return;
    for (const auto& [key, response] : responses->get_object()) {
      const std::string code(key);
      step.any_success = step.any_success || code == "2XX" || code == "2xx";
      if (code.size() != 3 || code.find_first_not_of("0123456789") != std::string::npos) continue;
      if (code.front() == '2') good.insert(std::stoi(code));
      if (code.front() == '3') moved.insert(std::stoi(code));
    }
    // `default` stands for errors beside other answers, and alone for whatever comes.
    const bool anything = good.empty() && moved.empty() && find(responses, "default") != nullptr;
    step.any_success = step.any_success || anything;
    if (step.any_success) return;
    const std::set<int>& chosen = good.empty() ? moved : good;
    step.status = {chosen.begin(), chosen.end()};
  }

  void lose_the_rest() {
    if (optional_parameters_ > 0)
      lose(draft_, fmt::format("{} optional parameters of requests", optional_parameters_));
    if (not_asked_for_ > 0)
      lose(draft_, fmt::format("{} operations without \"{}\" in path or name (--only)", not_asked_for_,
                               request_.only));
    if (find(&root_, "webhooks") != nullptr) lose(draft_, "webhooks: the target calls there, not we");
    for (const std::string& lost : document_.lost()) lose(draft_, lost);
  }

  const Source& source_;
  const Request& request_;
  json::value root_;
  OpenApiDocument document_;
  Draft draft_;
  Secrets secrets_{draft_};
  std::string prefix_;
  std::string where_;  ///< "GET /calls", for what is lost
  std::size_t optional_parameters_ = 0;
  std::size_t not_asked_for_ = 0;
};

}  // namespace

Imported import_openapi(const Source& source, const Request& request) {
  return OpenApiImport(source, request).run();
}

}  // namespace soundcheck::importer
