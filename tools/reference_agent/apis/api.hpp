// What all APIs of the agent have in common: a request in, an answer out, and the table that says which path
// is answered by which member function. No sockets and no clock. Called on the I/O thread.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/reference_agent/clock.hpp"

namespace soundcheck::reference_agent {

class ContactUpload;

struct ApiRequest {
  std::string_view method;
  std::string_view target;  ///< path and query, as on the request line
  std::string_view body;
  std::string_view authorization = {};  ///< the header's value; empty if there is none
  std::string_view api_key = {};        ///< of X-API-Key
  std::string_view accept = {};
  std::string_view content_type = {};
  ContactUpload* upload = nullptr;  ///< a multipart body, read as it came; nullptr for any other body
};

struct ApiReply {
  int status = 200;
  std::string body = {};     ///< JSON
  std::string allow = {};    ///< the methods of the path, with a 405
  std::string headers = {};  ///< further header lines, each with its CRLF
  /// If not empty: the data of Server-Sent Events, sent at the pace of the token faults instead of the body.
  std::vector<std::string> events = {};
  /// How many tokens a plain answer takes as long as; it waits for as long as their stream would last.
  std::size_t tokens = 0;
};

/// `{"error":{"code":…,"message":…}}`
ApiReply error_reply(int status, std::string_view code, std::string_view message);

ApiReply json_reply(int status, const boost::json::object& body);

/// What the function behind a route gets.
struct ApiCall {
  const ApiRequest& request;
  std::string_view id;     ///< what stands at the pattern's {id}
  std::string_view query;  ///< what stands behind the question mark
  Moment now;
};

struct RouteName {
  std::string_view method;
  std::string_view pattern;  ///< a path with at most one segment {id}
  std::string text() const { return std::string(method) + " " + std::string(pattern); }
};

template <class Api>
struct Route {
  RouteName name;
  ApiReply (Api::*answer)(const ApiCall&);
};

/// What stands at {id} (empty if the pattern has none); nothing if the path does not match.
std::optional<std::string_view> match_path(std::string_view pattern, std::string_view path);

/// "c-000001" for ("c", 1).
std::string make_id(std::string_view prefix, std::int64_t number);
/// The number; nothing if this is not exactly what make_id writes.
std::optional<std::int64_t> parse_id(std::string_view prefix, std::string_view id);

}  // namespace soundcheck::reference_agent
