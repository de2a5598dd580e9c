#include "runner/importer/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "runner/importer/ascii.hpp"

namespace soundcheck::importer {

namespace {

bool unreserved(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_' || c == '~';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int small = std::tolower(static_cast<unsigned char>(c));
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// Where name and password begin in an address, and the host behind them.
struct Place {
  std::size_t user = 0;
  std::size_t host = 0;
};

Place place_of(std::string_view address) {
  const std::string_view target = address.substr(0, end_of_target(address));
  const std::size_t scheme = target.find("://");
  const std::size_t user = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t at = target.rfind('@');
  return {user, at == std::string_view::npos || at < user ? user : at + 1};
}

}  // namespace

std::optional<Url> parse_url(std::string_view text, std::string_view default_scheme) {
  Url url;
  std::string scheme(default_scheme);
  if (const std::size_t mark = text.find("://"); mark != std::string_view::npos && mark < 10) {
    scheme = lower(text.substr(0, mark));
    text.remove_prefix(mark + 3);
  } else if (scheme.empty()) {
    return std::nullopt;
  }
  if (scheme != "http" && scheme != "https" && scheme != "ws" && scheme != "wss") return std::nullopt;
  text = text.substr(0, text.find('#'));
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  std::string_view host = text.substr(0, end);
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
    url.user = decode_value(host.substr(0, at));
    host.remove_prefix(at + 1);
  }
  const bool is_host = std::all_of(host.begin(), host.end(),
                                   [](char c) { return unreserved(c) || c == ':' || c == '[' || c == ']'; });
  if (host.empty() || !is_host) return std::nullopt;
  url.origin = fmt::format("{}://{}", scheme, lower(host));
  text.remove_prefix(end);
  const std::size_t question = text.find('?');
  url.path = encode_path(text.substr(0, question));
  if (url.path.empty()) url.path = "/";
  if (question != std::string_view::npos) url.query = encode_path(text.substr(question + 1));
  return url;
}

std::string encode_path(std::string_view text) {
  std::string out;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || c == '"' || c == '<' || c == '>') {
      out += fmt::format("%{:02X}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string encode_value(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (unreserved(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string decode_value(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool code =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (code) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::size_t end_of_target(std::string_view address) {
  const std::size_t scheme = address.find("://");
  const bool has_scheme = scheme < address.size() && address.find_first_of("/?#") == scheme + 1;
  return std::min(address.find_first_of("/?#", has_scheme ? scheme + 3 : 0), address.size());
}

std::string shown_address(std::string_view address) {
  const Place place = place_of(address);
  const std::string_view rest = address.substr(place.host);
  return std::string(address.substr(0, place.user)) + std::string(rest.substr(0, rest.find_first_of("?#")));
}

std::optional<Url> parse_without_host(std::string_view address) {
  const Place place = place_of(address);
  auto url = parse_url(fmt::format("http://{}target{}", address.substr(place.user, place.host - place.user),
                                   address.substr(end_of_target(address))));
  if (url) url->origin.clear();
  return url;
}

std::string with_query(std::string path, std::string_view query) {
  if (!query.empty()) path += fmt::format("?{}", query);
  return path;
}

}  // namespace soundcheck::importer
