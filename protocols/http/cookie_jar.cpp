#include "protocols/http/cookie_jar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iterator>

#include "protocols/http/ascii.hpp"

namespace soundcheck::http {

namespace {

using core::TimePoint;

bool digit(char c) { return c >= '0' && c <= '9'; }

bool is_address(std::string_view host) {
  return host.find(':') != host.npos ||
         std::all_of(host.begin(), host.end(), [](char c) { return digit(c) || c == '.'; });
}

/// RFC 6265, 5.1.3.
bool domain_matches(std::string_view host, std::string_view domain) {
  if (host == domain) return true;
  return host.size() > domain.size() && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.' && !is_address(host);
}

/// RFC 6265, 5.1.4.
bool path_matches(std::string_view request, std::string_view cookie) {
  if (!request.starts_with(cookie)) return false;
  return request.size() == cookie.size() || cookie.back() == '/' || request[cookie.size()] == '/';
}

std::string_view without_query(std::string_view path) { return path.substr(0, path.find_first_of("?#")); }

std::string default_path(std::string_view request) {
  const std::string_view path = without_query(request);
  const std::size_t last = path.rfind('/');
  return last == path.npos || last == 0 ? "/" : std::string(path.substr(0, last));
}

/// The piece up to `end`, which goes with it.
std::string_view take_until(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view piece = text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + 1);
  return piece;
}

/// A lifetime from now on; zero or less: the cookie is to be forgotten.
std::optional<std::chrono::seconds> read_max_age(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), digit)) return std::nullopt;
  constexpr std::int64_t longest = std::int64_t{400} * 86'400;  // what browsers keep at most
  std::int64_t seconds = longest;
  std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  return std::chrono::seconds(negative ? 0 : std::min(seconds, longest));
}

std::optional<std::chrono::seconds> read_expires(std::string_view text, std::string_view date) {
  const auto end = parse_http_date(text);
  if (!end) return std::nullopt;
  if (const auto now = parse_http_date(date)) return std::chrono::seconds(*end - *now);
  // Without a Date only the usual way to delete a cookie, a date in the far past, can be told.
  constexpr std::int64_t year_2000 = 946'684'800;
  return *end < year_2000 ? std::optional(std::chrono::seconds(0)) : std::nullopt;
}

struct Attributes {
  std::string domain, path;
  bool secure = false;
  std::optional<std::chrono::seconds> max_age, expires;
};

Attributes read_attributes(std::string_view text, std::string_view date) {
  Attributes out;
  while (!text.empty()) {
    std::string_view attribute = take_until(text, ';');
    const std::string name = to_lower(trimmed(take_until(attribute, '=')));
    std::string_view value = trimmed(attribute);
    if (name == "secure") out.secure = true;
    if (name == "path") out.path = value.starts_with('/') ? value : std::string_view{};
    if (name == "domain") {
      if (value.starts_with('.')) value.remove_prefix(1);
      out.domain = to_lower(value);
    }
    if (name == "max-age") out.max_age = read_max_age(value);
    if (name == "expires") out.expires = read_expires(value, date);
  }
  return out;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

}  // namespace

void CookieJar::store(std::string_view text, const CookieScope& from, std::string_view date, TimePoint now) {
  std::string_view pair = take_until(text, ';');
  if (pair.find('=') == pair.npos) return;
  Cookie cookie;
  cookie.name = trimmed(take_until(pair, '='));
  cookie.value = trimmed(pair);
  if (cookie.name.empty() || cookie.name.size() + cookie.value.size() > longest_cookie) return;
  if (has_control(cookie.name) || has_control(cookie.value)) return;

  Attributes attributes = read_attributes(text, date);
  if (!attributes.domain.empty() && !domain_matches(from.host, attributes.domain)) return;
  // A domain of one label, "com", would reach every host below it.
  const bool one_label = attributes.domain.find('.') == std::string::npos;
  if (one_label && !attributes.domain.empty() && attributes.domain != from.host) return;
  cookie.host_only = attributes.domain.empty() || one_label || is_address(from.host);
  cookie.domain = attributes.domain.empty() ? std::string(from.host) : std::move(attributes.domain);
  cookie.path = attributes.path.empty() ? default_path(from.path) : std::move(attributes.path);
  cookie.secure = attributes.secure;
  const auto lifetime = attributes.max_age ? attributes.max_age : attributes.expires;
  if (lifetime)
    cookie.expires = now + std::min<std::chrono::seconds>(*lifetime, std::chrono::hours(400 * 24));

  const auto same = std::find_if(cookies_.begin(), cookies_.end(), [&](const Cookie& old) {
    return old.name == cookie.name && old.domain == cookie.domain && old.path == cookie.path;
  });
  const bool over = lifetime && *lifetime <= std::chrono::seconds(0);
  if (same != cookies_.end()) {
    const bool changed = over || same->value != cookie.value;
    over ? static_cast<void>(cookies_.erase(same)) : static_cast<void>(*same = std::move(cookie));
    version_ += changed ? 1 : 0;
    return;
  }
  if (over) return;
  std::erase_if(cookies_, [&](const Cookie& old) { return old.expires && *old.expires <= now; });
  if (cookies_.size() == most_cookies) cookies_.erase(cookies_.begin());
  cookies_.push_back(std::move(cookie));
  ++version_;
}

void CookieJar::write(std::string& out, const CookieScope& to, TimePoint now) const {
  out.clear();
  if (cookies_.empty()) return;
  const std::string_view path = without_query(to.path);
  std::vector<const Cookie*> sent;
  for (const Cookie& cookie : cookies_) {
    if (cookie.host_only ? cookie.domain != to.host : !domain_matches(to.host, cookie.domain)) continue;
    if (!path_matches(path, cookie.path) || (cookie.secure && !to.secure)) continue;
    if (cookie.expires && *cookie.expires <= now) continue;
    sent.push_back(&cookie);
  }
  // Longer paths first, then the older ones (RFC 6265, 5.4).
  std::stable_sort(sent.begin(), sent.end(),
                   [](const Cookie* a, const Cookie* b) { return a->path.size() > b->path.size(); });
  for (const Cookie* cookie : sent) {
    if (!out.empty()) out += "; ";
    out.append(cookie->name).append("=").append(cookie->value);
  }
}

std::optional<std::string_view> CookieJar::find(std::string_view name) const {
  const auto found = std::find_if(cookies_.rbegin(), cookies_.rend(),
                                  [&](const Cookie& cookie) { return cookie.name == name; });
  if (found == cookies_.rend()) return std::nullopt;
  return found->value;
}

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                    "jul", "aug", "sep", "oct", "nov", "dec"};
  std::optional<int> day, month, year, seconds;
  const auto number = [](std::string_view token, std::size_t fewest, std::size_t most) -> std::optional<int> {
    std::size_t digits = 0;
    while (digits < token.size() && digit(token[digits])) ++digits;
    if (digits < fewest || digits > most) return std::nullopt;
    int value = 0;
    std::from_chars(token.data(), token.data() + digits, value);
    return value;
  };
  while (!text.empty()) {
    const std::size_t begin = text.find_first_not_of(" ,-/\t;");
    if (begin == text.npos) break;
    text.remove_prefix(begin);
    const std::string token = to_lower(text.substr(0, text.find_first_of(" ,-/\t;")));
    text.remove_prefix(token.size());
    const std::size_t colon = token.find(':');
    if (!seconds && colon != token.npos) {
      const std::size_t second_colon = token.find(':', colon + 1);
      if (second_colon == token.npos) return std::nullopt;
      const auto h = number(token, 1, 2);
      const auto m = number(std::string_view(token).substr(colon + 1), 1, 2);
      const auto s = number(std::string_view(token).substr(second_colon + 1), 1, 2);
      if (!h || !m || !s || *h > 23 || *m > 59 || *s > 59) return std::nullopt;
      seconds = *h * 3600 + *m * 60 + *s;
    } else if (const auto two = number(token, 1, 2); two && !day) {
      day = two;
    } else if (const auto found = std::find(months.begin(), months.end(), token.substr(0, 3));
               !month && found != months.end()) {
      month = static_cast<int>(found - months.begin()) + 1;
    } else if (const auto many = number(token, 2, 4); many && !year) {
      year = *many < 70 ? *many + 2000 : *many < 100 ? *many + 1900 : *many;
    }
  }
  if (!day || !month || !year || !seconds || *year < 1601) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::sys_days(date).time_since_epoch())
             .count() +
         *seconds;
}

}  // namespace soundcheck::http
