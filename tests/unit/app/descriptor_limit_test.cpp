#include "runner/app/descriptor_limit.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <cstdint>

namespace soundcheck::app {
namespace {

using testing::HasSubstr;
using testing::Optional;

/// The limit of this process as it was, for the tests that follow.
class DescriptorLimitTest : public testing::Test {
 protected:
  DescriptorLimitTest() { ::getrlimit(RLIMIT_NOFILE, &before_); }
  ~DescriptorLimitTest() override { ::setrlimit(RLIMIT_NOFILE, &before_); }
  rlimit before_{};
};

TEST_F(DescriptorLimitTest, TheSoftLimitIsRaisedToTheHardOne) {
  const rlimit low{256, before_.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_descriptor_limit(), before_.rlim_max);
  rlimit now{};
  ::getrlimit(RLIMIT_NOFILE, &now);
  EXPECT_EQ(now.rlim_cur, before_.rlim_max);
}

TEST(DescriptorProblemTest, APlanThatCannotFitIsRefusedWithTheFigureAndTheCure) {
  EXPECT_EQ(
      descriptor_problem(2'001, 2, 1'000),
      "the plan needs 2001 sockets at a time, 1001 for each of 2 threads, but a thread may have only 1000 "
      "open files; use --threads 3, or raise the limit (ulimit -n 1065 as root, or LimitNOFILE= of the "
      "service), or ask for fewer users");
  EXPECT_EQ(descriptor_problem(2'001, 3, 1'000), std::nullopt);
}

TEST(DescriptorProblemTest, EachThreadHasRoomForOurOwnFiles) {
  EXPECT_EQ(descriptor_problem(936, 1, 1'000), std::nullopt);
  EXPECT_THAT(descriptor_problem(937, 1, 1'000), Optional(HasSubstr("use --threads 2,")));
  EXPECT_THAT(descriptor_problem(10, 1, 64),
              Optional(HasSubstr("open files; raise the limit (ulimit -n 74")));
}

TEST(DescriptorProblemTest, AsManyShardsAsItTakes) {
  EXPECT_EQ(shards_for(0, 1'000), 1U);
  EXPECT_EQ(shards_for(936, 1'000), 1U);
  EXPECT_EQ(shards_for(937, 1'000), 2U);
  EXPECT_EQ(shards_for(50'000, 20'000), 3U);
  EXPECT_EQ(shards_for(5, 10), 1U) << "no number of shards would do";
  for (const std::uint64_t sockets : {1U, 936U, 937U, 5'000U, 123'456U})
    EXPECT_EQ(descriptor_problem(sockets, shards_for(sockets, 1'000), 1'000), std::nullopt) << sockets;
}

}  // namespace
}  // namespace soundcheck::app
