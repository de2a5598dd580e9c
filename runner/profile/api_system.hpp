// What is called on an HTTP API: tasks of requests with their checks. Filled by the loader, constant from
// then on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include "runner/profile/values.hpp"

namespace soundcheck::profile {

struct ResponseCheck {
  std::vector<int> status{200};  ///< any of these
  std::optional<std::string> body_contains;
  std::vector<JsonCheck> json;
};

/// Keeps the value at a JSON Pointer of the answer as a variable of the user, for {{name}} in later steps.
struct Extract {
  std::string variable;
  std::string pointer;
};

/// Keeps a header of the answer as a variable.
struct ExtractHeader {
  std::string variable;
  std::string header;
};

struct RequestStep {
  std::string method;  ///< upper case
  std::string path;    ///< begins with '/', may hold {{variables}}
  Headers headers;
  std::string body;          ///< empty: no body; may hold {{variables}}
  std::string content_type;  ///< empty: none
  ResponseCheck check;
  std::vector<Extract> extract;
  std::vector<ExtractHeader> extract_headers;
  bool chunked = false;
  bool expect_continue = false;
};

struct HttpTask {
  std::string name;
  std::uint32_t weight = 1;  ///< 0 switches the task off
  std::vector<RequestStep> steps;
};

struct ApiSystem {
  Headers headers;  ///< sent with every request
  Pause think_time;
  Duration timeout{};             ///< for each request, from its start to the last byte
  Duration connect_timeout{};     ///< 0: none of its own
  Duration first_byte_timeout{};  ///< 0: none of its own
  Duration task_timeout{};        ///< 0: none
  std::uint64_t max_body = 0;
  std::uint32_t redirects = 0;
  std::vector<std::string> allow_hosts;  ///< "https://host:port", or "host:port" with the target's scheme
  bool cookies = true;
  bool cookies_per_task = false;
  bool keep_alive = true;
  std::string http_version = "auto";         ///< "auto", "1.1" or "2"
  std::vector<std::string> accept_encoding;  ///< "gzip", "deflate", "br"
  std::vector<HttpTask> tasks;
};

}  // namespace soundcheck::profile
