#include "protocols/http/http_task.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace soundcheck::http {

namespace {
constexpr int too_many_requests = 429;
}

std::optional<core::Failure> judge(const Step& step, int status, const std::string& body,
                                   core::Variables& variables) {
  const std::string& label = step.request.label();
  if (std::find(step.status.begin(), step.status.end(), status) == step.status.end()) {
    if (status == too_many_requests) {
      return core::Failure{core::Stage::rate_limited, 0, fmt::format("{}: 429 Too Many Requests", label)};
    }
    return core::Failure{
        core::Stage::check, 0,
        fmt::format("{}: status {}, expected {}", label, status, fmt::join(step.status, " or "))};
  }
  if (!step.wants_body()) return std::nullopt;
  core::LazyJson content(body);
  if (const auto reason = step.body.mismatch(content, variables)) {
    return core::Failure{core::Stage::check, 0,
                         fmt::format("{}: the body is not as expected: {}", label, *reason)};
  }
  if (step.extract.empty()) return std::nullopt;
  const core::JsonDocument* document = content.document();
  if (document == nullptr)
    return core::Failure{core::Stage::check, 0, fmt::format("{}: the body is not JSON", label)};
  for (const Extraction& extraction : step.extract) {
    auto value = document->find(extraction.pointer);
    if (!value) {
      return core::Failure{
          core::Stage::check, 0,
          fmt::format("{}: nothing at {} to extract as {}", label, extraction.pointer, extraction.variable)};
    }
    variables.set(extraction.variable, std::move(*value));
  }
  return std::nullopt;
}

}  // namespace soundcheck::http
