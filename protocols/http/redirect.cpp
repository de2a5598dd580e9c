#include "protocols/http/redirect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include "protocols/http/ascii.hpp"

namespace soundcheck::http {

namespace {

std::string_view default_port(bool tls) { return tls ? "443" : "80"; }

bool describes_a_body(std::string_view name) {
  return same_letters(name.substr(0, 8), "content-") || same_letters(name, "transfer-encoding");
}

bool secret(std::string_view name) {
  return same_letters(name, "authorization") || same_letters(name, "cookie") ||
         same_letters(name, "proxy-authorization") || same_letters(name, "host");
}

/// Letters of names and addresses; a URL may hold others, percent-encoded, which no resolver knows.
bool is_host(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == ':';
  });
}

std::optional<Origin> origin_of(const boost::urls::url_view_base& url) {
  const bool tls = url.scheme_id() == boost::urls::scheme::https;
  if (!tls && url.scheme_id() != boost::urls::scheme::http) return std::nullopt;
  Origin out;
  out.tls = tls;
  out.host = to_lower(url.host_type() == boost::urls::host_type::ipv6 ? std::string(url.host_address())
                                                                      : std::string(url.host()));
  out.port = url.has_port() && !url.port().empty() ? std::string(url.port()) : std::string(default_port(tls));
  if (!is_host(out.host)) return std::nullopt;
  return out;
}

}  // namespace

std::string Origin::authority() const {
  const std::string bare = host.find(':') == host.npos ? host : fmt::format("[{}]", host);
  return port == default_port(tls) ? bare : fmt::format("{}:{}", bare, port);
}

std::optional<Origin> parse_origin(std::string_view text, bool tls) {
  const std::string url = text.find("://") == text.npos ? fmt::format("{}://{}", tls ? "https" : "http", text)
                                                        : std::string(text);
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed || !parsed->has_authority() || parsed->has_userinfo()) return std::nullopt;
  if (!parsed->encoded_path().empty() && parsed->encoded_path() != "/") return std::nullopt;
  if (parsed->has_query() || parsed->has_fragment()) return std::nullopt;
  return origin_of(*parsed);
}

std::optional<Location> resolve_location(const Origin& from, std::string_view from_path,
                                         std::string_view location) {
  std::string text(trimmed(location.substr(0, location.find('#'))));
  encode_target(text);
  const std::string base_text = from.text() + std::string(from_path);
  const auto base = boost::urls::parse_uri(base_text);
  const auto reference = boost::urls::parse_uri_reference(text);
  if (!base || !reference) return std::nullopt;
  boost::urls::url resolved;
  if (!boost::urls::resolve(*base, *reference, resolved)) return std::nullopt;
  auto origin = origin_of(resolved);
  if (!origin) return std::nullopt;
  Location out{std::move(*origin), {}};
  const std::string path(resolved.encoded_path());
  out.path = path.starts_with('/') ? path : "/" + path;
  if (resolved.has_query()) out.path += "?" + std::string(resolved.encoded_query());
  return out;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

RequestSpec redirected(RequestSpec sent, int status, const Origin& from, const Location& to) {
  RequestSpec next = std::move(sent);
  const bool to_get = (status == 303 && next.method != "HEAD" && next.method != "GET") ||
                      ((status == 301 || status == 302) && next.method == "POST");
  if (to_get) {
    next.method = "GET";
    next.body.clear();
    next.content_type.clear();
    next.chunked = false;
    next.expect_continue = false;
    std::erase_if(next.headers, [](const auto& header) { return describes_a_body(header.first); });
  }
  next.path = to.path;
  if (to.origin != from) {
    next.authority = to.origin.authority();
    std::erase_if(next.headers, [](const auto& header) { return secret(header.first); });
  }
  return next;
}

}  // namespace soundcheck::http
