// Text files that commands read and write, with complaints for people. Control thread only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace soundcheck::app {

struct TextFile {
  std::string text;
};
/// The error says why it cannot be read.
std::variant<TextFile, std::string> read_text_file(const std::filesystem::path& file);

/// Makes the folders that are missing. An existing file is replaced only if `replace`. The error says why
/// not.
std::optional<std::string> write_text_file(const std::filesystem::path& file, const std::string& text,
                                           bool replace);

}  // namespace soundcheck::app
