// Declarations of the keys of a map, from which everything about them comes: reading into a struct, hints for
// wrong keys, the JSON Schema and the tables of docs/profile_reference.md. Built once, constant from then on;
// control thread only.
//
// A type is any class with `using Result = T`, `describe()` and `read(mistakes, node)`
// (runner/profile/types.hpp).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include "runner/profile/mistakes.hpp"
#include "runner/profile/nearest.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::profile {

struct Shape;

struct TypeInfo {
  std::string name;                    ///< for people, for example "duration"
  std::string range;                   ///< for people, for example "1 to 1000000"; may be empty
  boost::json::object schema;          ///< draft 2020-12
  std::shared_ptr<const Shape> shape;  ///< of a map or of a list's elements
  bool list = false;
};

struct KeyInfo {
  std::string key;
  TypeInfo type;
  bool required = false;
  std::string default_text;  ///< as one would write it; empty if there is none
  std::string description;
};

/// What is known of a map without its C++ type.
struct Shape {
  std::vector<KeyInfo> keys;
  std::vector<std::string> exactly_one_of;
  std::vector<std::pair<std::string, std::string>> needs;  ///< if the first is given, so must be the second

  std::vector<std::string> key_names() const;
  /// `strict` adds what is required. Maps that `extends` may complete are not strict.
  boost::json::object schema(bool strict) const;
  /// Reports unknown keys and broken exactly_one_of and needs.
  void check_keys(const Value& map, Mistakes& mistakes) const;
};

/// Reports and returns false if the value is of another kind.
bool expect_kind(const Value& value, Value::Kind kind, Mistakes& mistakes);

template <class T>
class Object {
 public:
  using Result = T;
  using Check = std::function<void(const Value&, T&, Mistakes&)>;

  /// `where` is a pointer to member, a function from T& to a reference, or a function (T&, value) that stores
  /// it.
  template <class Type, class Where>
  Object& required(std::string key, Type type, Where where, std::string description) {
    return add({std::move(key), {}, true, {}, std::move(description)}, std::move(type), where);
  }
  /// The default is text, read like the file's, so that code and documents cannot disagree.
  template <class Type, class Where>
  Object& with_default(std::string key, Type type, Where where, std::string text, std::string description) {
    return add({std::move(key), {}, false, std::move(text), std::move(description)}, std::move(type), where);
  }
  /// Without the key the member keeps its initial value.
  template <class Type, class Where>
  Object& optional(std::string key, Type type, Where where, std::string description) {
    return add({std::move(key), {}, false, {}, std::move(description)}, std::move(type), where);
  }
  Object& exactly_one_of(std::vector<std::string> keys) {
    shape_.exactly_one_of = std::move(keys);
    return *this;
  }
  Object& needs(std::string key, std::string other) {
    shape_.needs.emplace_back(std::move(key), std::move(other));
    return *this;
  }
  /// Rules between keys; runs after all keys have been read, also if some were wrong.
  Object& check(Check check) {
    check_ = std::move(check);
    return *this;
  }

  const Shape& shape() const { return shape_; }
  TypeInfo describe() const {
    return {"map", "", shape_.schema(false), std::make_shared<const Shape>(shape_), false};
  }

  /// Nothing only if the value is no map; else as much as could be read, with the mistakes reported.
  std::optional<T> read(Mistakes& mistakes, const Value& map) const {
    if (!expect_kind(map, Value::Kind::map, mistakes)) return std::nullopt;
    shape_.check_keys(map, mistakes);
    T out{};
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      const KeyInfo& info = shape_.keys[i];
      if (const Value* value = map.find(info.key)) {
        readers_[i](mistakes, *value, out);
      } else if (info.required) {
        mistakes.report(map, fmt::format("the key \"{}\" is missing", info.key),
                        fmt::format("its meaning: {}", info.description));
      } else if (!info.default_text.empty()) {
        readers_[i](mistakes, Value::scalar(info.default_text, map.origin), out);
      }
    }
    if (check_) check_(map, out, mistakes);
    return out;
  }

 private:
  template <class Type, class Where>
  Object& add(KeyInfo info, Type type, Where where) {
    info.type = type.describe();
    shape_.keys.push_back(std::move(info));
    readers_.push_back([type = std::move(type), where](Mistakes& mistakes, const Value& value, T& out) {
      auto read = type.read(mistakes, value);
      if (!read) return;
      if constexpr (std::is_invocable_v<Where, T&, typename Type::Result>) {
        where(out, std::move(*read));
      } else {
        std::invoke(where, out) = std::move(*read);
      }
    });
    return *this;
  }

  Shape shape_;
  std::vector<std::function<void(Mistakes&, const Value&, T&)>> readers_;  // one per key
  Check check_;
};

/// A list of anything. An element with mistakes keeps its place, so that indices agree with the document.
template <class Type>
struct List {
  using Result = std::vector<typename Type::Result>;
  Type type;
  bool may_be_empty = false;

  TypeInfo describe() const {
    TypeInfo info = type.describe();
    boost::json::object items = info.shape ? info.shape->schema(true) : info.schema;
    info.schema = {{"type", "array"}, {"items", std::move(items)}};
    if (!may_be_empty) info.schema["minItems"] = 1;
    info.name = info.shape ? "list of maps" : fmt::format("list of {}", info.name);
    info.list = true;
    return info;
  }
  std::optional<Result> read(Mistakes& mistakes, const Value& list) const {
    if (!expect_kind(list, Value::Kind::list, mistakes)) return std::nullopt;
    if (list.items.empty() && !may_be_empty)
      mistakes.report(list, "the list is empty", "it needs at least one element");
    Result out;
    for (const Value& item : list.items) {
      auto read = type.read(mistakes, item);
      out.push_back(read ? std::move(*read) : typename Type::Result{});
    }
    return out;
  }
};
template <class Type>
List(Type) -> List<Type>;
template <class Type>
List(Type, bool) -> List<Type>;

}  // namespace soundcheck::profile
