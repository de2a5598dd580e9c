// One HTTP connection: reads requests (pipelined ones too), treats them with the faults that are on, answers
// them, and hands WebSocket upgrades over. Belongs to the I/O thread.
#pragma once

#include <memory>

namespace soundcheck::reference_agent {

struct Services;

/// Takes over an accepted TCP descriptor. `slot` lives as long as the connection.
void open_http_session(Services& services, int descriptor, std::shared_ptr<void> slot);

}  // namespace soundcheck::reference_agent
