// The committed schemas and reference agree with the declarations, and the schemas accept what the loader
// accepts and refuse what it refuses.
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "runner/profile/declarations.hpp"
#include "runner/profile/load.hpp"
#include "runner/profile/reference.hpp"
#include "runner/profile/run_list.hpp"
#include "runner/profile/yaml.hpp"

namespace soundcheck::profile {
namespace {

namespace json = boost::json;

const std::filesystem::path root = SOUNDCHECK_SOURCE_DIR;

std::string read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

bool has_type(const json::value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "integer") return value.is_int64() || value.is_uint64();
  return type == "number" && value.is_number();
}

/// The part of JSON Schema that our schemas use; any other keyword fails the test.
class Validator {
 public:
  /// What is wrong, one line each.
  static std::vector<std::string> check(const json::value& value, const json::object& schema) {
    const json::value* definitions = schema.if_contains("$defs");
    return check(value, schema, definitions != nullptr ? definitions->as_object() : json::object{});
  }

 private:
  explicit Validator(const json::object& definitions) : definitions_(definitions) {}

  static std::vector<std::string> check(const json::value& value, const json::object& schema,
                                        const json::object& definitions) {
    Validator validator(definitions);
    validator.visit(value, schema, "");
    return validator.wrong_;
  }
  bool fits(const json::value& value, const json::value& schema) const {
    return check(value, schema.as_object(), definitions_).empty();
  }
  void fail(const std::string& path, const std::string& what) { wrong_.push_back(path + ": " + what); }

  void visit(const json::value& value, const json::object& schema, const std::string& path) {
    for (const auto& [key, rule] : schema) visit_keyword(value, schema, key, rule, path);
  }

  void visit_keyword(const json::value& value, const json::object& schema, std::string_view key,
                     const json::value& rule, const std::string& path) {
    if (key == "$schema" || key == "$defs" || key == "title" || key == "description" || key == "default")
      return;
    if (key == "$ref") {
      const std::string name(std::string_view(rule.as_string()).substr(std::string_view("#/$defs/").size()));
      visit(value, definitions_.at(name).as_object(), path);
    } else if (key == "type") {
      const json::array types = rule.is_array() ? rule.as_array() : json::array{rule.as_string()};
      bool ok = false;
      for (const auto& type : types) ok = ok || has_type(value, type.as_string());
      if (!ok) fail(path, "wrong type");
    } else if (key == "properties") {
      if (!value.is_object()) return;
      for (const auto& [name, item] : value.as_object()) {
        if (const auto* inner = rule.as_object().if_contains(name))
          visit(item, inner->as_object(), path + "." + std::string(name));
      }
    } else if (key == "additionalProperties") {
      if (!value.is_object()) return;
      for (const auto& [name, item] : value.as_object()) {
        const auto* known = schema.if_contains("properties");
        if (known != nullptr && known->as_object().contains(name)) continue;
        if (rule.is_object()) {
          visit(item, rule.as_object(), path + "." + std::string(name));
        } else {
          fail(path, "unknown " + std::string(name));
        }
      }
    } else if (key == "required") {
      for (const auto& name : rule.as_array()) {
        if (value.is_object() && !value.as_object().contains(name.as_string())) fail(path, "missing key");
      }
    } else if (key == "dependentRequired") {
      for (const auto& [name, others] : rule.as_object()) {
        if (!value.is_object() || !value.as_object().contains(name)) continue;
        for (const auto& other : others.as_array()) {
          if (!value.as_object().contains(other.as_string())) fail(path, "missing dependent key");
        }
      }
    } else if (key == "items") {
      if (!value.is_array()) return;
      for (const auto& item : value.as_array()) visit(item, rule.as_object(), path + "[]");
    } else if (key == "minItems") {
      if (value.is_array() && value.as_array().size() < rule.to_number<std::size_t>()) fail(path, "too few");
    } else if (key == "anyOf" || key == "oneOf") {
      std::size_t count = 0;
      for (const auto& option : rule.as_array()) count += fits(value, option) ? 1U : 0U;
      if (count == 0 || (key == "oneOf" && count != 1)) fail(path, std::string(key));
    } else if (key == "enum") {
      bool ok = false;
      for (const auto& option : rule.as_array()) ok = ok || option == value;
      if (!ok) fail(path, "none of the names");
    } else if (key == "pattern") {
      const std::regex pattern(std::string(rule.as_string()));
      if (value.is_string() && !std::regex_search(std::string(value.as_string()), pattern))
        fail(path, "pattern");
    } else if (key == "minimum") {
      if (value.is_number() && value.to_number<double>() < rule.to_number<double>()) fail(path, "too small");
    } else if (key == "maximum") {
      if (value.is_number() && value.to_number<double>() > rule.to_number<double>()) fail(path, "too large");
    } else {
      fail(path, "a keyword that this test does not know: " + std::string(key));
    }
  }

  const json::object& definitions_;
  std::vector<std::string> wrong_;
};

std::vector<std::string> validate(const std::string& yaml, const std::string& schema) {
  Mistakes mistakes;
  const auto value = parse_yaml(yaml, "test", mistakes);
  if (!value) return {"not YAML"};
  return Validator::check(to_json(*value), json::parse(schema).as_object());
}

TEST(Schema, CommittedFilesAreUpToDate) {
  const char* cure = "run: write_profile_docs <repository>";
  EXPECT_EQ(read(root / "profiles/schema/profile.schema.json"), profile_json_schema()) << cure;
  EXPECT_EQ(read(root / "profiles/schema/system.schema.json"), system_json_schema()) << cure;
  EXPECT_EQ(read(root / "profiles/schema/run_list.schema.json"), run_list_json_schema()) << cure;
}

TEST(Schema, AcceptsTheShippedFiles) {
  for (const char* name : {"quick", "standard", "stress", "soak"}) {
    const std::string file = std::string("profiles/") + name + ".yaml";
    EXPECT_EQ(validate(read(root / file), profile_json_schema()), std::vector<std::string>{}) << file;
  }
  EXPECT_EQ(validate(read(root / "profiles/systems/phone_agent.yaml"), system_json_schema()),
            std::vector<std::string>{});
}

TEST(Schema, AcceptsVariablesOfTheEnvironment) {
  EXPECT_TRUE(validate("system: s\nduration: ${TIME:-5s}\napi: {users: '${USERS}'}\n", profile_json_schema())
                  .empty());
}

TEST(Schema, RefusesWhatTheLoaderRefuses) {
  for (const char* text : {"system: s\nduration: 30\n", "system: s\nduration: 30s\ncolour: red\n",
                           "duration: 30s\n", "system: s\nduration: 30s\napi: {users: 0}\n",
                           "system: s\nduration: 30s\napi: {users: 1, spawn_rate: 5}\n",
                           "system: s\nduration: 30s\napi: 5\n", "[]"}) {
    EXPECT_FALSE(validate(text, profile_json_schema()).empty()) << text;
  }
  for (const char* text :
       {"api: {}\n", "health_path: /h\napi: {tasks: []}\n", "health_path: /h\napi: {tasks: [{name: a}]}\n",
        "health_path: /h\napi: {tasks: [{name: a, steps: [{request: FETCH /}]}]}\n",
        "health_path: /h\nwebsocket: {path: /w, exchange: [{send: a, wait: 1s}]}\n",
        "health_path: /h\nwebsocket: {path: /w, exchange: [{expect: {contains: a}}]}\n",
        "health_path: /h\nai_pipeline: {path: /v, encodings: [mp3]}\n",
        "health_path: /h\nai_pipeline: {path: /v, encodings: [opus], frame: 30ms}\n"}) {
    EXPECT_FALSE(validate(text, system_json_schema()).empty()) << text;
  }
}

TEST(Reference, TheGeneratedPartIsUpToDate) {
  const std::string document = read(root / "docs/profile_reference.md");
  ASSERT_NE(document.find(reference_begin), std::string::npos);
  ASSERT_NE(document.find(reference_end), std::string::npos);
  EXPECT_EQ(document, with_reference_tables(document)) << "run: write_profile_docs <repository>";
}

void expect_described(const Shape& shape, const std::string& path) {
  for (const KeyInfo& key : shape.keys) {
    SCOPED_TRACE(path + "." + key.key);
    EXPECT_FALSE(key.description.empty());
    EXPECT_FALSE(key.type.name.empty());
    EXPECT_FALSE(key.type.schema.empty());
    if (key.type.shape) expect_described(*key.type.shape, path + "." + key.key);
  }
}

TEST(Declarations, EveryKeyIsDescribed) {
  expect_described(profile_object().shape(), "profile");
  expect_described(system_object().shape(), "system");
  expect_described(run_list_object().shape(), "list");
}

}  // namespace
}  // namespace soundcheck::profile
