// What about this machine a reader of the figures should know, looked at before anything is sent. Control
// thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace soundcheck::app {

/// Notes about a clock that is slow to read and about cores that clock down. `sys`: where /sys is.
std::vector<std::string> machine_notes(const std::filesystem::path& sys = "/sys");

}  // namespace soundcheck::app
