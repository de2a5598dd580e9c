#include "protocols/net/target_url.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <cerrno>
#include <memory>

#include "protocols/net/loop.hpp"

namespace soundcheck::net {

namespace {

/// What messages may repeat of the URL: no user name and password, no query.
std::string without_secrets(std::string_view text) {
  std::string shown(text);
  const std::size_t scheme = shown.find("//");
  const std::size_t authority = scheme == shown.npos ? 0 : scheme + 2;
  const std::size_t at = shown.rfind('@');
  if (at != shown.npos && at >= authority) shown.replace(authority, at - authority, "...");
  return shown.substr(0, shown.find_first_of("?#"));
}

const char* default_port(bool tls) { return tls ? "443" : "80"; }

}  // namespace

std::variant<TargetUrl, std::string> parse_target_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  const std::string shown = without_secrets(text);
  if (!parsed || !parsed->has_authority() || parsed->host().empty()) {
    return fmt::format("'{}' is not a URL; write it like http://127.0.0.1:8080", shown);
  }
  const boost::urls::url_view& url = *parsed;
  using boost::urls::scheme;
  const scheme used = url.scheme_id();
  if (used != scheme::http && used != scheme::https && used != scheme::ws && used != scheme::wss) {
    return fmt::format("'{}': scheme '{}' cannot be used, only http:// and https:// (or ws:// and wss://)",
                       shown, std::string_view(url.scheme()));
  }
  if (url.has_userinfo()) {
    return std::string(
        "the target URL holds a user name or password; send them as a header from the environment");
  }
  if (url.has_query() || url.has_fragment()) {
    return fmt::format("'{}': a target has no query and no fragment; put them into the system's paths",
                       shown);
  }
  if (url.has_port() && !is_port(std::string(url.port()))) {
    return fmt::format("'{}': the port must be from 1 to 65535", shown);
  }
  TargetUrl target;
  target.host = url.host_type() == boost::urls::host_type::ipv6 ? url.host_address() : url.host();
  target.tls = used == scheme::https || used == scheme::wss;
  target.port = url.has_port() ? std::string(url.port()) : default_port(target.tls);
  target.prefix = std::string(url.encoded_path());
  while (!target.prefix.empty() && target.prefix.back() == '/') target.prefix.pop_back();
  target.text = text;
  return target;
}

Endpoint unresolved(const TargetUrl& url) {
  const bool ipv6_literal = url.host.find(':') != std::string::npos;
  Endpoint endpoint;
  endpoint.host = url.host;
  endpoint.port = url.port;
  endpoint.authority = ipv6_literal ? fmt::format("[{}]", url.host) : url.host;
  if (url.port != default_port(url.tls)) endpoint.authority += ":" + url.port;
  return endpoint;
}

std::variant<Endpoint, core::Failure> resolve(const TargetUrl& url) {
  Endpoint endpoint = unresolved(url);
  const core::TimePoint began = Loop::clock();
  auto addresses = resolve_host(url.host, url.port);
  endpoint.resolve_seconds = core::to_seconds(Loop::clock() - began);
  if (auto* failure = std::get_if<core::Failure>(&addresses)) return std::move(*failure);
  endpoint.addresses = std::move(std::get<std::vector<Address>>(addresses));
  return endpoint;
}

std::variant<std::vector<Address>, core::Failure> resolve_host(const std::string& host,
                                                               const std::string& port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
  if (error != 0) {
    return core::Failure{core::Stage::resolve, error == EAI_SYSTEM ? errno : 0,
                         fmt::format("resolving {}: {}", host, ::gai_strerror(error))};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
  std::vector<Address> addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    char numeric[NI_MAXHOST];
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, numeric, sizeof numeric, nullptr, 0,
                      NI_NUMERICHOST) != 0)
      continue;
    const auto* bytes = reinterpret_cast<const unsigned char*>(entry->ai_addr);
    const bool ipv6 = entry->ai_family == AF_INET6;
    addresses.push_back({{bytes, bytes + entry->ai_addrlen},
                         entry->ai_family,
                         fmt::format("{}{}{}:{}", ipv6 ? "[" : "", numeric, ipv6 ? "]" : "", port)});
  }
  return addresses;
}

}  // namespace soundcheck::net
