// How many sockets this process may open. Control thread, before the shards start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace soundcheck::app {

/// Raises the soft limit of open descriptors as far as the hard limit lets it. Returns the limit that holds
/// then; nothing if the system does not say, or sets none.
std::optional<std::uint64_t> raise_descriptor_limit();

/// How many shards it takes so that each has descriptors enough for its share of `sockets`; 1 if none would
/// do.
std::uint32_t shards_for(std::uint64_t sockets, std::uint64_t limit);

/// Each shard has a descriptor table, and so a limit, of its own. Nothing if its share of `sockets`, and some
/// for ourselves, fit; else what the limit is and what to do.
std::optional<std::string> descriptor_problem(std::uint64_t sockets, std::uint64_t threads,
                                              std::uint64_t limit);

}  // namespace soundcheck::app
