#include "protocols/http/http_task.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "protocols/http/ascii.hpp"
#include "protocols/net/target_url.hpp"
#include "protocols/net/tls_context.hpp"

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

std::optional<core::Failure> take_headers(const Step& step, const Response& response,
                                          core::Variables& variables) {
  for (const HeaderExtraction& extraction : step.extract_headers) {
    const std::string* value = find_header(response.fields, extraction.header);
    if (value == nullptr) {
      return core::Failure{core::Stage::check, 0,
                           fmt::format("{}: the answer has no header {} to extract as {}",
                                       step.request.label(), extraction.header, extraction.variable)};
    }
    variables.set(extraction.variable, *value);
  }
  return std::nullopt;
}

void route(RequestSpec& spec, const net::Endpoint& endpoint) {
  const bool forwarded = endpoint.proxy && !endpoint.tls;
  spec.before_path = forwarded ? "http://" + spec.authority : "";
  spec.proxy_authorization = forwarded ? endpoint.proxy->authorization : "";
}

Origin origin_of(const net::Endpoint& endpoint) {
  return {endpoint.tls != nullptr, to_lower(endpoint.host), endpoint.port};
}

std::optional<core::Failure> find_hosts(Workload& workload, const net::Endpoint& target) {
  const auto with_version = [&](const std::shared_ptr<const net::TlsContext>& tls) {
    if (workload.version == Version::one) return tls->with_protocols({"http/1.1"});
    if (workload.version == Version::two) return tls->with_protocols({"h2"});
    return tls->with_protocols({"h2", "http/1.1"});
  };
  std::shared_ptr<const net::TlsContext> tls;
  if (target.tls) {
    tls = with_version(target.tls);
    workload.endpoint = target;
    workload.endpoint->tls = tls;
  }
  for (OtherHost& other : workload.others) {
    net::TargetUrl url;
    url.host = other.origin.host;
    url.port = other.origin.port;
    auto resolved = net::resolve(url);
    if (auto* failure = std::get_if<core::Failure>(&resolved)) return std::move(*failure);
    other.endpoint = std::move(std::get<net::Endpoint>(resolved));
    other.endpoint.authority = other.origin.authority();
    other.endpoint.sources = target.sources;
    other.endpoint.proxy = target.proxy;
    if (!other.origin.tls) continue;
    if (!tls) {
      auto created = net::TlsContext::create({});
      if (auto* problem = std::get_if<std::string>(&created))
        return core::Failure{core::Stage::tls, 0, std::move(*problem)};
      tls = with_version(std::get<std::shared_ptr<const net::TlsContext>>(created));
    }
    other.endpoint.tls = tls;
  }
  return std::nullopt;
}

}  // namespace soundcheck::http
