// An HTTP request, rendered at plan time if it has no variables: then sending it costs nothing but the send.
// Pure; immutable, shared between shards.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/core/text_template.hpp"
#include "protocols/http/body_source.hpp"

namespace soundcheck::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Null if there is none; names are compared as HTTP does.
const std::string* find_header(const Headers& headers, std::string_view name);

struct RequestSpec {
  std::string method;
  std::string path;  ///< with the target's prefix; what a URL cannot hold is percent-encoded
  std::string authority;
  Headers headers;  ///< Host, User-Agent and Content-Type here replace ours
  std::string body;
  std::string content_type;
  std::string before_path{};          ///< "http://host:port" where a proxy is asked (RFC 9112, 3.2.2)
  std::string proxy_authorization{};  ///< a secret; sent only with before_path
  bool close = false;                 ///< says Connection: close
  bool chunked = false;               ///< sends the body in chunks, without saying its length first
  bool expect_continue = false;
  std::string label{};  ///< for messages; empty: the method and the path
  bool json = false;    ///< the body is JSON: values put into it are escaped as its strings need it
};

class Request {
 public:
  /// Variables get slots of `names`; without it {{...}} is text.
  explicit Request(RequestSpec spec, core::VariableTable* names = nullptr);

  /// The bytes to send over HTTP/1.1. `buffer` is used, and must outlive the result, only if the request has
  /// variables or `cookies`, the value of the Cookie header, are not empty.
  /// With a `streamed` body, only the head that announces it.
  std::string_view render(const core::Variables& variables, std::string& buffer,
                          std::string_view cookies = {}, const BodySource* streamed = nullptr) const;
  /// The same with all variables replaced: for other wire formats, and to follow redirects. Its path is
  /// percent-encoded and its values cannot end a line.
  RequestSpec fill(const core::Variables& variables) const;

  /// As it is sent, with the query.
  std::string path(const core::Variables& variables) const;

  bool constant() const { return constant_; }
  const std::string& label() const { return label_; }  ///< "GET /api/v1/health", for messages
  bool head() const { return spec_.method == "HEAD"; }
  /// GET, HEAD, PUT, DELETE, OPTIONS: may be sent again on a fresh connection (RFC 9110, 9.2.2).
  bool idempotent() const { return idempotent_; }
  /// Whether such a body goes in chunks: because it was asked for, or because its length is not known.
  bool chunks(const BodySource& streamed) const { return spec_.chunked || !streamed.size(); }
  bool expects_continue() const { return spec_.expect_continue; }

 private:
  void render_into(const core::Variables& variables, std::string_view cookies, const BodySource* streamed,
                   std::string& out) const;

  RequestSpec spec_;
  std::string label_;
  bool idempotent_;
  bool constant_;
  std::string constant_text_;
  std::size_t constant_fields_ = 0;  ///< how much of constant_text_ comes before the empty line
  core::TextTemplate path_;
  std::string fixed_fields_;                                             ///< from " HTTP/1.1" on
  std::vector<std::pair<std::size_t, core::TextTemplate>> own_headers_;  ///< those with variables, by index
  core::TextTemplate body_;
};

/// Percent-encodes from `from` on what cannot stand in a path or query (RFC 3986, 3.3 and 3.4). A '%' and the
/// delimiters stay as they are.
void encode_target(std::string& text, std::size_t from = 0);

/// User-Agent of all requests.
inline constexpr std::string_view user_agent = "soundcheck/0.1";

}  // namespace soundcheck::http
