// SHA-256 of a file. Reads the file; usable from any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace soundcheck::audio {

/// Lower-case hex, 64 digits; nothing if the file cannot be read.
std::optional<std::string> sha256_of_file(const std::filesystem::path& path);

}  // namespace soundcheck::audio
