#include "protocols/net/target_url.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <memory>

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

}  // namespace

std::variant<TargetUrl, std::string> parse_target_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  const std::string shown = without_secrets(text);
  if (!parsed || !parsed->has_authority() || parsed->host().empty()) {
    return fmt::format("'{}' is not a URL; write it like http://127.0.0.1:8080", shown);
  }
  const boost::urls::url_view& url = *parsed;
  if (url.scheme_id() != boost::urls::scheme::http) {
    return fmt::format(
        "'{}': scheme '{}' cannot be used, only http:// (WebSocket paths use the same address)", shown,
        std::string_view(url.scheme()));
  }
  if (url.has_userinfo()) {
    return std::string(
        "the target URL holds a user name or password; send them as a header from the environment");
  }
  if (url.has_query() || url.has_fragment()) {
    return fmt::format("'{}': a target has no query and no fragment; put them into the system's paths",
                       shown);
  }
  if (url.has_port() && (url.port_number() == 0)) {
    return fmt::format("'{}': the port must be from 1 to 65535", shown);
  }
  TargetUrl target;
  target.host = url.host_type() == boost::urls::host_type::ipv6 ? url.host_address() : url.host();
  target.port = url.has_port() ? std::string(url.port()) : "80";
  target.prefix = std::string(url.encoded_path());
  while (!target.prefix.empty() && target.prefix.back() == '/') target.prefix.pop_back();
  target.text = text;
  return target;
}

std::variant<Endpoint, core::Failure> resolve(const TargetUrl& url) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &list);
  if (error != 0) {
    return core::Failure{core::Stage::resolve, error == EAI_SYSTEM ? errno : 0,
                         fmt::format("resolving {}: {}", url.host, ::gai_strerror(error))};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
  const bool ipv6_literal = url.host.find(':') != std::string::npos;
  Endpoint endpoint;
  endpoint.host = url.host;
  endpoint.port = url.port;
  endpoint.authority = ipv6_literal ? fmt::format("[{}]", url.host) : url.host;
  if (url.port != "80") endpoint.authority += ":" + url.port;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    Address address;
    address.family = entry->ai_family;
    const auto* bytes = reinterpret_cast<const unsigned char*>(entry->ai_addr);
    address.socket_address.assign(bytes, bytes + entry->ai_addrlen);
    char host[NI_MAXHOST];
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, host, sizeof host, nullptr, 0, NI_NUMERICHOST) != 0)
      continue;
    address.text = entry->ai_family == AF_INET6 ? fmt::format("[{}]:{}", host, url.port)
                                                : fmt::format("{}:{}", host, url.port);
    endpoint.addresses.push_back(std::move(address));
  }
  return endpoint;
}

}  // namespace soundcheck::net
