#include "protocols/http/request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace soundcheck::http {

namespace {

constexpr std::string_view user_agent = "soundcheck/0.1";

bool may_have_body(std::string_view method) {
  return method != "GET" && method != "HEAD" && method != "DELETE";
}

/// Values that targets sent must not be able to end a header line or split a path.
core::Variables safe_in_head(const core::TextTemplate& head, const core::Variables& variables) {
  core::Variables safe;
  for (const std::string& name : head.variables()) {
    std::string value;
    for (const char c : variables.get(name)) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte <= 0x20 || byte == 0x7f) {
        fmt::format_to(std::back_inserter(value), "%{:02X}", byte);
      } else {
        value += c;
      }
    }
    safe.set(name, std::move(value));
  }
  return safe;
}

}  // namespace

Request::Request(const RequestSpec& spec)
    : label_(fmt::format("{} {}", spec.method, spec.path)), head_method_(spec.method == "HEAD") {
  constexpr std::array<std::string_view, 5> idempotent_methods{"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
  idempotent_ = std::find(idempotent_methods.begin(), idempotent_methods.end(), spec.method) !=
                idempotent_methods.end();

  std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\n", spec.method, spec.path,
                                 spec.authority, user_agent);
  for (const auto& [name, value] : spec.headers) head += fmt::format("{}: {}\r\n", name, value);
  if (!spec.content_type.empty()) head += fmt::format("Content-Type: {}\r\n", spec.content_type);
  head_ = core::TextTemplate::compile(head);
  body_ = core::TextTemplate::compile(spec.body);
  constant_ = head_.constant() && body_.constant();
  if (!spec.body.empty() || may_have_body(spec.method)) {
    if (body_.constant()) {
      head += fmt::format("Content-Length: {}\r\n", spec.body.size());
      head_ = core::TextTemplate::compile(head);
    }
  }
  if (constant_) constant_text_ = head + "\r\n" + spec.body;
}

std::string_view Request::render(const core::Variables& variables, std::string& buffer) const {
  if (constant_) return constant_text_;
  buffer.clear();
  head_.render(safe_in_head(head_, variables), buffer);
  if (body_.constant()) {
    buffer += "\r\n";
    buffer += body_.text();
    return buffer;
  }
  std::string body;
  body_.render(variables, body);
  fmt::format_to(std::back_inserter(buffer), "Content-Length: {}\r\n\r\n", body.size());
  buffer += body;
  return buffer;
}

}  // namespace soundcheck::http
