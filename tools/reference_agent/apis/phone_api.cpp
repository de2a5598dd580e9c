#include "tools/reference_agent/apis/phone_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "tools/reference_agent/apis/request_fields.hpp"

namespace soundcheck::reference_agent {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 3> agent_ids{"front-desk", "billing", "appointments"};
constexpr std::string_view agents_body = R"({"agents":[{"id":"front-desk","language":"en-US","voice":"kal"},)"
                                         R"({"id":"billing","language":"en-US","voice":"kal"},)"
                                         R"({"id":"appointments","language":"en-US","voice":"kal"}]})";

ApiReply unknown_call() { return error_reply(404, "unknown_call", "there is no call of this id"); }

}  // namespace

std::span<const Route<PhoneApi>> PhoneApi::routes() {
  static constexpr std::array<Route<PhoneApi>, 10> table{{
      {{"GET", "/api/v1/health"}, &PhoneApi::health},
      {{"GET", "/api/v1/agents"}, &PhoneApi::agents},
      {{"GET", "/api/v1/calls"}, &PhoneApi::list_calls},
      {{"POST", "/api/v1/calls"}, &PhoneApi::create_call},
      {{"GET", "/api/v1/calls/{id}"}, &PhoneApi::get_call},
      {{"GET", "/api/v1/calls/{id}/transcript"}, &PhoneApi::get_transcript},
      {{"POST", "/api/v1/calls/{id}/end"}, &PhoneApi::end_call},
      {{"GET", "/api/v1/metrics/summary"}, &PhoneApi::summary},
      {{"GET", "/api/v1/events"}, &PhoneApi::web_socket_only},
      {{"GET", "/api/v1/voice"}, &PhoneApi::web_socket_only},
  }};
  return table;
}

ApiReply PhoneApi::health(const ApiCall& x) {
  return {200, fmt::format(
                   R"({{"status":"healthy","version":"{}","uptime_seconds":{:.3f},"calls_in_progress":{}}})",
                   SOUNDCHECK_VERSION, core::to_seconds(x.now.steady - started_), calls_.in_progress())};
}

ApiReply PhoneApi::agents(const ApiCall&) { return {200, std::string(agents_body)}; }

ApiReply PhoneApi::summary(const ApiCall&) {
  return {
      200,
      fmt::format(
          R"({{"calls_total":{},"calls_in_progress":{},"calls_ended":{},"mean_duration_seconds":{:.3f}}})",
          calls_.total(), calls_.in_progress(), calls_.ended(), calls_.mean_seconds())};
}

ApiReply PhoneApi::create_call(const ApiCall& x) {
  JsonFields body(x.request.body);
  std::string from = body.text("from");
  std::string to = body.text("to");
  std::string agent = body.text("agent");
  if (auto error = body.error()) return std::move(*error);
  if (!is_agent(agent)) {
    return error_reply(400, "unknown_agent", "there is no such agent; GET /api/v1/agents lists them");
  }
  const auto call = calls_.create(std::move(from), std::move(to), std::move(agent), x.now);
  if (!call) return error_reply(503, "too_many_calls", "too many calls in progress; end some of them first");
  return {201, call->to_json()};
}

ApiReply PhoneApi::list_calls(const ApiCall& x) {
  QueryFields query(x.query);
  const auto status = query.one_of("status", {"in_progress", "ended"});
  const auto limit = query.whole_number("limit", 20, 1, 1000);
  if (auto error = query.error()) return std::move(*error);
  ApiReply reply{200, R"({"calls":[)"};
  std::string_view separator;
  for (const auto& call : calls_.list(status, limit)) {
    reply.body += separator;
    reply.body += call.to_json();
    separator = ",";
  }
  reply.body += fmt::format(R"(],"total":{}}})", calls_.count(status));
  return reply;
}

ApiReply PhoneApi::get_call(const ApiCall& x) {
  const auto call = calls_.find(x.id);
  return call ? ApiReply{200, call->to_json()} : unknown_call();
}

ApiReply PhoneApi::get_transcript(const ApiCall& x) {
  const auto call = calls_.find(x.id);
  if (!call) return unknown_call();
  json::array turns;
  for (const auto& turn : calls_.transcript(*call))
    turns.push_back({{"speaker", turn.speaker}, {"text", turn.text}});
  return json_reply(200, {{"id", call->id()}, {"turns", std::move(turns)}});
}

ApiReply PhoneApi::end_call(const ApiCall& x) {
  const auto call = calls_.find(x.id);
  if (!call) return unknown_call();
  if (call->ended()) return error_reply(409, "already_ended", "the call has ended before");
  return {200, calls_.end(*call, x.now).to_json()};
}

ApiReply PhoneApi::web_socket_only(const ApiCall&) {
  return error_reply(426, "upgrade_required", "this path speaks WebSocket; connect with a WebSocket client");
}

bool is_agent(std::string_view id) {
  return std::find(agent_ids.begin(), agent_ids.end(), id) != agent_ids.end();
}

}  // namespace soundcheck::reference_agent
