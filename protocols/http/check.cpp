#include "protocols/http/check.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "protocols/http/ascii.hpp"

namespace soundcheck::http {

using core::Failure;
using core::Stage;

namespace {

constexpr int too_many_requests = 429;
constexpr std::size_t longest_shown_header = 60;

Failure wrong(const RequestStep& step, std::string_view what) {
  return {Stage::check, 0, fmt::format("{}: {}", step.request.label(), what)};
}

std::optional<Failure> judge_status(const RequestStep& step, int status) {
  if (step.status.contains(status)) return std::nullopt;
  if (status == too_many_requests)
    return Failure{Stage::rate_limited, 0, fmt::format("{}: 429 Too Many Requests", step.request.label())};
  return wrong(step, fmt::format("status {}, expected {}", status, step.status.text()));
}

std::optional<Failure> judge_header(const RequestStep& step, const HeaderMatch& match,
                                    const Response& response, const core::Variables& variables) {
  const std::string* value = find_header(response.fields, match.name);
  if (value == nullptr) return wrong(step, fmt::format("the answer has no header {}", match.name));
  const std::string wanted = match.contains.render(variables);
  if (value->find(wanted) != std::string::npos) return std::nullopt;
  std::string shown = value->substr(0, longest_shown_header);
  if (shown.size() < value->size()) shown += "...";
  const bool constant = match.contains.constant();
  return wrong(step, fmt::format("the header {} is {}, expected {}", match.name,
                                 constant ? fmt::format("'{}'", shown) : "another value",
                                 constant ? fmt::format("'{}'", wanted) : "the value of its variable"));
}

/// Two digits are enough to see by how much, and keep the number of different texts small.
double rounded(double value) {
  if (value <= 0) return 0;
  const double unit = std::pow(10, std::floor(std::log10(value)) - 1);
  return std::round(value / unit) * unit;
}

std::string size_text(std::uint64_t bytes) {
  const auto size = static_cast<double>(bytes);
  if (size >= 1e6) return fmt::format("{:g}MB", rounded(size / 1e6));
  if (size >= 1e3) return fmt::format("{:g}KB", rounded(size / 1e3));
  return fmt::format("{}B", bytes);
}

std::string time_text(core::Duration time) {
  const double seconds = core::to_seconds(time);
  return seconds < 1 ? fmt::format("{:g}ms", rounded(seconds * 1e3)) : fmt::format("{:g}s", rounded(seconds));
}

std::optional<Failure> judge_bounds(const RequestStep& step, const Response& response,
                                    core::Duration service_time) {
  if (step.size && !step.size->holds(static_cast<std::int64_t>(response.body_size)))
    return wrong(step,
                 fmt::format("the body has {}, expected {}", size_text(response.body_size), step.size->text));
  if (step.time && !step.time->holds(service_time.count()))
    return wrong(step, fmt::format("it took {}, expected {}", time_text(service_time), step.time->text));
  return std::nullopt;
}

std::optional<Failure> judge_condition(const RequestStep& step, const core::Variables& variables) {
  if (!step.that) return std::nullopt;
  const core::Truth truth = step.that->holds(variables);
  if (truth.holds) return std::nullopt;
  if (!truth.problem.empty())
    return wrong(step, fmt::format("{} cannot be judged: {}", step.that->text(), truth.problem));
  return wrong(step, fmt::format("expected {}, but {}", step.that->text(), step.that->explain(variables)));
}

}  // namespace

std::optional<Failure> judge(const RequestStep& step, const Response& response, const std::string& body,
                             core::Duration service_time, const CookieJar& jar, core::Variables& variables) {
  if (auto failure = judge_status(step, response.status)) return failure;
  for (const HeaderMatch& match : step.headers) {
    if (auto failure = judge_header(step, match, response, variables)) return failure;
  }
  if (auto failure = judge_bounds(step, response, service_time)) return failure;
  core::LazyJson content(body);
  if (!step.body.empty()) {
    if (const auto reason = step.body.mismatch(content, variables))
      return wrong(step, fmt::format("the body is not as expected: {}", *reason));
  }
  if (const auto reason = extract(step.extract, content, response, jar, variables))
    return wrong(step, *reason);
  return judge_condition(step, variables);
}

}  // namespace soundcheck::http
