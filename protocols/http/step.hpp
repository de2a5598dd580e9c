// The steps of a task, compiled: requests with their checks and extractions, and what decides which of them
// are done. Immutable, shared between shards.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "protocols/core/expression.hpp"
#include "protocols/core/json.hpp"
#include "protocols/core/pause.hpp"
#include "protocols/core/probe.hpp"
#include "protocols/core/text_template.hpp"
#include "protocols/http/extraction.hpp"
#include "protocols/http/multipart_template.hpp"
#include "protocols/http/request.hpp"
#include "protocols/http/status_set.hpp"
#include "protocols/http/token_stream.hpp"

namespace soundcheck::http {

/// A header that the answer must have, and what its value must hold.
struct HeaderMatch {
  std::string name;
  core::TextTemplate contains;
};

/// "< 1MB": for sizes in bytes and times in nanoseconds.
struct Bound {
  enum class Op : unsigned char { less, less_equal, greater, greater_equal };
  Op op{};
  std::int64_t limit = 0;
  std::string text{};  ///< as it was written

  bool holds(std::int64_t value) const;
};

struct RequestStep {
  Request request;
  StatusSet status;
  core::ContentMatch body;
  std::vector<Extraction> extract;
  std::vector<HeaderMatch> headers{};
  std::optional<Bound> size{};                  ///< of the body as it came, in bytes
  std::optional<Bound> time{};                  ///< service time, in nanoseconds
  std::optional<core::Expression> that{};       ///< judged after the extraction
  std::optional<core::TaskId> counted_under{};  ///< absent: under its task
  bool goes_on = false;                         ///< a failure does not end the task

  std::shared_ptr<const MultipartTemplate> multipart{};  ///< the body, instead of the request's own
  std::optional<StreamRule> stream{};                    ///< the answer is Server-Sent Events

  bool wants_body() const {
    return !body.empty() || std::any_of(extract.begin(), extract.end(),
                                        [](const Extraction& extraction) { return extraction.wants_body(); });
  }
};

struct PauseStep {
  core::Pause length;
};

struct SetStep {
  std::vector<std::pair<core::Slot, core::TextTemplate>> values;
};

/// Ends the task without a failure.
struct StopStep {
  std::string reason;
};

struct PollStep {
  RequestStep request;
  core::Expression until;
  core::Duration every{};   ///< from one request's start to the next one's
  core::Duration within{};  ///< from the start of the step
};

struct WhenStep;
struct RepeatStep;
using Step = std::variant<RequestStep, PauseStep, SetStep, StopStep, PollStep, WhenStep, RepeatStep>;

struct WhenStep {
  core::Expression condition;
  std::vector<Step> steps;
  std::vector<Step> otherwise;
};

struct RepeatStep {
  core::TextTemplate count;  ///< a whole number once rendered
  std::uint64_t at_most = 0;
  core::Expression condition;  ///< judged before each round
  core::Slot index = 0;        ///< of {{index}}, which counts the rounds from 0
  std::vector<Step> steps;
};

/// Calls `visit` with every request below, those of polls too, in the order in which they are written.
template <class Visit>
void for_each_request(const std::vector<Step>& steps, const Visit& visit) {
  for (const Step& step : steps) {
    if (const auto* request = std::get_if<RequestStep>(&step)) {
      visit(*request);
    } else if (const auto* poll = std::get_if<PollStep>(&step)) {
      visit(poll->request);
    } else if (const auto* when = std::get_if<WhenStep>(&step)) {
      for_each_request(when->steps, visit);
      for_each_request(when->otherwise, visit);
    } else if (const auto* repeat = std::get_if<RepeatStep>(&step)) {
      for_each_request(repeat->steps, visit);
    }
  }
}

/// The longest that the steps can take, if a request takes at most `timeout`; saturates at a day.
core::Duration longest(const std::vector<Step>& steps, core::Duration timeout);

}  // namespace soundcheck::http
