#include "tools/reference_agent/api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

namespace soundcheck::reference_agent {
namespace {

namespace json = boost::json;

constexpr std::string_view prefix = "/api/v1";
constexpr std::size_t default_limit = 20;
constexpr std::size_t max_limit = 1000;
constexpr std::size_t max_field_length = 200;

constexpr std::array<std::string_view, 3> agent_ids{"front-desk", "billing", "appointments"};
constexpr std::string_view agents_body = R"({"agents":[{"id":"front-desk","language":"en-US","voice":"kal"},)"
                                         R"({"id":"billing","language":"en-US","voice":"kal"},)"
                                         R"({"id":"appointments","language":"en-US","voice":"kal"}]})";

struct Exchange {
  const ApiRequest& request;
  CallStore& calls;
  const Moment& now;
  core::Duration uptime;
  std::string_view query;
};

ApiReply health(const Exchange& x) {
  return {
      200,
      fmt::format(R"({{"status":"healthy","version":"{}","uptime_seconds":{:.3f},"calls_in_progress":{}}})",
                  SOUNDCHECK_VERSION, core::to_seconds(x.uptime), x.calls.in_progress()),
      {}};
}

ApiReply agents(const Exchange&) { return {200, std::string(agents_body), {}}; }

ApiReply summary(const Exchange& x) {
  return {
      200,
      fmt::format(
          R"({{"calls_total":{},"calls_in_progress":{},"calls_ended":{},"mean_duration_seconds":{:.3f}}})",
          x.calls.total(), x.calls.in_progress(), x.calls.ended(), core::to_seconds(x.calls.mean_duration())),
      {}};
}

/// The string of this name, or what is wrong with it.
std::string take_text(const json::object& body, std::string_view name, std::string& error) {
  const auto* value = body.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  if (text != nullptr && !text->empty() && text->size() <= max_field_length) return std::string(*text);
  if (!error.empty()) error += "; ";
  error += fmt::format("\"{}\" must be a string of 1 to {} characters", name, max_field_length);
  return {};
}

ApiReply create_call(const Exchange& x) {
  boost::system::error_code parse_error;
  const json::value body = json::parse(x.request.body, parse_error);
  if (parse_error) {
    return error_reply(400, "invalid_json",
                       "the body is not valid JSON; send an object with from, to and agent");
  }
  if (!body.is_object()) return error_reply(400, "invalid_body", "the body must be a JSON object");
  std::string error;
  std::string from = take_text(body.get_object(), "from", error);
  std::string to = take_text(body.get_object(), "to", error);
  std::string agent = take_text(body.get_object(), "agent", error);
  if (!error.empty()) return error_reply(400, "invalid_field", error);
  if (!is_agent(agent)) {
    return error_reply(400, "unknown_agent", "there is no such agent; GET /api/v1/agents lists them");
  }
  const Call* call = x.calls.create(std::move(from), std::move(to), std::move(agent), x.now);
  if (call == nullptr)
    return error_reply(503, "too_many_calls", "too many calls in progress; end some of them first");
  return {201, call->to_json(), {}};
}

struct ListQuery {
  CallStore::Filter filter = CallStore::Filter::all;
  std::size_t limit = default_limit;
  std::string error;
};

ListQuery parse_list_query(std::string_view query) {
  ListQuery result;
  while (!query.empty()) {
    const auto parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    const auto equals = std::min(parameter.find('='), parameter.size());
    const auto name = parameter.substr(0, equals);
    const auto value = parameter.substr(std::min(parameter.size(), equals + 1));
    if (name == "status") {
      if (value == "in_progress") {
        result.filter = CallStore::Filter::in_progress;
      } else if (value == "ended") {
        result.filter = CallStore::Filter::ended;
      } else {
        result.error = "status must be in_progress or ended";
      }
    } else if (name == "limit") {
      const auto [end, parse_error] =
          std::from_chars(value.data(), value.data() + value.size(), result.limit);
      if (parse_error != std::errc{} || end != value.data() + value.size() || result.limit < 1 ||
          result.limit > max_limit) {
        result.error = fmt::format("limit must be a whole number from 1 to {}", max_limit);
      }
    }
  }
  return result;
}

ApiReply list_calls(const Exchange& x) {
  const ListQuery query = parse_list_query(x.query);
  if (!query.error.empty()) return error_reply(400, "invalid_query", query.error);
  const auto page = x.calls.list(query.filter, query.limit);
  ApiReply reply{200, R"({"calls":[)", {}};
  for (const Call* call : page.calls) {
    if (call != page.calls.front()) reply.body += ',';
    reply.body += call->to_json();
  }
  reply.body += fmt::format(R"(],"total":{}}})", page.total);
  return reply;
}

ApiReply unknown_call() { return error_reply(404, "unknown_call", "there is no call of this id"); }

ApiReply get_call(const Exchange& x, std::string_view id) {
  const Call* call = x.calls.find(id);
  return call == nullptr ? unknown_call() : ApiReply{200, call->to_json(), {}};
}

ApiReply get_transcript(const Exchange& x, std::string_view id) {
  const Call* call = x.calls.find(id);
  if (call == nullptr) return unknown_call();
  json::array turns;
  for (const auto& turn : call->transcript) turns.push_back({{"speaker", turn.speaker}, {"text", turn.text}});
  return {200, json::serialize(json::object{{"id", call->id()}, {"turns", std::move(turns)}}), {}};
}

ApiReply end_call(const Exchange& x, std::string_view id) {
  const Call* call = x.calls.find(id);
  if (call == nullptr) return unknown_call();
  if (call->ended()) return error_reply(409, "already_ended", "the call has ended before");
  x.calls.end(*call, x.now);
  return {200, call->to_json(), {}};
}

ApiReply wrong_method(std::string_view allow) {
  auto reply = error_reply(405, "method_not_allowed", fmt::format("this path answers {} only", allow));
  reply.allow = allow;
  return reply;
}

/// What follows /calls/: an id, and perhaps what is asked about it.
ApiReply route_call(const Exchange& x, std::string_view rest) {
  const auto slash = rest.find('/');
  const auto id = rest.substr(0, slash);
  const auto what = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
  const bool get = x.request.method == "GET";
  if (what.empty()) return get ? get_call(x, id) : wrong_method("GET");
  if (what == "/transcript") return get ? get_transcript(x, id) : wrong_method("GET");
  if (what == "/end") return x.request.method == "POST" ? end_call(x, id) : wrong_method("POST");
  return error_reply(404, "not_found", "there is nothing at this path");
}

}  // namespace

ApiReply error_reply(int status, std::string_view code, std::string_view message) {
  return {status, json::serialize(json::object{{"error", {{"code", code}, {"message", message}}}}), {}};
}

bool is_agent(std::string_view id) {
  return std::find(agent_ids.begin(), agent_ids.end(), id) != agent_ids.end();
}

ApiReply answer(const ApiRequest& request, CallStore& calls, const Moment& now, core::Duration uptime) {
  const auto question_mark = std::min(request.target.find('?'), request.target.size());
  auto path = request.target.substr(0, question_mark);
  const Exchange x{request, calls, now, uptime,
                   request.target.substr(std::min(request.target.size(), question_mark + 1))};
  const bool get = request.method == "GET";
  if (path.starts_with(prefix)) {
    path.remove_prefix(prefix.size());
    if (path == "/health") return get ? health(x) : wrong_method("GET");
    if (path == "/agents") return get ? agents(x) : wrong_method("GET");
    if (path == "/metrics/summary") return get ? summary(x) : wrong_method("GET");
    if (path == "/calls") {
      if (get) return list_calls(x);
      return request.method == "POST" ? create_call(x) : wrong_method("GET, POST");
    }
    if (path.starts_with("/calls/")) return route_call(x, path.substr(7));
    if (path == "/events" || path == "/voice") {
      return error_reply(426, "upgrade_required",
                         "this path speaks WebSocket; connect with a WebSocket client");
    }
  }
  return error_reply(404, "not_found", "there is nothing at this path");
}

}  // namespace soundcheck::reference_agent
