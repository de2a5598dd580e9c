#include "runner/app/machine_notes.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/unit/app/temporary_folder.hpp"

namespace soundcheck::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

class MachineNotesTest : public testing::Test {
 protected:
  void write(const std::string& file, const std::string& text) {
    const std::filesystem::path path = folder_.path() / "devices/system" / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text << '\n';
  }
  std::vector<std::string> notes() { return machine_notes(folder_.path()); }

  TemporaryFolder folder_;
};

constexpr const char* clock_file = "clocksource/clocksource0/current_clocksource";

TEST_F(MachineNotesTest, AGoodMachineNeedsNone) {
  EXPECT_THAT(notes(), IsEmpty()) << "nothing to be seen";
  for (const char* clock : {"tsc", "kvm-clock", "arch_sys_counter"}) {
    write(clock_file, clock);
    EXPECT_THAT(notes(), IsEmpty()) << clock;
  }
  write("cpu/cpu0/cpufreq/scaling_governor", "performance");
  EXPECT_THAT(notes(), IsEmpty());
}

TEST_F(MachineNotesTest, ASlowClockAndCoresThatClockDown) {
  write(clock_file, "hpet");
  write("cpu/cpu0/cpufreq/scaling_governor", "powersave");
  EXPECT_THAT(notes(),
              ElementsAre(StartsWith("this machine's clock is hpet: every look at it is a system call"),
                          StartsWith("this machine's cores clock down when they are idle")));
}

}  // namespace
}  // namespace soundcheck::app
