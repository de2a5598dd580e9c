// One connection to a target that carries one request at a time: the interface, what a request and its answer
// are to it, and the two protocols behind it. Belongs to one user; shard's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/core/failure.hpp"
#include "protocols/core/probe.hpp"
#include "protocols/core/task.hpp"
#include "protocols/core/timeline.hpp"
#include "protocols/http/request.hpp"
#include "protocols/http/response.hpp"
#include "protocols/net/io.hpp"

namespace soundcheck::http {

/// What a request waits for.
enum class Phase : unsigned char {
  connecting,
  sending,
  waiting_for_continue,
  waiting_for_first_byte,
  receiving,
};

/// One request and how it went. The session fills in the upper part and uses the same object again and again,
/// so that its buffers are allocated once.
struct Exchange {
  const Request* request = nullptr;
  const core::Variables* variables = nullptr;
  std::string_view label;      ///< for messages: of the step, whatever a redirect made of it
  BodySource* body = nullptr;  ///< sent in place of the request's own
  std::string cookies;         ///< value of the Cookie header, or empty
  std::string buffer;          ///< for rendering
  Keep keep;
  std::uint64_t max_body = 0;
  core::Duration first_byte_timeout{};  ///< from the last byte of the request; 0: none
  core::TimePoint due;
  core::Probe* probe = nullptr;  ///< for the bytes
  core::TaskId task = 0;

  Phase phase = Phase::connecting;
  core::TimePoint sent;        ///< the last byte of the request was written
  core::TimePoint first_byte;  ///< of the answer
  core::TimePoint last_byte;   ///< of what the answer's times count

  bool answered() const { return phase == Phase::receiving; }
};

class Connection {
 public:
  virtual ~Connection() = default;

  /// Sends the request and reads its answer into response(). On failure (stages write, read, protocol,
  /// too_large, deadline) the connection is of no further use.
  virtual core::Task<std::optional<core::Failure>> exchange(Exchange& exchange) = 0;
  virtual const Response& response() const = 0;
  /// Whether another request may be sent.
  virtual bool reusable() const = 0;
};

std::unique_ptr<Connection> make_http1(net::Network& network, core::Timeline& timeline,
                                       net::ChannelPtr channel);
/// `scheme` is "http" or "https". Speaks at once, without an upgrade (RFC 9113, 3.3).
std::unique_ptr<Connection> make_http2(net::Network& network, core::Timeline& timeline,
                                       net::ChannelPtr channel, std::string_view scheme);

}  // namespace soundcheck::http
