// Who a user is and what it lives on: the same for the users of all protocols. Refers to its shard's parts,
// which outlive it. Shard's thread.
#pragma once

#include <cstdint>

#include "protocols/core/probe.hpp"
#include "protocols/core/timeline.hpp"
#include "protocols/net/network.hpp"

namespace soundcheck::net {

struct UserContext {
  const Endpoint& endpoint;  ///< the target
  Network& network;
  core::Timeline& timeline;
  core::Probe& probe;
  std::uint64_t seed = 0;  ///< of the run and the subsystem
  std::uint64_t user = 0;  ///< global number, from 0
};

}  // namespace soundcheck::net
