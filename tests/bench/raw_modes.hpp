// What the raw client can do. Each prints one line of JSON and throws std::exception if the target or the
// kernel does not play along.
#pragma once

#include <cstdint>

namespace soundcheck::bench {

/// Keep-alive GETs on `connections`, as fast as the answers come, for `seconds`.
void raw_http(std::uint16_t port, unsigned connections, double seconds);
/// GETs with Poisson arrivals, each on an idle connection or a fresh one; latencies from the intended start.
void raw_rate(std::uint16_t port, double per_second, double seconds);
/// Opens WebSocket connections as fast as the target takes them, and holds them for `seconds`.
void raw_open(std::uint16_t port, unsigned connections, double seconds);
/// One echo of 100 bytes in flight on each of `connections`.
void raw_echo(std::uint16_t port, unsigned connections, double seconds);
/// 100 bytes every 20 ms on each of `connections`, which begin staggered inside the 20 ms; reads what comes.
/// One wake-up a millisecond.
void raw_calls(std::uint16_t port, unsigned connections, double seconds);

}  // namespace soundcheck::bench
