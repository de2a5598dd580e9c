// The tests of this folder use it everywhere.
#pragma once

#include "tests/support/temporary_folder.hpp"

namespace soundcheck::app {
using support::TemporaryFolder;
}  // namespace soundcheck::app
