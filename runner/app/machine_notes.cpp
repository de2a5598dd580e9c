#include "runner/app/machine_notes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

namespace soundcheck::app {

namespace {

/// Empty if there is no such file: many virtual machines show neither clock nor governor.
std::string first_word(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string word;
  in >> word;
  return word;
}

/// Read without a system call.
constexpr std::array<std::string_view, 4> fast_clocks{"tsc", "kvm-clock", "hyperv_clocksource_tsc_page",
                                                      "arch_sys_counter"};

}  // namespace

std::vector<std::string> machine_notes(const std::filesystem::path& sys) {
  std::vector<std::string> notes;
  const std::string clock = first_word(sys / "devices/system/clocksource/clocksource0/current_clocksource");
  if (!clock.empty() && std::find(fast_clocks.begin(), fast_clocks.end(), clock) == fast_clocks.end()) {
    notes.push_back(fmt::format(
        "this machine's clock is {}: every look at it is a system call of a microsecond or more, so "
        "the generator reaches less load; times stay right. If the CPU has a stable tsc, boot with "
        "clocksource=tsc",
        clock));
  }
  if (first_word(sys / "devices/system/cpu/cpu0/cpufreq/scaling_governor") == "powersave") {
    notes.push_back(
        "this machine's cores clock down when they are idle (governor powersave), which makes short times "
        "longer at low load: cpupower frequency-set -g performance");
  }
  return notes;
}

}  // namespace soundcheck::app
