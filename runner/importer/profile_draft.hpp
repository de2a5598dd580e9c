// What an importer understood of a load, on its way to a profile, and of thresholds, on their way to a system
// that adds objectives to another one. Plain data of one import; control thread only.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "runner/importer/importer.hpp"
#include "runner/profile/units.hpp"

namespace soundcheck::importer {

struct LoadDraft {
  std::string name;          ///< of the workload; empty for the only one
  boost::json::object keys;  ///< as a profile has them under api
};

struct ProfileDraft {
  std::string description;
  profile::Duration duration{};  ///< of the run; zero: until the last load has ended
  profile::Duration drain{};     ///< zero: the default
  std::vector<LoadDraft> loads;
  std::vector<boost::json::object> objectives;
  std::vector<std::string> lost;
};

/// Says that something is not carried over; the same line once.
void lose(ProfileDraft& draft, std::string what);

/// The texts of the profile, and of a system beside it if there are objectives.
Imported finish(const ProfileDraft& draft, std::string_view format, const Request& request);

}  // namespace soundcheck::importer
