// A file as bytes, mapped once and shared by all users: what is not read costs no memory, and what the system
// needs back it can read again. Immutable; made on the control thread, read on any. A file that somebody
// shortens in place while it is mapped ends the process (SIGBUS): data files are replaced by renaming.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace soundcheck::core {

class MappedFile {
 public:
  /// Or why not: "there is no such file", "this is a folder", or what the system says.
  static std::variant<std::shared_ptr<const MappedFile>, std::string> open(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::string_view bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::string_view bytes) : bytes_(bytes) {}
  std::string_view bytes_;
};

}  // namespace soundcheck::core
