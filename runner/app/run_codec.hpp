// The contents of a journal's records: header, seconds, end. What one version wrote, the same version reads;
// the header begins with the version, and another one's journal is refused in words. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "runner/app/run_header.hpp"
#include "runner/app/run_second.hpp"
#include "runner/metrics/snapshot.hpp"

namespace soundcheck::app {

std::string encode(const RunHeader& header);
std::string encode(const RunSecond& second, const metrics::Snapshot& snapshot);
std::string encode(const RunEnd& end);

/// The error is for the user: another version's journal, or contents that make no sense.
std::variant<RunHeader, std::string> decode_header(std::string_view content);
/// Nothing if the content makes no sense. `snapshot` is replaced, and keeps its memory.
std::optional<RunSecond> decode_second(std::string_view content, metrics::Snapshot& snapshot);
std::optional<RunEnd> decode_end(std::string_view content);

}  // namespace soundcheck::app
