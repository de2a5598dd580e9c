#include "runner/profile/yaml.hpp"

#include <exception>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace soundcheck::profile {

namespace {

/// Aliases may share nodes and even form circles, so the walk bounds depth and size.
class Converter {
 public:
  Converter(std::string file, Mistakes& mistakes, const YamlLimits& limits)
      : file_(std::move(file)), mistakes_(mistakes), limits_(limits) {}

  Value convert(const YAML::Node& node, const std::string& path, int depth) {
    Value value;
    value.origin = origin(node.Mark());
    value.path = path;
    if (depth > limits_.depth || ++nodes_ > limits_.nodes) {
      if (!too_large_) {
        mistakes_.report_file(value.origin, "", "the document is nested too deeply or too large",
                              fmt::format("at most {} levels and {} values", limits_.depth, limits_.nodes));
      }
      too_large_ = true;
      return value;
    }
    check_tag(node, value);
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        break;
      case YAML::NodeType::Scalar:
        value.kind = Value::Kind::scalar;
        value.text = node.Scalar();
        value.quoted = node.Tag() != "?";
        break;
      case YAML::NodeType::Sequence:
        value.kind = Value::Kind::list;
        for (std::size_t i = 0; i < node.size() && !too_large_; ++i) {
          value.items.push_back(convert(node[i], fmt::format("{}[{}]", path, i), depth + 1));
        }
        break;
      case YAML::NodeType::Map:
        convert_map(node, value, depth);
        break;
    }
    return value;
  }

  bool too_large() const { return too_large_; }

 private:
  Origin origin(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  void check_tag(const YAML::Node& node, const Value& value) {
    const std::string& tag = node.Tag();
    const bool plain = tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!plain) mistakes_.report(value, "YAML tags are not supported", fmt::format("remove \"{}\"", tag));
  }

  void convert_map(const YAML::Node& node, Value& value, int depth) {
    value.kind = Value::Kind::map;
    for (const auto& pair : node) {
      if (too_large_) return;
      if (!pair.first.IsScalar()) {
        mistakes_.report_file(origin(pair.first.Mark()), value.path, "a key must be a text",
                              "put quotes around a value that begins with {{");
        continue;
      }
      const std::string key = pair.first.Scalar();
      const std::string path = value.path.empty() ? key : fmt::format("{}.{}", value.path, key);
      Value::Entry entry{key, origin(pair.first.Mark()), convert(pair.second, path, depth + 1)};
      // yaml-cpp places an empty value at whatever comes next.
      if (entry.value.kind == Value::Kind::null) entry.value.origin = entry.origin;
      if (const Value* first = value.find(key)) {
        mistakes_.report_key(entry, fmt::format("the key \"{}\" is given twice", key),
                             fmt::format("the first one has its value in line {}", first->origin.line));
        continue;
      }
      value.entries.push_back(std::move(entry));
    }
  }

  std::string file_;
  Mistakes& mistakes_;
  const YamlLimits& limits_;
  int nodes_ = 0;
  bool too_large_ = false;
};

void emit(YAML::Emitter& out, const Value& value) {
  switch (value.kind) {
    case Value::Kind::null:
      out << YAML::Null;
      return;
    case Value::Kind::scalar:
      if (value.quoted) out << YAML::DoubleQuoted;
      out << value.text;
      return;
    case Value::Kind::list:
      out << YAML::BeginSeq;
      for (const Value& item : value.items) emit(out, item);
      out << YAML::EndSeq;
      return;
    case Value::Kind::map:
      out << YAML::BeginMap;
      for (const Value::Entry& entry : value.entries) {
        out << YAML::Key << entry.key << YAML::Value;
        emit(out, entry.value);
      }
      out << YAML::EndMap;
      return;
  }
}

}  // namespace

std::optional<Value> parse_yaml(const std::string& text, const std::string& file, Mistakes& mistakes,
                                const YamlLimits& limits) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.empty() || (documents.size() == 1 && documents[0].IsNull())) {
      mistakes.report_file({file, 1, 1}, "", "the file is empty", "docs/profile_reference.md lists the keys");
      return std::nullopt;
    }
    if (documents.size() > 1) {
      mistakes.report_file({file, documents[1].Mark().line + 1, 1}, "",
                           "the file holds more than one document", "remove the line ---");
      return std::nullopt;
    }
    Converter converter(file, mistakes, limits);
    Value value = converter.convert(documents[0], "", 0);
    if (converter.too_large()) return std::nullopt;
    return value;
  } catch (const YAML::Exception& error) {
    mistakes.report_file({file, error.mark.line + 1, error.mark.column + 1}, "",
                         fmt::format("this is not valid YAML: {}", error.msg),
                         "check indentation and quotes; quote values that begin with >, {, [, * or &");
  } catch (const std::exception& error) {
    mistakes.report_file({file, 0, 0}, "", fmt::format("this is not valid YAML: {}", error.what()));
  }
  return std::nullopt;
}

std::string to_yaml(const Value& value) {
  YAML::Emitter out;
  emit(out, value);
  return fmt::format("{}\n", out.c_str());
}

}  // namespace soundcheck::profile
