// What a run needs before a target is asked for: the profile, the target's address, the audio, the
// monitors. Control thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocols/audio/clip.hpp"
#include "protocols/net/target_url.hpp"
#include "runner/app/data_folders.hpp"
#include "runner/app/host.hpp"
#include "runner/app/options.hpp"
#include "runner/app/target.hpp"
#include "runner/monitor/make_monitor.hpp"
#include "runner/profile/profile.hpp"

namespace soundcheck::app {

struct Prepared {
  profile::Profile profile;
  std::optional<net::TargetUrl> url;  ///< absent: the embedded reference agent
  Route route;                        ///< to `url`
  std::vector<audio::ClipPtr> clips;
  std::vector<std::string> notes;
  std::vector<monitor::MadeMonitor> monitors;  ///< of the system
};

/// The profile of this name, with the environment and the command line in it. Nothing if something is wrong;
/// it has been said then.
std::optional<Prepared> prepare(const std::string& name, const Options& options, const Host& host,
                                const DataFolders& data);

}  // namespace soundcheck::app
