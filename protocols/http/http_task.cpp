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
  if (step.body_contains && body.find(*step.body_contains) == std::string::npos) {
    return core::Failure{core::Stage::check, 0,
                         fmt::format("{}: the body does not contain '{}'", label, *step.body_contains)};
  }
  if (step.json.empty() && step.extract.empty()) return std::nullopt;
  const auto document = core::JsonDocument::parse(body);
  if (!document) return core::Failure{core::Stage::check, 0, fmt::format("{}: the body is not JSON", label)};
  for (const core::JsonMatch& match : step.json) {
    if (!match.matches(*document)) {
      return core::Failure{core::Stage::check, 0, fmt::format("{}: {}", label, match.mismatch(*document))};
    }
  }
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
