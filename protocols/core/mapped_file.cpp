#include "protocols/core/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace soundcheck::core {

namespace {

std::string reason(int error) {
  if (error == ENOENT || error == ENOTDIR) return "there is no such file";
  if (error == EACCES || error == EPERM) return "the file cannot be read; check its permissions";
  const char* text = ::strerrordesc_np(error);
  return text != nullptr ? text : "the file cannot be read";
}

struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

}  // namespace

std::variant<std::shared_ptr<const MappedFile>, std::string> MappedFile::open(
    const std::filesystem::path& path) {
  // Not blocking: a named pipe must be refused, not waited for.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.value < 0) return reason(errno);
  struct stat facts {};
  if (::fstat(file.value, &facts) != 0) return reason(errno);
  if (S_ISDIR(facts.st_mode)) return std::string("this is a folder, not a file");
  if (!S_ISREG(facts.st_mode)) return std::string("this is not a file");
  const auto size = static_cast<std::size_t>(facts.st_size);
  std::string_view bytes;
  if (size > 0) {
    void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.value, 0);
    if (start == MAP_FAILED) return reason(errno);
    bytes = {static_cast<const char*>(start), size};
  }
  return std::shared_ptr<const MappedFile>(new MappedFile(bytes));
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

}  // namespace soundcheck::core
