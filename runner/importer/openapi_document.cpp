#include "runner/importer/openapi_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "runner/importer/document.hpp"
#include "runner/importer/url.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

constexpr int max_hops = 20;
constexpr std::size_t max_depth = 8;     // of schemas within schemas
constexpr std::size_t max_values = 200;  // of one example: schemas that use each other grow fast
constexpr std::uint64_t most_items = 3;

/// "string" of "type: string" and of "type: [string, 'null']".
std::string type_of(const json::value& schema) {
  const json::value* type = find(&schema, "type");
  if (type != nullptr && type->is_string()) return std::string(type->get_string());
  for (const json::value& item : list_of(&schema, "type")) {
    if (item.is_string() && item != "null") return std::string(item.get_string());
  }
  if (find(&schema, "properties") != nullptr || find(&schema, "additionalProperties") != nullptr)
    return "object";
  if (find(&schema, "items") != nullptr) return "array";
  return "";
}

std::optional<double> number_of(const json::value& schema, std::string_view key) {
  const json::value* value = find(&schema, key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

/// At least the smallest, at most the largest, a multiple.
double number_example(const json::value& schema, double step) {
  double value = 1;
  const auto above = number_of(schema, "exclusiveMinimum");
  const bool strict =
      find(&schema, "exclusiveMinimum") != nullptr && *find(&schema, "exclusiveMinimum") == true;
  if (const auto least = number_of(schema, "minimum");
      least && (*least > value || *least + (strict ? step : 0) > value))
    value = *least + (strict ? step : 0);
  if (above && *above >= value) value = *above + step;
  if (const auto most = number_of(schema, "maximum"); most && *most < value) value = *most;
  const auto factor = number_of(schema, "multipleOf");
  if (factor && *factor > 0) value = std::max(std::ceil(value / *factor), 1.0) * *factor;
  return value;
}

json::value string_example(const json::value& schema) {
  struct Format {
    std::string_view name;
    std::string_view value;
  };
  constexpr std::array<Format, 15> formats{{{"date-time", "2026-01-31T12:00:00Z"},
                                            {"date", "2026-01-31"},
                                            {"time", "12:00:00Z"},
                                            {"duration", "PT1H"},
                                            {"uuid", "3f2b8c1e-5d4a-4c6b-9e7f-0a1b2c3d4e5f"},
                                            {"email", "user@example.com"},
                                            {"uri", "https://example.com/"},
                                            {"url", "https://example.com/"},
                                            {"uri-reference", "/"},
                                            {"hostname", "example.com"},
                                            {"ipv4", "192.0.2.1"},
                                            {"ipv6", "2001:db8::1"},
                                            {"byte", "c291bmRjaGVjaw=="},
                                            {"phone", "+15550100"},
                                            {"password", "password"}}};
  const std::string wanted = text_of(&schema, "format");
  const auto* format =
      std::find_if(formats.begin(), formats.end(), [&](const Format& f) { return f.name == wanted; });
  std::string text(format == formats.end() ? "text" : format->value);
  constexpr double longest = 1000;
  const auto at_least =
      static_cast<std::size_t>(std::clamp(number_of(schema, "minLength").value_or(0), 0.0, longest));
  const auto at_most =
      static_cast<std::size_t>(std::clamp(number_of(schema, "maxLength").value_or(longest), 0.0, longest));
  if (text.size() < at_least) text.resize(at_least, 'x');
  if (text.size() > at_most) text.resize(at_most);
  return json::value(text);
}

/// 2 and not 2.0.
json::value as_number(double value) {
  constexpr double exact = 9e15;
  if (std::floor(value) == value && std::abs(value) < exact) return static_cast<std::int64_t>(value);
  return value;
}

void merge(json::object& into, const json::value& from) {
  if (const json::object* map = from.if_object()) {
    for (const auto& [key, value] : *map) into[key] = value;
  }
}

bool is_null_schema(const json::value& schema) { return text_of(&schema, "type") == "null"; }

}  // namespace

const json::value* OpenApiDocument::resolve(const json::value& value) {
  const json::value* at = &value;
  for (int hop = 0; hop < max_hops; ++hop) {
    const std::string reference = text_of(at, "$ref");
    if (reference.empty()) return at;
    if (!reference.starts_with('#')) {
      lost_.push_back(fmt::format("what {} refers to: put everything into one document", reference));
      return nullptr;
    }
    boost::system::error_code error;
    at = root_.find_pointer(decode_value(reference.substr(1)), error);
    if (at == nullptr) {
      lost_.push_back(fmt::format("what {} refers to: it is not in the document", reference));
      return nullptr;
    }
  }
  lost_.emplace_back("references that run in a circle");
  return nullptr;
}

const json::value* OpenApiDocument::security_scheme(std::string_view name) {
  const json::value* schemes = find(find(&root_, "components"), "securitySchemes");
  if (schemes == nullptr) schemes = find(&root_, "securityDefinitions");
  const json::value* scheme = find(schemes, name);
  return scheme == nullptr ? nullptr : resolve(*scheme);
}

/// `example`, or the first of `examples` (named ones with `value`, or a list of values).
std::optional<json::value> OpenApiDocument::given_example(const json::value& owner) {
  for (const char* key : {"example", "x-example"}) {
    if (const json::value* example = find(&owner, key)) return *example;
  }
  const json::value* examples = find(&owner, "examples");
  if (examples == nullptr) return std::nullopt;
  if (const json::array* list = examples->if_array(); list != nullptr && !list->empty()) return list->front();
  if (const json::object* named = examples->if_object(); named != nullptr && !named->empty()) {
    const json::value* first = resolve(named->begin()->value());
    if (const json::value* value = find(first, "value")) return *value;
  }
  return std::nullopt;
}

bool OpenApiDocument::has_example(const json::value& parameter) {
  if (given_example(parameter)) return true;
  const json::value* schema = find(&parameter, "schema");
  schema = schema == nullptr ? &parameter : resolve(*schema);
  if (schema == nullptr) return false;
  return given_example(*schema) || find(schema, "default") != nullptr || find(schema, "enum") != nullptr ||
         find(schema, "const") != nullptr;
}

json::value OpenApiDocument::parameter_value(const json::value& parameter) {
  if (auto given = given_example(parameter)) return *given;
  if (const json::value* schema = find(&parameter, "schema")) return example(*schema);
  const json::value* content = find(&parameter, "content");
  if (content != nullptr && content->is_object() && !content->get_object().empty()) {
    const json::value& media = content->get_object().begin()->value();
    if (const json::value* schema = find(&media, "schema"))
      return json::value(json::serialize(example(*schema)));
  }
  return example(parameter);  // Swagger 2: the schema's keys stand in the parameter itself
}

bool OpenApiDocument::explodes(const json::value& parameter) {
  if (const json::value* explode = find(&parameter, "explode")) return *explode == true;
  if (find(&parameter, "schema") == nullptr) return text_of(&parameter, "collectionFormat") == "multi";
  const std::string style = text_of(&parameter, "style");
  return style.empty() || style == "form";
}

std::optional<OpenApiBody> OpenApiDocument::body(const json::value& operation,
                                                 const std::vector<const json::value*>& parameters) {
  const json::value* request_body = find(&operation, "requestBody");
  if (request_body == nullptr) return swagger_body(operation, parameters);
  request_body = resolve(*request_body);
  const json::value* content = find(request_body, "content");
  if (content == nullptr || !content->is_object() || content->get_object().empty()) return std::nullopt;
  const auto rank = [](std::string_view type) {
    if (type.starts_with("application/json")) return 0;
    if (type.find("json") != std::string_view::npos) return 1;
    if (type.starts_with("application/x-www-form-urlencoded")) return 2;
    if (type.starts_with("multipart/form-data")) return 3;
    if (type.starts_with("text/")) return 4;
    return 5;
  };
  const json::key_value_pair* best = nullptr;
  for (const json::key_value_pair& media : content->get_object()) {
    if (best == nullptr || rank(media.key()) < rank(best->key())) best = &media;
  }
  if (best == nullptr || rank(best->key()) == 5)
    return OpenApiBody{"", std::string(best->key()), {}, false, {}};
  OpenApiBody out{std::string(best->key()), "", {}, false, {}};
  if (out.media_type.find('*') != std::string::npos) out.media_type = "text/plain";
  if (auto given = given_example(best->value())) {
    out.value = std::move(*given);
  } else if (const json::value* schema = find(&best->value(), "schema")) {
    const json::value* resolved = resolve(*schema);
    out.made_up = resolved == nullptr || !given_example(*resolved);
    out.value = example(*schema);
  } else {
    return std::nullopt;
  }
  if (out.media_type.starts_with("multipart/")) take_files(best->value(), out);
  return out;
}

/// Binary properties of a form are files.
void OpenApiDocument::take_files(const json::value& media, OpenApiBody& body) {
  const json::value* schema = find(&media, "schema");
  schema = schema == nullptr ? nullptr : resolve(*schema);
  const json::value* properties = find(schema, "properties");
  json::object* values = body.value.if_object();
  if (values == nullptr || properties == nullptr || !properties->is_object()) return;
  for (const auto& [name, property] : properties->get_object()) {
    const json::value* resolved = resolve(property);
    const bool binary =
        text_of(resolved, "format") == "binary" || find(resolved, "contentMediaType") != nullptr;
    if (!binary) continue;
    values->erase(name);
    body.files.emplace_back(name);
  }
}

std::optional<OpenApiBody> OpenApiDocument::swagger_body(const json::value& operation,
                                                         const std::vector<const json::value*>& parameters) {
  json::object form;
  bool file = false;
  std::vector<std::string> files;
  for (const json::value* parameter : parameters) {
    const std::string in = text_of(parameter, "in");
    if (in == "body") {
      const json::value* schema = find(parameter, "schema");
      const json::value* resolved = schema == nullptr ? nullptr : resolve(*schema);
      if (resolved == nullptr) return std::nullopt;
      return OpenApiBody{"application/json", "", example(*schema), !given_example(*resolved), {}};
    }
    if (in != "formData") continue;
    if (text_of(parameter, "type") == "file") {
      file = true;
      files.push_back(text_of(parameter, "name"));
      continue;
    }
    const json::value* required = find(parameter, "required");
    if (required != nullptr && *required == true)
      form[text_of(parameter, "name")] = parameter_value(*parameter);
  }
  const json::array& consumes = list_of(&operation, "consumes");
  const bool multipart = std::any_of(consumes.begin(), consumes.end(),
                                     [](const json::value& type) { return type == "multipart/form-data"; });
  if (file || (multipart && !form.empty()))
    return OpenApiBody{"multipart/form-data", "", std::move(form), true, files};
  if (form.empty()) return std::nullopt;
  return OpenApiBody{"application/x-www-form-urlencoded", "", std::move(form), true, {}};
}

json::value OpenApiDocument::example(const json::value& schema) {
  const json::value* resolved = resolve(schema);
  const bool circle = std::find(open_.begin(), open_.end(), resolved) != open_.end();
  if (resolved == nullptr || circle || open_.size() >= max_depth) return nullptr;
  if (open_.empty()) made_ = 0;
  if (++made_ > max_values) return nullptr;
  if (auto given = given_example(*resolved)) return *given;
  for (const char* key : {"default", "const"}) {
    if (const json::value* value = find(resolved, key)) return *value;
  }
  for (const json::value& value : list_of(resolved, "enum")) {
    if (!value.is_null()) return value;
  }
  open_.push_back(resolved);
  json::value made;
  const json::array& one_of = list_of(resolved, "oneOf");
  const json::array& any_of = list_of(resolved, "anyOf");
  if (find(resolved, "allOf") != nullptr) {
    json::object all;
    json::value other;
    for (const json::value& part : list_of(resolved, "allOf")) {
      other = example(part);
      merge(all, other);
    }
    merge(all, object_example(*resolved));
    made = all.empty() ? other : json::value(all);
  } else if (!one_of.empty() || !any_of.empty()) {
    made = chosen_example(*resolved, one_of.empty() ? any_of : one_of);
  } else {
    made = typed_example(*resolved, type_of(*resolved));
  }
  open_.pop_back();
  return made;
}

/// The first alternative that is something. A discriminator gets the value that names it.
json::value OpenApiDocument::chosen_example(const json::value& schema, const json::array& choices) {
  for (const json::value& choice : choices) {
    if (is_null_schema(choice)) continue;
    json::value made = example(choice);
    json::object* map = made.if_object();
    if (map == nullptr) return made;
    merge(*map, object_example(schema));
    const std::string property = text_of(find(&schema, "discriminator"), "propertyName");
    const std::string reference = text_of(&choice, "$ref");
    if (property.empty() || reference.empty()) return made;
    std::string value = reference.substr(reference.rfind('/') + 1);
    const json::value* mapping = find(find(&schema, "discriminator"), "mapping");
    if (mapping != nullptr && mapping->is_object()) {
      for (const auto& [name, target] : mapping->get_object()) {
        if (target == json::value(reference)) value = std::string(name);
      }
    }
    (*map)[property] = value;
    return made;
  }
  return nullptr;
}

/// What is required; everything if nothing is. Never what only answers hold.
json::value OpenApiDocument::object_example(const json::value& schema) {
  json::object out;
  const json::array& required = list_of(&schema, "required");
  const json::value* properties = find(&schema, "properties");
  if (properties == nullptr || !properties->is_object()) return out;
  for (const auto& [name, property] : properties->get_object()) {
    const json::value* resolved = resolve(property);
    const json::value* read_only = find(resolved, "readOnly");
    if (resolved == nullptr || (read_only != nullptr && *read_only == true)) continue;
    const bool wanted =
        required.empty() || std::find(required.begin(), required.end(), json::value(name)) != required.end();
    if (!wanted && !given_example(*resolved)) continue;
    json::value made = example(property);
    const bool cut = made.is_null() && !is_null_schema(*resolved);
    const bool needed = !required.empty() && wanted;
    if (!cut || needed) out[name] = std::move(made);
  }
  return out;
}

json::value OpenApiDocument::typed_example(const json::value& schema, std::string_view type) {
  if (type == "object") {
    json::value made = object_example(schema);
    const json::value* more = find(&schema, "additionalProperties");
    if (made.get_object().empty() && more != nullptr && more->is_object() && !more->get_object().empty())
      made.get_object()["key"] = example(*more);
    return made;
  }
  if (type == "array") {
    json::array list;
    const json::value* items = find(&schema, "items");
    const double least =
        std::clamp(number_of(schema, "minItems").value_or(1), 1.0, static_cast<double>(most_items));
    for (double i = 0; items != nullptr && i < least; ++i) {
      json::value item = example(*items);
      if (!item.is_null()) list.push_back(std::move(item));
    }
    return list;
  }
  if (type == "integer") return as_number(number_example(schema, 1));
  if (type == "number") return as_number(number_example(schema, 0.5));
  if (type == "boolean") return true;
  if (type == "string") return string_example(schema);
  if (type == "null") return nullptr;
  return json::object{};
}

}  // namespace soundcheck::importer
