// The voice dialects that a system may name. Kept here as names only, so that checking a file needs no
// protocol code. Constant.
#pragma once

#include <array>
#include <string_view>

namespace soundcheck::profile {

/// Must list the rows of the dialect table (protocols/dialects).
inline constexpr std::array<std::string_view, 1> known_dialects{"binary"};

}  // namespace soundcheck::profile
