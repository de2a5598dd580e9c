// How many sockets this process may open. Control thread, before the shards start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace soundcheck::app {

/// Raises the soft limit of open descriptors as far as the hard limit lets it. Nothing if `sockets` and some
/// for ourselves then fit; else what the limit is and how to raise it.
std::optional<std::string> raise_descriptor_limit(std::uint64_t sockets);

}  // namespace soundcheck::app
