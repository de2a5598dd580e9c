// An HTTP request, rendered at plan time if it has no variables: then sending it costs nothing but the send.
// Pure; immutable, shared between shards.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/core/text_template.hpp"

namespace soundcheck::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct RequestSpec {
  std::string method;
  std::string path;  ///< with the target's prefix
  std::string authority;
  Headers headers;
  std::string body;
  std::string content_type;
};

class Request {
 public:
  explicit Request(const RequestSpec& spec);

  /// The bytes to send. `buffer` is used, and must outlive the result, only if the request has variables.
  std::string_view render(const core::Variables& variables, std::string& buffer) const;

  bool constant() const { return constant_; }
  const std::string& label() const { return label_; }  ///< "GET /api/v1/health", for messages
  bool head() const { return head_method_; }
  /// GET, HEAD, PUT, DELETE, OPTIONS: may be sent again on a fresh connection (RFC 9110, 9.2.2).
  bool idempotent() const { return idempotent_; }

 private:
  std::string label_;
  bool head_method_;
  bool idempotent_;
  bool constant_;
  std::string constant_text_;
  core::TextTemplate head_;
  core::TextTemplate body_;
};

}  // namespace soundcheck::http
