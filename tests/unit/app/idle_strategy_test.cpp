#include "runner/app/idle_strategy.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "tests/unit/app/temporary_folder.hpp"

namespace soundcheck::app {
namespace {

using testing::HasSubstr;

TEST(IdleStrategy, OnlyOneThatSpinsKeepsTheLoopsFromSleeping) {
  EXPECT_EQ(of_loops(IdleStrategy::sleep), net::IdleStrategy::sleep);
  EXPECT_EQ(of_loops(IdleStrategy::awake), net::IdleStrategy::sleep);
  EXPECT_EQ(of_loops(IdleStrategy::spin), net::IdleStrategy::spin);
}

TEST(IdleStrategy, WhatIsNotUsualIsNoted) {
  EXPECT_EQ(note_on(IdleStrategy::sleep), std::nullopt);
  EXPECT_THAT(note_on(IdleStrategy::awake).value_or(""), HasSubstr("--idle-strategy awake"));
  EXPECT_THAT(note_on(IdleStrategy::spin).value_or(""), HasSubstr("--idle-strategy spin"));
}

/// The device of the kernel takes 32 bits: the longest wake-up in microseconds.
TEST(AwakeCores, AskForAWakeUpThatTakesNoTime) {
  const TemporaryFolder folder;
  const auto device = folder.path() / "cpu_dma_latency";
  std::ofstream(device) << "";
  {
    auto asked = AwakeCores::ask(device);
    ASSERT_TRUE(std::holds_alternative<AwakeCores>(asked));
    const AwakeCores awake = std::move(std::get<AwakeCores>(asked));
  }
  std::ifstream in(device, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), std::string(4, '\0'));
}

TEST(AwakeCores, WhereTheKernelDoesNotLetUsTheUserLearnsWhatToDo) {
  const TemporaryFolder folder;
  const auto asked = AwakeCores::ask(folder.path() / "nothing");
  ASSERT_TRUE(std::holds_alternative<std::string>(asked));
  EXPECT_EQ(std::get<std::string>(asked),
            "--idle-strategy awake: the kernel does not let us keep the cores awake: " +
                (folder.path() / "nothing").string() +
                ": No such file or directory; run as root, or use --idle-strategy spin");
}

}  // namespace
}  // namespace soundcheck::app
