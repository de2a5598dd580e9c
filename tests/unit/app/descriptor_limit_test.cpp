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
  EXPECT_EQ(raise_descriptor_limit(10), std::nullopt);
  rlimit now{};
  ::getrlimit(RLIMIT_NOFILE, &now);
  EXPECT_EQ(now.rlim_cur, before_.rlim_max);
}

TEST_F(DescriptorLimitTest, APlanThatCannotFitIsRefusedWithTheFigureAndTheCure) {
  const std::uint64_t sockets = before_.rlim_max;
  EXPECT_THAT(
      raise_descriptor_limit(sockets),
      Optional(HasSubstr("the plan needs " + std::to_string(sockets) +
                         " sockets at a time, but this process may "
                         "open only " +
                         std::to_string(before_.rlim_max) + " descriptors; raise the limit (ulimit -n " +
                         std::to_string(sockets + 64))));
}

}  // namespace
}  // namespace soundcheck::app
