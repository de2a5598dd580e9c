#include "runner/journal/writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

namespace soundcheck::journal {

namespace {

constexpr std::chrono::seconds pause_after_failure{1};

/// 0, or errno.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n < 0 ? errno : EIO;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return ::fdatasync(fd) == 0 || errno == EINVAL ? 0 : errno;  // EINVAL: a pipe or a device
}

std::string reason(int error) { return std::generic_category().message(error); }

}  // namespace

std::variant<std::unique_ptr<Writer>, std::string> Writer::create(const std::filesystem::path& path,
                                                                  std::string_view header) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return fmt::format("cannot write {}: {}", path.string(), reason(errno));
  const std::string begin = std::string(magic) + make_record(Kind::header, header);
  if (const int error = write_all(fd, begin); error != 0) {
    ::close(fd);
    return fmt::format("cannot write {}: {}", path.string(), reason(error));
  }
  return std::unique_ptr<Writer>(new Writer(fd, begin.size()));
}

Writer::Writer(int fd, std::size_t size) : fd_(fd), size_(size), thread_([this] { run(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  ::close(fd_);
}

bool Writer::ready() const {
  const std::lock_guard lock(mutex_);
  return !full_;
}

void Writer::append(Kind kind, std::string_view content) {
  std::string record = make_record(kind, content);
  {
    const std::lock_guard lock(mutex_);
    record_ = std::move(record);
    full_ = true;
  }
  changed_.notify_all();
}

std::optional<std::string> Writer::problem() const {
  const std::lock_guard lock(mutex_);
  return error_ == 0 ? std::nullopt : std::optional(reason(error_));
}

std::optional<std::string> Writer::wait() {
  std::unique_lock lock(mutex_);
  const std::uint64_t before = failed_attempts_;
  changed_.wait(lock, [&] { return !full_ || failed_attempts_ > before; });
  return full_ ? std::optional(reason(error_)) : std::nullopt;
}

void Writer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return full_ || stopping_; });
    if (!full_) return;
    const bool last = stopping_;
    lock.unlock();
    const int error = write_record();
    lock.lock();
    error_ = error;
    full_ = error != 0;
    if (error != 0) ++failed_attempts_;
    changed_.notify_all();
    if (error == 0) continue;
    if (last) return;
    changed_.wait_for(lock, pause_after_failure, [this] { return stopping_; });
  }
}

int Writer::write_record() {
  const int error = write_all(fd_, record_);
  if (error == 0) {
    size_ += record_.size();
    return 0;
  }
  // Half a record would hide those that follow. If this fails, too, the reader cuts here.
  if (::ftruncate(fd_, static_cast<off_t>(size_)) == 0) ::lseek(fd_, static_cast<off_t>(size_), SEEK_SET);
  return error;
}

}  // namespace soundcheck::journal
