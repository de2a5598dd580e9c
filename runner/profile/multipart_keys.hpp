// The keys `multipart` and `stream` of a step. Files are mapped when the system is read, so that a missing
// one is a mistake like any other. Control thread only.
#pragma once

#include "runner/profile/api_system.hpp"
#include "runner/profile/object.hpp"

namespace soundcheck::profile {

/// A part of a multipart/form-data body.
const Object<Part>& part_object();

/// How the answer streams.
const Object<StreamRule>& stream_object();

}  // namespace soundcheck::profile
