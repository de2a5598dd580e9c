// Reading the small text files of /proc. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace soundcheck::monitor {

/// The whole file; nothing if it cannot be opened or read (the process ended, or no permission).
std::optional<std::string> read_text(const std::filesystem::path& path);

/// The whole text as a number without sign.
std::optional<std::uint64_t> parse_number(std::string_view text, int base = 10);

}  // namespace soundcheck::monitor
