// Writes a report so that a reader finds either the old file or the whole new one, never half of it. Control
// thread only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace soundcheck::report {

/// Whether write_file() can be expected to succeed; asked before the run, so that an hour's result is not
/// lost to a typo. Leaves no trace. Returns what is wrong and what to do, or nothing.
std::optional<std::string> check_writable(const std::filesystem::path& path);

/// Writes beside the file, flushes to the disk and renames. On an error the old file is as it was, nothing is
/// left beside it, and the returned text says what went wrong. Devices and pipes (/dev/stdout) are written
/// directly.
std::optional<std::string> write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace soundcheck::report
