#include "runner/app/text_files.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <system_error>

namespace soundcheck::app {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_size = 500'000'000;  // recordings of a long day

}  // namespace

std::variant<TextFile, std::string> read_text_file(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return fmt::format("there is no file {}", file.string());
  if (fs::is_directory(file, error)) return fmt::format("{} is a folder; name a file", file.string());
  if (fs::is_regular_file(file, error) && fs::file_size(file, error) > max_size)
    return fmt::format("{} is larger than 500 MB", file.string());
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  // An empty file sets failbit of the text; it is no error here.
  if (!in.is_open() || in.bad())
    return fmt::format("{} cannot be read; check its permissions", file.string());
  return TextFile{text.str()};
}

std::optional<std::string> write_text_file(const fs::path& file, const std::string& text, bool replace) {
  std::error_code error;
  if (!replace && fs::exists(file, error))
    return fmt::format("{} exists; it is not overwritten", file.string());
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  std::ofstream out(file, std::ios::binary);
  out << text << std::flush;
  if (!out) return fmt::format("{} cannot be written; check the folder and its permissions", file.string());
  return std::nullopt;
}

}  // namespace soundcheck::app
