// A YAML document as a plain tree in which every node knows where it was written, so that documents of
// several files (`extends`) and the command line can be merged and each mistake still names its place. Pure
// data; owned by the loader for the time of one load_profile, control thread only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

namespace soundcheck::profile {

/// The file name of everything that came with --set.
inline constexpr std::string_view command_line = "command line";

/// Line and column count from 1; 0 = unknown.
struct Origin {
  std::string file;
  int line = 0;
  int column = 0;
};

struct Value {
  enum class Kind : unsigned char { null, scalar, list, map };
  struct Entry;

  Kind kind = Kind::null;
  std::string text;            ///< of a scalar
  bool quoted = false;         ///< a scalar that is a text even if it looks like a number
  bool substituted = false;    ///< holds text of the environment: never print it
  std::string written{};       ///< of a substituted scalar: the text before, which may be printed
  bool broken = false;         ///< a mistake has been reported: do not report another one
  std::vector<Value> items;    ///< of a list
  std::vector<Entry> entries;  ///< of a map, in the order in which they were written
  Origin origin;
  std::string path;  ///< for example "api.tasks[2].weight"; set by label_paths

  /// The value of a key, or nullptr (also if this is no map). Valid until the map changes.
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);

  static Value scalar(std::string text, Origin origin);
};

struct Value::Entry {
  std::string key;
  Origin origin;  ///< of the key
  Value value;
};

/// "a map", "a list", "a single value", "nothing".
std::string_view kind_name(Value::Kind kind);

/// Maps merge deeply, all else in `over` replaces what `base` has; nothing (`key: ~`) removes the key.
void merge(Value& base, const Value& over);

/// Sets the path of every node. `prefix` goes before the path of nodes that came from the command line, so
/// that a path is always what one writes after --set.
void label_paths(Value& root, std::string_view prefix);

/// Unquoted true, false, null and JSON numbers keep their type; all other scalars, and every scalar that
/// holds text of the environment, become strings.
boost::json::value to_json(const Value& value);

}  // namespace soundcheck::profile
