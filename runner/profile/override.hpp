// --set path=value: changes one value of a document before it is checked. Control thread only.
#pragma once

#include <string>

#include "runner/profile/mistakes.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::profile {

/// `path` is keys with dots, and [index] or [key=value] for an element of a list, for example
/// "api.tasks[name=health_check].weight". Keys that are not there yet are added (a wrong one is then an
/// unknown key). `value` is a text, or a list or map in YAML if it begins with [, { or a quote,
/// or ~ to remove the key. `shown` is
/// the path as the user wrote it, for mistakes.
void apply_override(Value& root, const std::string& path, const std::string& value, const std::string& shown,
                    Mistakes& mistakes);

}  // namespace soundcheck::profile
