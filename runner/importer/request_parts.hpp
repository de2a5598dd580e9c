// Parts of a request that every importer handles alike: which headers a load test sends itself, bodies by
// their content type, names of tasks, the one target. Pure; control thread only.
#pragma once

#include <string>
#include <string_view>

#include "runner/importer/draft.hpp"
#include "runner/importer/importer.hpp"
#include "runner/importer/secrets.hpp"
#include "runner/importer/url.hpp"

namespace soundcheck::importer {

/// The value of a header, whatever its case; empty if it is missing.
std::string header_of(const Pairs& headers, std::string_view lower_case_name);

/// A system has one target: the first address decides. False for requests to another one.
bool belongs(Draft& draft, const Url& url);

bool is_header_name(std::string_view name);

bool allowed_method(std::string_view method);

/// "get_calls" for GET /calls.
std::string task_name(std::string_view method, std::string_view path);

/// Adds headers to a step: what the engine computes itself (Content-Length, the target's own Host, ...) is
/// left out, the content type goes where it belongs, what asks for compression turns it on, secrets are
/// hidden, and names or values that no header can have are lost.
void add_headers(Draft& draft, Secrets& secrets, Step& step, const Pairs& headers);

/// Adds one header whose value is ours already. Cookies are joined; of others that are there already the last
/// one is sent, and the list says so.
void put_header(Draft& draft, Step& step, const std::string& name, const std::string& value);

/// The body as what it is, whatever its content type says: JSON as a map or list, forms and everything else
/// as text. The content type that was given stays.
void set_body(Secrets& secrets, Step& step, std::string_view text);
/// Says so by its content type, or looks like one: "a=1&b=2".
bool is_form(std::string_view content_type, std::string_view text);
/// The same as set_body for JSON that has been read already and holds no secret any more. With variables that
/// stand without quotes (json_text.hpp), which a map cannot show, it becomes a text.
void set_json_body(Step& step, boost::json::value value);

/// Adds a field to a form. `value` is ours.
void add_text_part(Draft& draft, Step& step, std::string_view name, std::string value,
                   std::string_view content_type);
/// Adds a file to a form, and says that its content is made up.
void add_file_part(Draft& draft, Step& step, std::string_view name, std::string_view file_name,
                   std::string_view content_type);

/// The result for a system, tidied and written. Refuses a draft without any request.
Imported finish(Draft draft, std::string_view format);

}  // namespace soundcheck::importer
