// The profile loader knows the dialects by name only: its list must be the table's.
#include <gmock/gmock.h>

#include "protocols/dialects/table.hpp"
#include "runner/profile/dialects.hpp"

namespace soundcheck::app {
namespace {

TEST(DialectsTest, TheLoaderKnowsEveryRowOfTheTable) {
  EXPECT_THAT(dialects::dialect_names(), testing::UnorderedElementsAreArray(profile::known_dialects));
}

}  // namespace
}  // namespace soundcheck::app
