// Reads a journal, also one that was cut off by a kill, a full disk or a power cut. The file is mapped, so a
// week's journal costs no memory. Control thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "runner/journal/file.hpp"

namespace soundcheck::journal {

struct ReadOutcome {
  std::optional<std::string> error;  ///< nothing could be read, and why; for the user
  std::uint64_t cut_bytes = 0;       ///< at the end: a torn or damaged record, and all that came after it
  bool ended = false;                ///< the run wrote its end
};

/// Calls `take` for each whole record, in order, until it returns false (the content makes no sense to it:
/// that record and all after it are cut, too). The contents live during the call only.
ReadOutcome read_journal(const std::filesystem::path& path,
                         const std::function<bool(Kind, std::string_view)>& take);

}  // namespace soundcheck::journal
