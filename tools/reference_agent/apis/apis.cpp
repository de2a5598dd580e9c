#include "tools/reference_agent/apis/apis.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/reference_agent/apis/agentiq_api.hpp"
#include "tools/reference_agent/apis/calling_api.hpp"
#include "tools/reference_agent/apis/learning_api.hpp"
#include "tools/reference_agent/apis/ngx_api.hpp"
#include "tools/reference_agent/apis/phone_api.hpp"

namespace soundcheck::reference_agent {

struct Apis::Parts {
  Parts(const Options& options, Database& database, PhoneCalls& calls, Control& control,
        core::TimePoint started)
      : phone(calls, started),
        ngx(database, control, options.max_rows),
        learning(database, control, options.max_rows),
        agentiq(database, control, options.max_rows),
        calling(database, control, options.max_rows, options.api_key) {}

  PhoneApi phone;
  NgxApi ngx;
  LearningApi learning;
  AgentiqApi agentiq;
  CallingApi calling;
};

Apis::Apis(const Options& options, Database& database, PhoneCalls& calls, Control& control,
           core::TimePoint started)
    : parts_(std::make_unique<Parts>(options, database, calls, control, started)) {
  const auto add = [this](auto& api) {
    for (const auto& route : api.routes())
      answers_.emplace_back(
          [&api, answer = route.answer](const ApiCall& call) { return (api.*answer)(call); });
  };
  add(parts_->phone);
  add(parts_->ngx);
  add(parts_->learning);
  add(parts_->agentiq);
  add(parts_->calling);
}

Apis::~Apis() = default;

ApiReply Apis::answer(const ApiRequest& request, const Moment& now) {
  const auto question_mark = std::min(request.target.find('?'), request.target.size());
  const auto path = request.target.substr(0, question_mark);
  const auto query = request.target.substr(std::min(request.target.size(), question_mark + 1));
  const auto route = find_route(request.method, path);
  if (!route) {
    std::string methods = methods_of(path);
    if (methods.empty()) return error_reply(404, "not_found", "there is nothing at this path");
    auto reply = error_reply(405, "method_not_allowed", fmt::format("this path answers {} only", methods));
    reply.allow = std::move(methods);
    return reply;
  }
  try {
    return answers_[route->index]({request, route->id, query, now});
  } catch (const DatabaseError& error) {
    return error_reply(503, "storage_failed",
                       fmt::format("the database of the agent says: {}", error.what()));
  }
}

std::unique_ptr<ContactUpload> Apis::open_upload(const ApiRequest& header, const Moment& now) {
  return parts_->calling.open_upload(header, now);
}

void Apis::work(const Moment& now) {
  try {
    parts_->calling.work(now);
  } catch (const DatabaseError&) {  // a full disk, most likely: requests say so; what is due stays due
  }
}

}  // namespace soundcheck::reference_agent
