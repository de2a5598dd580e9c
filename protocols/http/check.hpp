// Whether an answer is what its step expects, and what is kept of it. Pure; the variables are the user's.
#pragma once

#include <optional>
#include <string>

#include "protocols/core/failure.hpp"
#include "protocols/http/response.hpp"
#include "protocols/http/step.hpp"

namespace soundcheck::http {

/// Nothing if the answer is what the step expects, else what was expected and what came. `body` is
/// decompressed, or the text of a stream. What a good answer holds for extraction goes into `variables`.
std::optional<core::Failure> judge(const RequestStep& step, const Response& response, const std::string& body,
                                   core::Duration service_time, const CookieJar& jar,
                                   core::Variables& variables);

}  // namespace soundcheck::http
