// YAML text to and from a Value: the only file that knows yaml-cpp. Control thread only.
#pragma once

#include <optional>
#include <string>

#include "runner/profile/mistakes.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::profile {

/// A document past these is refused: aliases could make it grow without end.
struct YamlLimits {
  int depth = 32;
  int nodes = 100'000;
};

/// Reads one document. Broken YAML, an empty text, more than one document, duplicate keys, tags, keys that
/// are no text and documents that grow without bounds through aliases are mistakes; nothing is returned if
/// the text cannot be read at all. Never throws.
std::optional<Value> parse_yaml(const std::string& text, const std::string& file, Mistakes& mistakes,
                                const YamlLimits& limits = {});

/// Block style, keys in order, without comments.
std::string to_yaml(const Value& value);

}  // namespace soundcheck::profile
