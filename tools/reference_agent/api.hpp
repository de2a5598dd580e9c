// The HTTP API under /api/v1: a request in, an answer out, over the calls. No sockets and no clock. Called on
// the I/O thread.
#pragma once

#include <string>
#include <string_view>

#include "tools/reference_agent/call_store.hpp"

namespace soundcheck::reference_agent {

struct ApiRequest {
  std::string_view method;
  std::string_view target;  ///< path and query, as on the request line
  std::string_view body;
};

struct ApiReply {
  int status = 200;
  std::string body;        ///< JSON
  std::string_view allow;  ///< the methods of the path, with a 405
};

/// `{"error":{"code":…,"message":…}}`
ApiReply error_reply(int status, std::string_view code, std::string_view message);

/// Answers any request; never throws for anything that a client can send. `uptime` is since the agent
/// started.
ApiReply answer(const ApiRequest& request, CallStore& calls, const Moment& now, core::Duration uptime);

/// True for an agent that `GET /agents` lists.
bool is_agent(std::string_view id);

}  // namespace soundcheck::reference_agent
