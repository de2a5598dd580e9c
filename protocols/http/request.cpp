#include "protocols/http/request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "protocols/http/ascii.hpp"

namespace soundcheck::http {

namespace {

constexpr std::size_t chunk_size = 16 * 1024;

bool may_have_body(std::string_view method) {
  return method != "GET" && method != "HEAD" && method != "DELETE";
}

bool control(unsigned char c) { return c < 0x20 || c == 0x7f; }

bool foreign_to_target(unsigned char c) {
  constexpr std::string_view never = " \"#<>\\^`{|}";
  return control(c) || c >= 0x80 || never.find(static_cast<char>(c)) != std::string_view::npos;
}

/// Replaces what is not allowed from `from` on by %XX.
template <class Forbidden>
void encode(std::string& text, std::size_t from, Forbidden forbidden) {
  const auto bad = [&](char c) { return forbidden(static_cast<unsigned char>(c)); };
  const auto first = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), bad);
  if (first == text.end()) return;
  const std::string rest(first, text.end());
  text.erase(first, text.end());
  for (const char c : rest) {
    if (bad(c)) {
      fmt::format_to(std::back_inserter(text), "%{:02X}", static_cast<unsigned char>(c));
    } else {
      text += c;
    }
  }
}

/// Values that targets sent must not be able to end a header line.
void encode_field(std::string& text, std::size_t from) { encode(text, from, control); }

void append_chunked(std::string_view body, std::string& out) {
  for (; !body.empty(); body.remove_prefix(std::min(body.size(), chunk_size))) {
    const std::string_view chunk = body.substr(0, chunk_size);
    fmt::format_to(std::back_inserter(out), "{:x}\r\n{}\r\n", chunk.size(), chunk);
  }
  out += "0\r\n\r\n";
}

}  // namespace

const std::string* find_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (same_letters(key, name)) return &value;
  }
  return nullptr;
}

void encode_target(std::string& text, std::size_t from) { encode(text, from, foreign_to_target); }

Request::Request(RequestSpec spec, core::VariableTable* names)
    : spec_(std::move(spec)),
      label_(spec_.label.empty() ? fmt::format("{} {}", spec_.method, spec_.path) : spec_.label) {
  constexpr std::array<std::string_view, 5> idempotent_methods{"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
  idempotent_ = std::find(idempotent_methods.begin(), idempotent_methods.end(), spec_.method) !=
                idempotent_methods.end();
  const auto compile = [&](std::string_view text, core::Escape escape = core::Escape::none) {
    return names != nullptr ? core::TextTemplate::compile(text, *names, escape)
                            : core::TextTemplate::literal(text);
  };
  path_ = compile(spec_.path);

  const auto given = [&](std::string_view name) { return find_header(spec_.headers, name) != nullptr; };
  auto fixed = std::back_inserter(fixed_fields_);
  fmt::format_to(fixed, " HTTP/1.1\r\n");
  if (!given("Host")) fmt::format_to(fixed, "Host: {}\r\n", spec_.authority);
  if (!given("User-Agent")) fmt::format_to(fixed, "User-Agent: {}\r\n", user_agent);
  for (std::size_t i = 0; i < spec_.headers.size(); ++i) {
    const auto& [name, value] = spec_.headers[i];
    core::TextTemplate compiled = compile(value);
    if (compiled.constant()) {
      fmt::format_to(fixed, "{}: {}\r\n", name, value);
    } else {
      own_headers_.emplace_back(i, std::move(compiled));
    }
  }
  body_ = compile(spec_.body, spec_.json ? core::Escape::json : core::Escape::none);
  if (!spec_.content_type.empty() && !given("Content-Type"))
    fmt::format_to(fixed, "Content-Type: {}\r\n", spec_.content_type);
  if (!spec_.before_path.empty() && !spec_.proxy_authorization.empty())
    fmt::format_to(fixed, "Proxy-Authorization: {}\r\n", spec_.proxy_authorization);
  if (spec_.close && !given("Connection")) fmt::format_to(fixed, "Connection: close\r\n");
  if (spec_.expect_continue) fmt::format_to(fixed, "Expect: 100-continue\r\n");

  constant_ = path_.constant() && own_headers_.empty() && body_.constant();
  if (constant_) {
    render_into({}, {}, nullptr, constant_text_);
    constant_fields_ = constant_text_.find("\r\n\r\n") + 2;
  }
}

std::string_view Request::render(const core::Variables& variables, std::string& buffer,
                                 std::string_view cookies, const BodySource* streamed) const {
  if (constant_ && cookies.empty() && streamed == nullptr) return constant_text_;
  buffer.clear();
  if (constant_ && streamed == nullptr) {
    buffer.append(constant_text_, 0, constant_fields_);
    fmt::format_to(std::back_inserter(buffer), "Cookie: {}\r\n", cookies);
    buffer.append(constant_text_, constant_fields_);
  } else {
    render_into(variables, cookies, streamed, buffer);
  }
  return buffer;
}

void Request::render_into(const core::Variables& variables, std::string_view cookies,
                          const BodySource* streamed, std::string& out) const {
  auto end = std::back_inserter(out);
  fmt::format_to(end, "{} {}", spec_.method, spec_.before_path);
  const std::size_t path = out.size();
  path_.render(variables, out);
  encode_target(out, path);
  out += fixed_fields_;
  for (const auto& [index, value] : own_headers_) {
    fmt::format_to(end, "{}: ", spec_.headers[index].first);
    const std::size_t from = out.size();
    value.render(variables, out);
    encode_field(out, from);
    out += "\r\n";
  }
  std::string rendered_body;
  if (!body_.constant()) body_.render(variables, rendered_body);
  const std::string& body = body_.constant() ? body_.text() : rendered_body;
  if (streamed != nullptr && !chunks(*streamed)) {
    fmt::format_to(end, "Content-Length: {}\r\n", *streamed->size());
  } else if (spec_.chunked || streamed != nullptr) {
    out += "Transfer-Encoding: chunked\r\n";
  } else if (!spec_.body.empty() || may_have_body(spec_.method)) {
    fmt::format_to(end, "Content-Length: {}\r\n", body.size());
  }
  if (!cookies.empty()) fmt::format_to(end, "Cookie: {}\r\n", cookies);
  out += "\r\n";
  if (streamed != nullptr) return;
  spec_.chunked ? append_chunked(body, out) : static_cast<void>(out += body);
}

std::string Request::path(const core::Variables& variables) const {
  std::string out;
  path_.render(variables, out);
  encode_target(out);
  return out;
}

RequestSpec Request::fill(const core::Variables& variables) const {
  RequestSpec filled = spec_;
  filled.path = path(variables);
  for (const auto& [index, value] : own_headers_) {
    std::string& text = filled.headers[index].second;
    text.clear();
    value.render(variables, text);
    encode_field(text, 0);
  }
  filled.body.clear();
  body_.render(variables, filled.body);
  return filled;
}

}  // namespace soundcheck::http
