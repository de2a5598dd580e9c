// What an HTTP user does, compiled for sending: weighted tasks of steps, and how it logs in before them.
// Immutable, shared between shards.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/core/pause.hpp"
#include "protocols/core/probe.hpp"
#include "protocols/http/data_feeds.hpp"
#include "protocols/http/redirect.hpp"
#include "protocols/http/request.hpp"
#include "protocols/http/step.hpp"
#include "protocols/net/network.hpp"

namespace soundcheck::http {

struct Task {
  core::TaskId id = 0;
  std::uint32_t weight = 1;
  std::vector<Step> steps;
  std::vector<core::Slot> own{};  ///< variables that live as long as the task
  bool may_stop = false;          ///< it holds a stop_task, or may find a data file used up
  std::vector<DataDraw> draws{};  ///< rows that it takes when it begins
};

/// How a user gets what its requests must show, and keeps it good.
struct Login {
  core::TaskId task = 0;
  std::vector<Step> steps;
  core::Duration every{};           ///< how long a login is good for; 0: see `expires_in`
  core::TextTemplate expires_in{};  ///< the same in seconds, once rendered; empty text: for ever
  core::Duration before{};          ///< renewed so long before that, but after half of it at the earliest
  std::vector<Step> refresh{};      ///< renews it; empty: the login's steps again
};

/// A kind of user: which tasks it does, and how often.
struct UserClass {
  std::string name;
  std::uint32_t weight = 1;
  std::optional<core::Pause> think_time{};
  std::vector<std::uint32_t> task_weights;  ///< by place in Workload::tasks
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
      endpoint{};                    ///< the target as this workload dials it; else as the run knows it
  std::vector<UserClass> classes{};  ///< empty: every user does all tasks, by their own weights
  std::optional<Login> login{};
  std::vector<DataFeed> data{};
  std::vector<DataDraw>
      user_draws{};     ///< rows that a user takes when it starts, for its variables and its login
  SetStep variables{};  ///< set when a user starts, in order
  std::vector<std::string> given{};  ///< what all users start with, by slot: what the setup extracted
  std::vector<Step> setup{};         ///< once, before the load
  std::vector<Step> teardown{};      ///< once, after it

  /// The class of a user, by its number: exact shares at any number of users. Null without classes.
  const UserClass* class_of(std::uint64_t user) const;
};

/// Resolves the other hosts, and asks for HTTP/2 in the target's TLS handshakes where the workload wants it.
/// Before the run, on the control thread: it may block. Failure stage: resolve or tls.
std::optional<core::Failure> find_hosts(Workload& workload, const net::Endpoint& target);

Origin origin_of(const net::Endpoint& endpoint);

/// Sets how a request gets to its endpoint: through a proxy, it names its target in full.
void route(RequestSpec& spec, const net::Endpoint& endpoint);

}  // namespace soundcheck::http
