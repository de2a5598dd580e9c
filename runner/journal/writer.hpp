// Appends records to a journal's file on a thread of its own, so that a slow or full disk never delays the
// run. It holds one record at a time: while that one is not on the disk the owner keeps what comes and adds
// it up, so memory stays bounded and nothing is lost. Each record is flushed to the disk (fdatasync) before
// the next is taken: a killed process loses nothing of it, a power cut at most what was recorded since.
// Owner: control thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>

#include "runner/journal/file.hpp"

namespace soundcheck::journal {

class Writer {
 public:
  /// Creates the file, or empties it, and writes the header. The error is for the user.
  static std::variant<std::unique_ptr<Writer>, std::string> create(const std::filesystem::path& path,
                                                                   std::string_view header);
  ~Writer();

  /// Whether a record can be handed over now.
  bool ready() const;
  /// Only when ready().
  void append(Kind kind, std::string_view content);
  /// Why the last attempt to write failed (it is repeated every second); nothing if it went well.
  std::optional<std::string> problem() const;
  /// Waits until the record is on the disk, or has failed once more. Returns why it is not there.
  std::optional<std::string> wait();

 private:
  Writer(int fd, std::size_t size);
  void run();
  /// 0, or errno; what was written in part is taken away again.
  int write_record();

  const int fd_;
  std::size_t size_;  ///< of what is whole; thread only
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string record_;  ///< being written; owned by the thread while `full_`
  bool full_ = false;
  bool stopping_ = false;
  int error_ = 0;
  std::uint64_t failed_attempts_ = 0;
  std::thread thread_;
};

}  // namespace soundcheck::journal
