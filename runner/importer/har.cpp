// HAR recordings of browsers: what a person did becomes one task, its requests in their order. What the first
// answers gave and later requests used (ids, tokens) becomes variables.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <set>

#include "runner/importer/har_links.hpp"
#include "runner/importer/importer.hpp"
#include "runner/importer/json_text.hpp"
#include "runner/importer/request_parts.hpp"
#include "runner/importer/secrets.hpp"
#include "runner/importer/url.hpp"
#include "runner/profile/units.hpp"
#include "runner/profile/websocket_types.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

/// Shorter gaps are the browser's, not a person's.
constexpr Milliseconds shortest_pause{500};
constexpr Milliseconds longest_pause{3'600'000};  // the person had gone

Pairs name_values(const json::array& list) {
  Pairs out;
  for (const json::value& item : list) out.emplace_back(text_of(&item, "name"), text_of(&item, "value"));
  return out;
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view b) { return text.starts_with(b); });
}

/// Pictures, styles, scripts and fonts: a CDN's work, and the browser keeps them. What a script of the page
/// asks for is none of it, be it sound.
bool is_static(const json::value& entry, const std::string& method, const std::string& mime,
               const std::string& path) {
  const std::string type = text_of(&entry, "_resourceType");
  if (method != "GET" || type == "fetch" || type == "xhr") return false;
  constexpr std::array<std::string_view, 8> types{"stylesheet", "script",   "image",     "font",
                                                  "media",      "manifest", "texttrack", "preflight"};
  if (std::find(types.begin(), types.end(), type) != types.end()) return true;
  if (starts_with_any(mime, {"image/", "font/", "audio/", "video/", "text/css", "text/javascript",
                             "application/javascript", "application/x-javascript", "application/font"}))
    return true;
  constexpr std::array<std::string_view, 14> endings{".js",   ".mjs",  ".css", ".png",  ".jpg",
                                                     ".jpeg", ".gif",  ".svg", ".webp", ".woff2",
                                                     ".ico",  ".woff", ".ttf", ".map"};
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view e) { return path.ends_with(e); });
}

/// "2026-05-01T10:00:00.123+02:00" as time since 1970; nothing if it is none.
std::optional<Milliseconds> parse_time(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  double second = 0;
  int used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%lf%n", &year, &month, &day, &hour, &minute, &second,
                  &used) != 6)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  Milliseconds at = std::chrono::sys_days(date).time_since_epoch();
  at += std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::duration<double>(second);
  const std::string zone = text.substr(static_cast<std::size_t>(used));
  int hours = 0;
  int minutes = 0;
  if (zone.size() >= 6 && std::sscanf(zone.c_str() + 1, "%2d:%2d", &hours, &minutes) == 2) {
    const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    at -= zone.front() == '-' ? -Milliseconds(offset) : Milliseconds(offset);
  }
  return at;
}

/// A request that is worth sending again.
struct Entry {
  const json::value* json = nullptr;
  std::string method;
  Url url;
  int status = 0;
  std::string page;
  std::optional<Milliseconds> begin;
  Milliseconds length{};
};

class HarImport {
 public:
  HarImport(const Source& source, const Request& request)
      : source_(source), request_(request), document_(parse_json(source)) {}

  Imported run() {
    const json::value* log = find(&document_, "log");
    if (log == nullptr || find(log, "entries") == nullptr) {
      refuse(source_, "log.entries", "this is no HAR recording: the key is missing",
             "save the recording as HAR in the browser's network panel");
    }
    const std::string title = text_of(find(log, "creator"), "name");
    draft_.description = "Recorded by " + (title.empty() ? "a browser" : literal(title));
    choose_entries(list_of(log, "entries"));
    name_pages(list_of(log, "pages"));
    Task task;
    task.name = "recording";
    for (const Entry& entry : entries_) add_step(task, entry);
    if (task.steps.empty())
      refuse(source_, "log.entries", "nothing is left to send", "the reasons: " + reasons());
    for (const Link& link : links_.used())
      task.steps[link.step].extracts.emplace_back(link.variable, link.pointer);
    draft_.tasks.push_back(std::move(task));
    lose_leftovers();
    return finish(std::move(draft_), "har");
  }

 private:
  void choose_entries(const json::array& list) {
    std::vector<Entry> candidates;
    std::map<std::string, int> api_requests;  // by origin
    for (const json::value& item : list) {
      auto entry = read_entry(item);
      if (!entry) continue;
      const std::string mime = text_of(find(find(&item, "response"), "content"), "mimeType");
      api_requests[entry->url.origin] += mime.find("json") != std::string::npos ? 1000 : 1;
      candidates.push_back(std::move(*entry));
    }
    // The target is where most of the data comes from; the pages themselves often stand elsewhere.
    for (const auto& [origin, count] : api_requests) {
      if (draft_.origin.empty() || count > api_requests[draft_.origin]) draft_.origin = origin;
    }
    for (Entry& entry : candidates) {
      if (entry.url.origin != draft_.origin) {
        ++left_out_["to " + entry.url.origin + " (a system has one target)"];
      } else {
        entries_.push_back(std::move(entry));
      }
    }
  }

  std::optional<Entry> read_entry(const json::value& item) {
    const json::value* request = find(&item, "request");
    const json::value* response = find(&item, "response");
    const std::string address = text_of(request, "url");
    if (request == nullptr || address.empty()) {
      ++left_out_["without an address"];
      return std::nullopt;
    }
    const auto url = parse_url(address);
    Entry entry;
    entry.json = &item;
    entry.method = text_of(request, "method");
    if (const json::value* status = find(response, "status"); status != nullptr && status->is_int64())
      entry.status = static_cast<int>(status->get_int64());
    const std::string mime = text_of(find(response, "content"), "mimeType");
    std::string why;
    if (!url) {
      why = "to addresses that are not http";
    } else if (url->origin.starts_with("ws") || entry.status == 101) {
      why = "for WebSockets (write a section websocket)";
    } else if (entry.method == "OPTIONS") {
      why = "that only asked for permission (CORS)";
    } else if (is_static(item, entry.method, mime, url->path)) {
      why = "for static files";
    } else if (!allowed_method(entry.method)) {
      why = fmt::format("with the method {}", entry.method);
    } else if (entry.status < 100 || entry.status > 599) {
      why = "without an answer (cancelled or blocked)";
    } else if (!request_.only.empty() && url->path.find(request_.only) == std::string::npos) {
      why = fmt::format("without \"{}\" in the path (--only)", request_.only);
    }
    if (!why.empty()) {
      ++left_out_[why];
      return std::nullopt;
    }
    entry.url = *url;
    entry.page = text_of(&item, "pageref");
    entry.begin = parse_time(text_of(&item, "startedDateTime"));
    if (const json::value* time = find(&item, "time"); time != nullptr && time->is_number())
      entry.length = Milliseconds(time->to_number<double>());
    return entry;
  }

  void name_pages(const json::array& pages) {
    for (const json::value& page : pages) page_titles_[text_of(&page, "id")] = text_of(&page, "title");
  }

  void add_step(Task& task, const Entry& entry) {
    const json::value* request = find(entry.json, "request");
    Step step;
    step.method = entry.method;
    if (entry.page != page_ && !entry.page.empty()) {
      const std::string& title = page_titles_[entry.page];
      // Firefox and Chrome take the address for a title if the page has none.
      const bool is_address = title.find("://") != std::string::npos;
      step.comment = "Page: " + (title.empty() ? entry.page : is_address ? shown_address(title) : title);
    }
    page_ = entry.page;
    add_pause(step, entry);
    const std::string path = links_.path(entry.url.path);
    step.name = fmt::format("{} {}", step.method, without_double_braces(path));
    step.path = with_query(path, links_.query(secrets_, entry.url.query));
    add_request_headers(step, name_values(list_of(request, "headers")), list_of(request, "cookies"));
    add_body(step, find(request, "postData"));
    // 304 came of the browser's cache, which users do not have.
    if (entry.status != 200 && entry.status != 304) step.status = {entry.status};
    remember_cookies(find(entry.json, "response"));
    links_.learn(task.steps.size(), entry.url.path, answer_of(find(entry.json, "response")));
    task.steps.push_back(std::move(step));
  }

  /// From the last answer to this request, where a person did something in between.
  void add_pause(Step& step, const Entry& entry) {
    if (!entry.begin) return;
    const Milliseconds gap = *entry.begin - quiet_since_.value_or(*entry.begin);
    quiet_since_ = std::max(quiet_since_.value_or(*entry.begin), *entry.begin + entry.length);
    if (gap < shortest_pause || gap > longest_pause) return;
    const auto tenths = std::llround(gap.count() / 100);
    step.pause = profile::to_text(std::chrono::milliseconds(tenths * 100));
  }

  /// "/orders/{order_id}": the same name for all ids.
  static std::string without_double_braces(const std::string& path) {
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
      const bool doubled = i > 0 && (path[i] == '{' || path[i] == '}') && path[i - 1] == path[i];
      if (!doubled) out += path[i];
    }
    return out;
  }

  void add_request_headers(Step& step, Pairs headers, const json::array& cookies) {
    for (const json::value& cookie : cookies) {
      const std::string name = text_of(&cookie, "name");
      if (known_cookies_.count(name) == 0) older_cookies_.insert(name);
    }
    // Users keep their cookies themselves.
    std::erase_if(headers,
                  [](const auto& header) { return header.first == "Cookie" || header.first == "cookie"; });
    Pairs others;
    for (const auto& [name, value] : headers) {
      if (const auto linked = is_header_name(name) ? links_.header(value) : std::nullopt) {
        put_header(draft_, step, name, *linked);
      } else {
        others.emplace_back(name, value);
      }
    }
    add_headers(draft_, secrets_, step, others);
  }

  void add_body(Step& step, const json::value* post) {
    if (post == nullptr) return;
    std::string text = text_of(post, "text");
    if (step.content_type.empty()) step.content_type = literal(text_of(post, "mimeType"));
    if (step.content_type.starts_with("multipart/")) {
      step.content_type.clear();
      add_form(step, *post);
      return;
    }
    if (text.empty()) {
      for (const auto& [name, value] : name_values(list_of(post, "params")))
        text += fmt::format("{}{}={}", text.empty() ? "" : "&", encode_value(name), encode_value(value));
    }
    if (const auto value = read_json_structure(text)) {
      links_.set_body(secrets_, step, *value);
    } else if (is_form(step.content_type, text)) {
      step.text = links_.query(secrets_, text);
    } else {
      step.text = secrets_.text(literal(text));
    }
    if (!step.has_body()) step.content_type.clear();
  }

  /// Browsers give the parts as params, or only as the text that went out.
  void add_form(Step& step, const json::value& post) {
    for (const json::value& param : list_of(&post, "params")) {
      const std::string file = text_of(&param, "fileName");
      const std::string name = text_of(&param, "name");
      if (file.empty()) {
        add_field(step, name, text_of(&param, "value"));
      } else {
        add_file_part(draft_, step, name, file, text_of(&param, "contentType"));
      }
    }
    if (step.parts.empty()) {
      const std::string text = text_of(&post, "text");
      for (std::size_t i = text.find("Content-Disposition:"); i != std::string::npos;
           i = text.find("Content-Disposition:", i + 1))
        add_part(step, std::string_view(text).substr(i));
    }
    if (step.parts.empty()) lose(draft_, fmt::format("the multipart body of {} {}", step.method, step.path));
  }

  /// `text` begins with the part's headers.
  void add_part(Step& step, std::string_view text) {
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return;
    const std::string_view headers = text.substr(0, end);
    const auto value_of = [&](std::string_view mark, std::string_view until) {
      const std::size_t start = headers.find(mark);
      if (start == std::string_view::npos) return std::string();
      const std::string_view rest = headers.substr(start + mark.size());
      return std::string(rest.substr(0, rest.find_first_of(until)));
    };
    const std::string name = value_of(" name=\"", "\"");
    const std::string file = value_of("filename=\"", "\"");
    if (name.empty()) return;
    if (file.empty()) {
      const std::string_view value = text.substr(end + 4);
      add_field(step, name, std::string(value.substr(0, value.find("\r\n--"))));
    } else {
      add_file_part(draft_, step, name, file, value_of("Content-Type: ", "\r\n"));
    }
  }

  void add_field(Step& step, const std::string& name, const std::string& value) {
    if (!name.empty()) step.parts.push_back({literal(name), secrets_.part(name, value), "", ""});
  }

  void remember_cookies(const json::value* response) {
    for (const json::value& cookie : list_of(response, "cookies"))
      known_cookies_.insert(text_of(&cookie, "name"));
  }

  static json::value answer_of(const json::value* response) {
    const json::value* content = find(response, "content");
    const std::string encoding = text_of(content, "encoding");
    const std::string given = text_of(content, "text");
    const std::optional<std::string> text = encoding == "base64" ? profile::decode_base64(given) : given;
    if (!text || (!encoding.empty() && encoding != "base64")) return {};
    return read_json(*text).value_or(json::value());
  }

  std::string reasons() const {
    std::string text;
    for (const auto& [why, count] : left_out_)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, why);
    return text.empty() ? "the recording is empty" : text;
  }

  void lose_leftovers() {
    for (const auto& [why, count] : left_out_)
      lose(draft_, fmt::format("{} request{} {}", count, count == 1 ? "" : "s", why));
    std::string names;
    for (const std::string& name : older_cookies_) names += (names.empty() ? "" : ", ") + name;
    if (!names.empty()) {
      lose(draft_, fmt::format("cookies that were set before the recording began ({}): record the login, too",
                               names));
    }
  }

  const Source& source_;
  const Request& request_;
  json::value document_;
  Draft draft_;
  Secrets secrets_{draft_};
  Links links_;
  std::vector<Entry> entries_;
  std::map<std::string, std::string> page_titles_;
  std::string page_;
  std::optional<Milliseconds> quiet_since_;  // the end of all answers so far
  std::map<std::string, int> left_out_;      // why, how many
  std::set<std::string> known_cookies_;
  std::set<std::string> older_cookies_;
};

}  // namespace

Imported import_har(const Source& source, const Request& request) { return HarImport(source, request).run(); }

}  // namespace soundcheck::importer
