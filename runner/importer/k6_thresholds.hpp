// Thresholds of k6 as objectives, and k6's way to write durations. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "runner/importer/profile_draft.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::importer {

/// "1m30s", "1d", "1500" (milliseconds); nothing for anything else.
std::optional<profile::Duration> k6_duration(const std::string& text);

/// Those that have a metric of ours; the others are lost.
std::vector<boost::json::object> read_thresholds(const profile::Value& thresholds, ProfileDraft& draft);

}  // namespace soundcheck::importer
