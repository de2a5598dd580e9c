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

struct RequestStep {
  std::string method;  ///< upper case
  std::string path;    ///< begins with '/', may hold {{variables}}
  Headers headers;
  std::string body;          ///< empty: no body; may hold {{variables}}
  std::string content_type;  ///< empty: none
  ResponseCheck check;
  std::vector<Extract> extract;
};

struct HttpTask {
  std::string name;
  std::uint32_t weight = 1;  ///< 0 switches the task off
  std::vector<RequestStep> steps;
};

struct ApiSystem {
  Headers headers;  ///< sent with every request
  Pause think_time;
  Duration timeout{};  ///< for each request, from its start to the last byte
  std::vector<HttpTask> tasks;
};

}  // namespace soundcheck::profile
