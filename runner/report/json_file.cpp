#include "runner/report/json_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace soundcheck::report {

namespace fs = std::filesystem;

namespace {

/// Closes on destruction.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool open() const { return fd_ >= 0; }
  bool write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t n = ::write(fd_, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  bool sync() const { return ::fsync(fd_) == 0; }
  bool set_mode(mode_t mode) const { return ::fchmod(fd_, mode) == 0; }
  bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

std::string reason(int error) { return std::generic_category().message(error); }

std::string cannot_write(const fs::path& path, std::string_view why) {
  return fmt::format("cannot write {}: {}", path.string(), why);
}

/// Through symbolic links, so that a link stays a link.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

fs::path temporary_beside(const fs::path& path) {
  return folder_of(path) / fmt::format(".{}.{}.tmp", path.filename().string(), ::getpid());
}

bool is_special(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error) && fs::is_other(path, error);
}

std::optional<std::string> write_directly(const fs::path& path, std::string_view text) {
  File file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.open() || !file.write(text)) return cannot_write(path, reason(errno));
  return std::nullopt;
}

/// Everything up to the rename. On an error errno tells why.
bool write_temporary(const fs::path& temporary, const fs::path& path, std::string_view text) {
  File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file.open() || !file.write(text)) return false;
  struct stat old {};
  if (::stat(path.c_str(), &old) == 0 && !file.set_mode(old.st_mode & 07777)) return false;
  return file.sync() && file.close();
}

}  // namespace

std::optional<std::string> check_writable(const fs::path& path) {
  if (path.empty() || !path.has_filename()) {
    return cannot_write(path, "it names no file; write a file name, for example results.json");
  }
  const fs::path real = resolved(path);
  std::error_code error;
  if (fs::is_directory(real, error)) {
    return cannot_write(path,
                        "it is a folder; name a file in it, for example " + (path / "results.json").string());
  }
  if (is_special(path)) {
    if (::access(path.c_str(), W_OK) == 0) return std::nullopt;
    return cannot_write(path, reason(errno));
  }
  const fs::path folder = folder_of(real);
  if (!fs::is_directory(folder, error)) {
    return cannot_write(path, fmt::format("there is no folder {}; create it first", folder.string()));
  }
  const fs::path temporary = temporary_beside(real);
  ::unlink(temporary.c_str());
  const File probe(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!probe.open()) {
    return cannot_write(path, fmt::format("no file can be created in {} ({}); choose another folder",
                                          folder.string(), reason(errno)));
  }
  ::unlink(temporary.c_str());
  return std::nullopt;
}

std::optional<std::string> write_file(const fs::path& path, std::string_view text) {
  if (is_special(path)) return write_directly(path, text);
  const fs::path real = resolved(path);
  const fs::path temporary = temporary_beside(real);
  ::unlink(temporary.c_str());  // left by a process of the same number that was killed
  if (!write_temporary(temporary, real, text) || ::rename(temporary.c_str(), real.c_str()) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    return cannot_write(path, reason(error));
  }
  // The rename itself survives a power cut only once the folder is on the disk; the content is safe already.
  const File folder(::open(folder_of(real).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.open()) folder.sync();
  return std::nullopt;
}

}  // namespace soundcheck::report
