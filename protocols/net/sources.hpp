// How many local addresses so many sockets need: one address has one port range towards one target address.
// Pure but for read_port_range() and is_own_address(); control thread, before the run.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "protocols/net/network.hpp"

namespace soundcheck::net {

/// The ports that the kernel hands out to connections (ip(7)): first to last, both included, without those
/// that are reserved.
struct PortRange {
  std::uint32_t first = 32'768;
  std::uint32_t last = 60'999;
  std::uint32_t reserved = 0;  ///< of this range

  std::uint64_t count() const { return last < first ? 0 : last - first + 1 - reserved; }
};

/// From the texts of ip_local_port_range ("32768\t60999") and ip_local_reserved_ports ("8080,9000-9010").
/// What cannot be read leaves the kernel's defaults.
PortRange parse_port_range(const std::string& range, const std::string& reserved);
/// This machine's.
PortRange read_port_range();

/// Source addresses for `sockets` connections at a time. `configured`: the user's, all valid addresses; they
/// are all used. Without them one address is left to the kernel, and a target on 127.0.0.0/8 gets as many of
/// 127.0.0.1, 127.0.0.2, ... as it needs. The error says what to do.
std::variant<std::vector<Address>, std::string> plan_sources(const Endpoint& endpoint, std::uint64_t sockets,
                                                             const std::vector<Address>& configured,
                                                             const PortRange& range);

/// Whether connections can be dialled from this address.
bool is_own_address(const Address& address);

}  // namespace soundcheck::net
