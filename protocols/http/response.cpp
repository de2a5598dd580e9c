#include "protocols/http/response.hpp"

#include <algorithm>
#include <string_view>

#include "protocols/http/ascii.hpp"

namespace soundcheck::http {

void Response::clear() {
  status = 0;
  body.clear();
  body_size = 0;
  finished = false;
  location.clear();
  content_encoding.clear();
  date.clear();
  set_cookies.clear();
  fields.clear();
}

void Response::take_field(const Keep& keep, std::string_view name, std::string_view value) {
  if (keep.fields) {
    if (same_letters(name, "set-cookie")) set_cookies.emplace_back(value);
    if (same_letters(name, "location") && location.empty()) location = value;
    if (same_letters(name, "content-encoding")) content_encoding = value;
    if (same_letters(name, "date")) date = value;
  }
  if (keep.all_fields) fields.emplace_back(name, value);
}

void Response::take_body(const Keep& keep, std::string_view piece) {
  body_size += piece.size();
  if (keep.sink != nullptr && !finished && status >= 200 && status < 300) finished = !keep.sink->take(piece);
  if (!keep.body) return;
  body.append(piece.substr(0, longest_kept_body - body.size()));
}

}  // namespace soundcheck::http
