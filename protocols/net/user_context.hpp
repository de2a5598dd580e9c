// Who a user is and what it lives on: the same for the users of all protocols. Refers to its shard's parts,
// which outlive it. Shard's thread.
#pragma once

#include <cstdint>
#include <memory>

#include "protocols/core/probe.hpp"
#include "protocols/core/timeline.hpp"
#include "protocols/net/network.hpp"
#include "protocols/net/tls_context.hpp"

namespace soundcheck::net {

struct UserContext {
  const Endpoint& endpoint;  ///< the target
  Network& network;
  core::Timeline& timeline;
  core::Probe& probe;
  std::uint64_t seed = 0;  ///< of the run and the subsystem
  std::uint64_t user = 0;  ///< global number, from 0
  /// For net::connect: the user's TLS session. Null without TLS.
  std::shared_ptr<TlsMemory> tls_memory = endpoint.tls ? std::make_shared<TlsMemory>() : nullptr;
};

}  // namespace soundcheck::net
