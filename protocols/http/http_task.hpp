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
#include "protocols/http/request.hpp"

namespace soundcheck::http {

struct Extraction {
  std::string variable;
  std::string pointer;  ///< JSON Pointer into the body
};

struct Step {
  Request request;
  std::vector<int> status;  ///< any of these is good
  core::ContentMatch body;
  std::vector<Extraction> extract;

  bool wants_body() const { return !body.empty() || !extract.empty(); }
};

struct Task {
  core::TaskId id = 0;
  std::uint32_t weight = 1;
  std::vector<Step> steps;
};

struct Workload {
  std::vector<Task> tasks;  ///< at least one with a weight above 0
  core::Pause think_time;
  core::Duration timeout{};
};

/// Nothing if the answer is what the step expects, else what was expected and what came. A good answer's
/// extractions go into `variables`.
std::optional<core::Failure> judge(const Step& step, int status, const std::string& body,
                                   core::Variables& variables);

}  // namespace soundcheck::http
