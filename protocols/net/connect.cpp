// From an endpoint to a connection that is ready: TCP, a proxy's tunnel, TLS.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "protocols/net/io.hpp"
#include "protocols/net/tls_channel.hpp"

namespace soundcheck::net {

using core::Failure;
using core::Stage;

namespace {

/// Sources change once every address has had its turn, so that each pair of both comes up. Those of the
/// address's family get equal shares, whatever stands between them: each has only one port range. Null: the
/// kernel chooses.
const Address* pick_source(const Endpoint& endpoint, const Address& address, std::uint64_t turn) {
  const auto fits = [&](const Address& source) { return source.family == address.family; };
  const auto fitting =
      static_cast<std::uint64_t>(std::count_if(endpoint.sources.begin(), endpoint.sources.end(), fits));
  if (fitting == 0) return nullptr;
  std::uint64_t before = turn / endpoint.dialled().size() % fitting;
  for (const Address& source : endpoint.sources) {
    if (fits(source) && before-- == 0) return &source;
  }
  return nullptr;
}

/// Errors that say something of this machine and nothing of the target.
bool is_local(int error) {
  return error == EADDRNOTAVAIL || error == EADDRINUSE || error == EMFILE || error == ENFILE ||
         error == ENOBUFS || error == ENOMEM;
}

Failure dial_failure(const IoResult& result, const Address& address) {
  const bool local = result.status == IoStatus::error && is_local(result.error);
  Failure failure = to_failure(result, local ? Stage::local : Stage::connect,
                               fmt::format("connecting to {}", address.text));
  if (local && result.error == EADDRNOTAVAIL) failure.text += " (no local port is free)";
  return failure;
}

core::Task<IoResult> finish_dialling(Channel& channel) {
  auto attempt = [](Channel& c) { return c.try_connect(); };
  co_return co_await detail::Operation<decltype(attempt)>(channel, Direction::write, attempt, true);
}

/// Puts TLS over `link.channel`. Nothing if it stands.
core::Task<std::optional<Failure>> secure(Connected& link, core::Timeline& timeline, const Endpoint& endpoint,
                                          const Address& address, TlsMemory* memory) {
  auto tls = std::make_unique<TlsChannel>(std::move(link.channel), *endpoint.tls, endpoint.host, memory);
  auto attempt = [](Channel& c) { return static_cast<TlsChannel&>(c).try_handshake(); };
  const IoResult result =
      co_await detail::Operation<decltype(attempt)>(*tls, Direction::write, attempt, true);
  if (result.status != IoStatus::ok) co_return tls->handshake_failure(result, address.text);
  link.ready = timeline.now();
  link.tls = true;
  link.tls_resumed = tls->resumed();
  link.protocol = tls->protocol();
  link.channel = std::move(tls);
  co_return std::nullopt;
}

}  // namespace

core::Task<std::variant<Connected, Failure>> connect(Network& network, core::Timeline& timeline,
                                                     const Endpoint& endpoint, std::uint64_t turn,
                                                     core::TimePoint deadline, TlsMemory* memory,
                                                     ProxyUse proxy_use) {
  const std::vector<Address>& addresses = endpoint.dialled();
  Failure failure{Stage::resolve, 0,
                  fmt::format("{} has no address", endpoint.proxy ? endpoint.proxy->host : endpoint.host)};
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const Address& address = addresses[(turn + i) % addresses.size()];
    Connected link;
    link.channel = network.dial(address, pick_source(endpoint, address, turn));
    Channel& channel = *link.channel;  // TLS keeps it, so the deadline holds to the end of the handshake
    Deadline timeout(timeline, channel);
    timeout.set(deadline);
    const IoResult result = co_await finish_dialling(channel);
    if (result.status != IoStatus::ok) {
      failure = dial_failure(result, address);
      if (result.status == IoStatus::timed_out || result.status == IoStatus::cancelled) break;
      continue;
    }
    if (endpoint.proxy && (endpoint.tls || proxy_use == ProxyUse::tunnel)) {
      if (auto refused = co_await open_tunnel(channel, endpoint)) co_return std::move(*refused);
    }
    link.tcp_ready = link.ready = timeline.now();
    if (endpoint.tls) {
      if (auto refused = co_await secure(link, timeline, endpoint, address, memory))
        co_return std::move(*refused);
    }
    co_return std::move(link);
  }
  co_return failure;
}

}  // namespace soundcheck::net
