#include "protocols/net/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <utility>

namespace soundcheck::net {

namespace {

template <class SocketAddress>
Address make_address(const SocketAddress& socket_address, int family, std::string text) {
  Address address;
  address.socket_address.resize(sizeof socket_address);
  std::memcpy(address.socket_address.data(), &socket_address, sizeof socket_address);
  address.family = family;
  address.text = std::move(text);
  return address;
}

}  // namespace

bool is_loopback(const Address& address) {
  if (address.family == AF_INET && address.socket_address.size() >= sizeof(sockaddr_in)) {
    sockaddr_in in{};
    std::memcpy(&in, address.socket_address.data(), sizeof in);
    return (ntohl(in.sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
  }
  if (address.family == AF_INET6 && address.socket_address.size() >= sizeof(sockaddr_in6)) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, address.socket_address.data(), sizeof in6);
    return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
  }
  return false;
}

std::optional<Address> numeric_address(const std::string& text) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  if (::inet_pton(AF_INET, text.c_str(), &in.sin_addr) == 1) return make_address(in, AF_INET, text);
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  if (::inet_pton(AF_INET6, text.c_str(), &in6.sin6_addr) == 1) return make_address(in6, AF_INET6, text);
  return std::nullopt;
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0;
}

}  // namespace soundcheck::net
