#include "protocols/http/http_task.hpp"

#include <utility>

#include "protocols/http/ascii.hpp"
#include "protocols/net/target_url.hpp"
#include "protocols/net/tls_context.hpp"

namespace soundcheck::http {

const UserClass* Workload::class_of(std::uint64_t user) const {
  if (classes.empty()) return nullptr;
  std::uint64_t total = 0;
  for (const UserClass& candidate : classes) total += candidate.weight;
  double place = core::even_place(user) * static_cast<double>(total);
  for (const UserClass& candidate : classes) {
    if (place < candidate.weight) return &candidate;
    place -= candidate.weight;
  }
  return &classes.back();
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
