// Imported contacts on their way into the calling platform: rows arrive while their file is uploaded, and a
// queue works the imports off one after another, so many rows a second. Belongs to the I/O thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tools/reference_agent/apis/database.hpp"
#include "tools/reference_agent/control.hpp"

namespace soundcheck::reference_agent {

struct ContactRow {
  std::string_view name;
  std::string_view phone;
  std::string_view company;
};

/// A plus sign and 8 to 15 digits.
bool is_phone_number(std::string_view text);

class ImportQueue {
 public:
  /// `capacity`: imports that are kept; five times as many contacts.
  ImportQueue(Database& database, Control& control, std::int64_t capacity);

  static constexpr std::int64_t max_waiting = 500'000;  ///< rows, of all imports

  /// An import whose rows are on their way. It counts for nothing until it is submitted.
  std::int64_t open(std::int64_t now_ms);
  /// False if the queue is full.
  bool add_row(std::int64_t import, std::int64_t row, const ContactRow& contact);
  /// Rows go in many at a time.
  template <class Function>
  void in_transaction(Function function) {
    Transaction transaction(database_);
    function();
    transaction.commit();
  }
  void discard(std::int64_t import);
  void submit(std::int64_t import, std::int64_t rows, std::string_view sha256);

  struct Import {
    std::string status;  ///< "queued", "processing", "done" or "failed"
    std::int64_t rows = 0;
    std::int64_t processed = 0;
    std::int64_t failed = 0;
  };
  /// Nothing while it is being uploaded, too.
  std::optional<Import> find(std::int64_t import);
  std::int64_t waiting() const { return waiting_; }  ///< rows of submitted imports

  struct Worked {
    std::int64_t processed = 0;
    std::int64_t failed = 0;  ///< of those
  };
  /// Does what has become due since it was last called.
  Worked work(core::TimePoint now);

 private:
  struct Job {
    std::int64_t import = 0;
    bool fails = false;
  };
  std::optional<Job> next_job();
  Worked work_on(const Job& job, std::int64_t most);

  Database& database_;
  Control& control_;
  std::int64_t capacity_;
  std::int64_t stored_ = 0;   // rows that are in the database, also those of uploads
  std::int64_t waiting_ = 0;  // those of them that are submitted
  double due_ = 0;            // rows that may be worked off
  std::int64_t last_contact_ = 0;
  core::TimePoint worked_at_{};
  Statement insert_, insert_row_, delete_, delete_rows_, submit_, select_, select_job_, select_rows_,
      delete_rows_to_, count_, finish_, give_up_, insert_contact_, delete_old_contacts_, delete_old_;
};

}  // namespace soundcheck::reference_agent
