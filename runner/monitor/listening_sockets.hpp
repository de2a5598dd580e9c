// The TCP sockets of this machine that listen, asked from the kernel. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

namespace soundcheck::monitor {

/// Inodes of the sockets that listen on the port, IPv4 and IPv6. Nothing if the kernel does not answer such
/// questions (sock_diag(7)). Unlike reading /proc/net/tcp it costs the same however many connections there
/// are.
std::optional<std::set<std::uint64_t>> listening_sockets(std::uint16_t port);

}  // namespace soundcheck::monitor
