#include "protocols/net/proxy.hpp"

#include <fmt/format.h>

#include <openssl/evp.h>
#include <array>
#include <boost/url/decode_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "protocols/net/io.hpp"
#include "protocols/net/target_url.hpp"

namespace soundcheck::net {

using core::Failure;
using core::Stage;

namespace {

constexpr std::size_t longest_answer = 16 * 1024;

std::string base64(const std::string& text) {
  std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

/// The status of an answer's head, or 0 if this is no HTTP/1 answer (RFC 9112, section 4).
int status_of(std::string_view head) {
  if (!head.starts_with("HTTP/1.") || head.size() < 12 || head[8] != ' ') return 0;
  int status = 0;
  for (const char c : head.substr(9, 3)) {
    if (c < '0' || c > '9') return 0;
    status = status * 10 + (c - '0');
  }
  return status;
}

std::string refusal(int status) {
  switch (status) {
    case 407:
      return "it wants a user name and password, or other ones (407); write them into proxy: from the "
             "environment";
    case 403:
    case 405:
      return fmt::format("it does not allow a tunnel to this target ({})", status);
    case 502:
    case 503:
    case 504:
      return fmt::format("it cannot reach the target ({})", status);
    default:
      return fmt::format("it answered CONNECT with status {}", status);
  }
}

}  // namespace

std::variant<Proxy, std::string> parse_proxy(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed || !parsed->has_authority() || parsed->host().empty())
    return std::string("proxy: this is not a URL; write it like http://proxy.example:3128");
  if (parsed->scheme_id() != boost::urls::scheme::http) {
    return fmt::format("proxy: scheme '{}' cannot be used; write it like http://proxy.example:3128",
                       std::string_view(parsed->scheme()));
  }
  const bool has_path = !parsed->encoded_path().empty() && parsed->encoded_path() != "/";
  if (has_path || parsed->has_query() || parsed->has_fragment())
    return std::string("proxy: a proxy has no path; write it like http://proxy.example:3128");
  if (parsed->has_port() && !is_port(std::string(parsed->port())))
    return std::string("proxy: the port must be from 1 to 65535");
  Proxy proxy;
  const bool is_ipv6 = parsed->host_type() == boost::urls::host_type::ipv6;
  proxy.host = is_ipv6 ? parsed->host_address() : parsed->host();
  proxy.port = parsed->has_port() ? std::string(parsed->port()) : "8080";
  proxy.text =
      fmt::format("http://{}{}{}:{}", is_ipv6 ? "[" : "", proxy.host, is_ipv6 ? "]" : "", proxy.port);
  if (parsed->has_userinfo())
    proxy.authorization = "Basic " + base64(fmt::format("{}:{}", parsed->user(), parsed->password()));
  return proxy;
}

std::optional<Failure> resolve_proxy(Proxy& proxy) {
  auto resolved = resolve_host(proxy.host, proxy.port);
  if (auto* failure = std::get_if<Failure>(&resolved)) {
    failure->stage = Stage::proxy;
    failure->text = fmt::format("proxy {}: {}", proxy.text, failure->text);
    return std::move(*failure);
  }
  proxy.addresses = std::move(std::get<std::vector<Address>>(resolved));
  return std::nullopt;
}

core::Task<std::optional<Failure>> open_tunnel(Channel& channel, const Endpoint& endpoint) {
  const Proxy& proxy = *endpoint.proxy;
  const std::string what = fmt::format("proxy {}", proxy.text);
  const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
  const std::string target =
      fmt::format("{}{}{}:{}", is_ipv6 ? "[" : "", endpoint.host, is_ipv6 ? "]" : "", endpoint.port);
  std::string request = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", target);
  if (!proxy.authorization.empty())
    request += fmt::format("Proxy-Authorization: {}\r\n", proxy.authorization);
  request += "\r\n";
  IoResult result = co_await write_all(channel, request);
  if (result.status != IoStatus::ok) co_return to_failure(result, Stage::proxy, what);

  std::string answer;
  std::array<char, 1024> buffer;
  std::size_t end = answer.npos;
  while (end == answer.npos) {
    if (answer.size() > longest_answer)
      co_return Failure{Stage::proxy, 0, fmt::format("{}: its answer to CONNECT does not end", what)};
    result = co_await read_some(channel, buffer);
    if (result.status != IoStatus::ok) co_return to_failure(result, Stage::proxy, what);
    answer.append(buffer.data(), result.bytes);
    end = answer.find("\r\n\r\n");
  }
  const int status = status_of(answer);
  if (status == 0) co_return Failure{Stage::proxy, 0, fmt::format("{}: it does not speak HTTP", what)};
  if (status < 200 || status > 299)
    co_return Failure{Stage::proxy, 0, fmt::format("{}: {}", what, refusal(status))};
  // The client speaks first in all that we tunnel.
  if (answer.size() > end + 4)
    co_return Failure{Stage::proxy, 0, fmt::format("{}: it sent data of its own", what)};
  co_return std::nullopt;
}

}  // namespace soundcheck::net
