#include "protocols/net/sources.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace soundcheck::net {

namespace {

/// The kernel's search for a free port gets slow when nearly all of a range are taken, and closed connections
/// hold theirs for a while. Loopback addresses cost nothing, so they are filled by half.
constexpr std::uint64_t loopback_share = 2;
constexpr std::uint64_t loopback_addresses = 250;

std::string first_line(const char* path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

std::uint64_t rounded_up(std::uint64_t value, std::uint64_t unit) { return (value + unit - 1) / unit; }

std::vector<Address> loopback_sources(std::uint64_t count) {
  std::vector<Address> out;
  for (std::uint64_t i = 1; i <= count; ++i) out.push_back(*numeric_address(fmt::format("127.0.0.{}", i)));
  return out;
}

}  // namespace

PortRange parse_port_range(const std::string& range, const std::string& reserved) {
  PortRange out;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  if (std::istringstream(range) >> first >> last && first <= last && last <= 65'535) {
    out.first = first;
    out.last = last;
  }
  std::istringstream list(reserved);
  for (std::string item; std::getline(list, item, ',');) {
    std::istringstream in(item);
    char dash = 0;
    if (!(in >> first)) continue;
    if (!(in >> dash >> last)) last = first;
    first = std::max(first, out.first);
    last = std::min(last, out.last);
    if (first <= last) out.reserved += last - first + 1;
  }
  return out;
}

PortRange read_port_range() {
  return parse_port_range(first_line("/proc/sys/net/ipv4/ip_local_port_range"),
                          first_line("/proc/sys/net/ipv4/ip_local_reserved_ports"));
}

std::variant<std::vector<Address>, std::string> plan_sources(const Endpoint& endpoint, std::uint64_t sockets,
                                                             const std::vector<Address>& configured,
                                                             const PortRange& range) {
  const std::vector<Address>& targets = endpoint.dialled();
  const std::uint64_t ports = range.count();
  if (targets.empty() || sockets == 0) return configured;

  // Connections take the target's addresses in turn, so each address gets its share of them.
  const std::uint64_t share = rounded_up(sockets, targets.size());
  if (!configured.empty()) {
    for (const Address& target : targets) {
      const auto usable = static_cast<std::uint64_t>(std::count_if(
          configured.begin(), configured.end(), [&](const Address& s) { return s.family == target.family; }));
      if (usable == 0) {
        return fmt::format(
            "source_addresses: none of them can reach {}: it needs an {} address; add one, or name the "
            "target by an "
            "address of the other kind",
            target.text, target.family == AF_INET6 ? "IPv6" : "IPv4");
      }
      if (usable * ports < share) {
        return fmt::format(
            "{} connections to {} need {} source addresses, because one has {} ports; source_addresses names "
            "{}. Add "
            "addresses of this machine there, or widen net.ipv4.ip_local_port_range",
            share, target.text, rounded_up(share, std::max<std::uint64_t>(ports, 1)), ports, usable);
      }
    }
    return configured;
  }
  const bool loopback = std::all_of(targets.begin(), targets.end(), is_loopback);
  const auto ipv4 = static_cast<std::uint64_t>(
      std::count_if(targets.begin(), targets.end(), [](const Address& t) { return t.family == AF_INET; }));
  // There is only one [::1]: what goes there must fit into one range.
  const bool fits_ipv6 = ipv4 == targets.size() || share <= ports;
  if (loopback && ipv4 > 0 && fits_ipv6 && ports >= loopback_share) {
    const std::uint64_t needed = rounded_up(share, ports / loopback_share);
    if (needed <= 1) return std::vector<Address>{};
    if (needed <= loopback_addresses) return loopback_sources(needed);
  }
  if (share <= ports) return std::vector<Address>{};
  return fmt::format(
      "{} connections to {} need {} source addresses, because one has {} ports. Name addresses of this "
      "machine in the "
      "system file (source_addresses: [192.0.2.10, 192.0.2.11]; ip address add gives it more), or widen "
      "net.ipv4.ip_local_port_range",
      share, targets.front().text, rounded_up(share, std::max<std::uint64_t>(ports, 1)), ports);
}

bool is_own_address(const Address& address) {
  const int socket = ::socket(address.family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  const bool good = ::bind(socket, reinterpret_cast<const sockaddr*>(address.socket_address.data()),
                           static_cast<socklen_t>(address.socket_address.size())) == 0;
  ::close(socket);
  return good;
}

}  // namespace soundcheck::net
