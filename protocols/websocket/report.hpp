// What every user of a WebSocket reports about its connection, whatever it does with it. Shard's thread.
#pragma once

#include "protocols/net/user_context.hpp"
#include "protocols/websocket/connection.hpp"

namespace soundcheck::websocket {

/// A connection was dialled at `start` and is open now. `first`: the user had none before.
void report_opened(const net::UserContext& context, core::TaskId task, core::TimePoint start,
                   const Connection::Opened& opened, bool first);

/// Counts what came on top of `reported`, and brings that up to date.
void report_traffic(const net::UserContext& context, core::TaskId task, const Traffic& traffic,
                    Traffic& reported);

}  // namespace soundcheck::websocket
