#include "runner/journal/reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace soundcheck::journal {

namespace {

class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat status {};
    if (fd_ < 0 || ::fstat(fd_, &status) != 0) {
      error_ = errno;
      return;
    }
    if (!S_ISREG(status.st_mode)) error_ = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    size_ = static_cast<std::size_t>(status.st_size);
    if (error_ != 0 || size_ == 0) return;
    data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd_, 0);
    if (data_ == MAP_FAILED) error_ = errno;
  }
  ~MappedFile() {
    if (data_ != MAP_FAILED) ::munmap(data_, size_);
    if (fd_ >= 0) ::close(fd_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  int error() const { return error_; }
  std::string_view text() const {
    return data_ == MAP_FAILED ? std::string_view()
                               : std::string_view(static_cast<const char*>(data_), size_);
  }

 private:
  int fd_;
  int error_ = 0;
  std::size_t size_ = 0;
  void* data_ = MAP_FAILED;
};

}  // namespace

ReadOutcome read_journal(const std::filesystem::path& path,
                         const std::function<bool(Kind, std::string_view)>& take) {
  ReadOutcome outcome;
  const MappedFile file(path);
  if (file.error() != 0) {
    outcome.error =
        fmt::format("cannot read {}: {}", path.string(), std::generic_category().message(file.error()));
    return outcome;
  }
  std::string_view rest = file.text();
  if (!rest.starts_with(magic)) {
    outcome.error = fmt::format("{} is no journal of a run{}", path.string(),
                                rest.empty() ? ": it is empty" : ": it does not begin like one");
    return outcome;
  }
  rest.remove_prefix(magic.size());
  for (;;) {
    std::string_view after = rest;
    const Taken record = take_record(after);
    if (!record.whole || !take(record.kind, record.content)) break;
    outcome.ended = outcome.ended || record.kind == Kind::end;
    rest = after;
  }
  outcome.cut_bytes = rest.size();
  return outcome;
}

}  // namespace soundcheck::journal
