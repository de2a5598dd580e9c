// What to do about each class of failure: one sentence each, for the person who reads the report. Pure.
#pragma once

#include <string_view>

#include "protocols/core/failure.hpp"

namespace soundcheck::verdict {

std::string_view cure(core::Stage stage);

}  // namespace soundcheck::verdict
