// "Did you mean": the known name that is closest to what was written. Pure, usable from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace soundcheck::profile {

/// Insertions, deletions, replacements and swaps of neighbours that turn a into b.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// `did you mean "users"?` if one is close enough (letter case aside), else `known: a, b, c`, or where to
/// look if there are too many; empty if nothing is known.
std::string nearest_hint(std::string_view written, const std::vector<std::string>& known,
                         std::string_view many = "docs/profile_reference.md lists what is known");

}  // namespace soundcheck::profile
