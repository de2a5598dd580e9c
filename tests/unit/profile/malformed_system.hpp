// System files with one mistake or more each, and the exact words that the user reads. The tables stand in a
// file for each part of the language; the test that goes through them is in malformed_system_test.cpp.
#pragma once

#include <gtest/gtest.h>

#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {

class MalformedSystem : public testing::TestWithParam<Malformed> {};

}  // namespace soundcheck::profile
