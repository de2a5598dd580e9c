// What an HTTP user does, compiled for sending: weighted tasks of steps, each a request with its checks and
// extractions. Immutable, shared between shards.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/core/json.hpp"
#include "protocols/core/pause.hpp"
#include "protocols/core/probe.hpp"
#include "protocols/http/redirect.hpp"
#include "protocols/http/request.hpp"
#include "protocols/http/response.hpp"
#include "protocols/net/network.hpp"

namespace soundcheck::http {

struct Extraction {
  std::string variable;
  std::string pointer;  ///< JSON Pointer into the body
};

struct HeaderExtraction {
  std::string variable;
  std::string header;
};

struct Step {
  Request request;
  std::vector<int> status;  ///< any of these is good
  core::ContentMatch body;
  std::vector<Extraction> extract;
  std::vector<HeaderExtraction> extract_headers{};

  bool wants_body() const { return !body.empty() || !extract.empty(); }
};

struct Task {
  core::TaskId id = 0;
  std::uint32_t weight = 1;
  std::vector<Step> steps;
};

enum class Version : unsigned char {
  automatic,  // what ALPN chooses over TLS, else 1.1
  one,        // HTTP/1.1
  two,        // HTTP/2, over plain TCP without asking (RFC 9113, 3.3)
};

/// Whose cookies a user sends.
enum class Cookies : unsigned char {
  off,
  per_user,
  per_task,  // forgotten when a task begins
};

/// Another host that redirects may lead to.
struct OtherHost {
  Origin origin;
  net::Endpoint endpoint;
};

struct Workload {
  std::vector<Task> tasks;  ///< at least one with a weight above 0
  core::Pause think_time;
  core::Duration timeout{};             ///< of each request; of the others here, 0 is none
  core::Duration connect_timeout{};     ///< TCP, proxy and TLS
  core::Duration first_byte_timeout{};  ///< from the last byte of the request
  core::Duration task_timeout{};        ///< from a task's start to its last byte
  std::uint64_t max_body = std::uint64_t{256} * 1024 * 1024;
  std::uint32_t redirects = 0;  ///< how many are followed for one request
  bool keep_alive = true;
  Cookies cookies = Cookies::per_user;
  Version version = Version::automatic;
  std::vector<OtherHost> others{};  ///< endpoints are filled in by find_hosts
  std::optional<net::Endpoint>
      endpoint{};  ///< the target as this workload dials it; else as the run knows it
};

/// Resolves the other hosts, and asks for HTTP/2 in the target's TLS handshakes where the workload wants it.
/// Before the run, on the control thread: it may block. Failure stage: resolve or tls.
std::optional<core::Failure> find_hosts(Workload& workload, const net::Endpoint& target);

Origin origin_of(const net::Endpoint& endpoint);

/// Nothing if the answer is what the step expects, else what was expected and what came. A good answer's
/// extractions go into `variables`.
std::optional<core::Failure> judge(const Step& step, int status, const std::string& body,
                                   core::Variables& variables);

/// The same for headers: keeps those that the step extracts.
std::optional<core::Failure> take_headers(const Step& step, const Response& response,
                                          core::Variables& variables);

/// Sets how a request gets to its endpoint: through a proxy, it names its target in full.
void route(RequestSpec& spec, const net::Endpoint& endpoint);

}  // namespace soundcheck::http
