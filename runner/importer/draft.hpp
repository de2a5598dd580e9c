// What an importer understood of a document: requests in tasks on their way to a system file, a load on its
// way to a profile, and what could not be carried over. Texts are in our own language already: {{name}} is a
// variable of a user, ${NAME} one of the environment (literal() keeps foreign text from meaning either).
// Plain data of one import; control thread only.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace soundcheck::importer {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// A part of a form: a field, or a file. We do not have the file, so rows are made up in its place.
struct Part {
  std::string name;
  std::string value;
  std::string file_name;  ///< empty: a field
  std::string content_type;
};

struct Step {
  std::string comment;  ///< one line above it; may be empty
  std::string pause;    ///< before it; empty: none
  std::string name;     ///< of its results; empty: the task's
  std::string method;   ///< upper case
  std::string path;     ///< with the query, begins with '/'
  Pairs headers;
  std::optional<boost::json::value> json;  ///< the body as a map or list
  std::string text;                        ///< or as text; empty: none
  std::string content_type;
  std::vector<int> status;   ///< empty: 200
  bool any_success = false;  ///< or any status from 200 to 299
  std::string time;          ///< the bound of its service time, "< 200ms"; empty: none
  std::vector<std::pair<std::string, boost::json::value>> expects;  ///< JSON Pointer, value
  Pairs extracts;                                                   ///< variable, JSON Pointer

  std::vector<Part> parts;  ///< or as a form of parts (multipart/form-data)

  bool has_body() const { return json.has_value() || !text.empty(); }
};

struct Task {
  std::string comment;
  std::string name;
  std::uint32_t weight = 1;
  std::vector<Step> steps;
};

/// A variable of the environment that a run needs.
struct Needed {
  std::string name;
  std::string meaning;
};

struct Draft {
  std::string description;
  std::string origin;  ///< "https://api.example.com", what --target takes; empty if unknown
  std::string health_path;
  std::string health_comment;
  std::uint32_t redirects = 0;
  bool verify_tls = true;
  bool compressed = false;  ///< asks for gzip, deflate and br
  Pairs headers;            ///< of every request
  std::vector<Step> login;  ///< of each user, before its first task
  std::vector<Task> tasks;
  std::vector<Needed> needed;
  std::vector<std::string> lost;  ///< what was not carried over, one line each
};

/// Says that something is not carried over; the same line once.
void lose(Draft& draft, std::string what);

/// Foreign text in which nothing shall be a variable of ours.
std::string literal(std::string_view text);
/// Of every text inside, keys too.
boost::json::value literal_json(const boost::json::value& value);

/// Letters, digits and underscores, lower case: "Create a call" is create_a_call.
std::string snake_case(std::string_view text);

/// The steps of the login, then those of the tasks.
void for_each_step(Draft& draft, const std::function<void(Step&)>& f);
/// Changes every text that a step sends: path, name, values of headers, body, parts.
void change_texts(Step& step, const std::function<std::string(const std::string&)>& change);

/// Makes task names differ, moves headers that all requests share to the top, finds a path for the health
/// check if there is none, and switches the first task on if all are off.
void tidy(Draft& draft);

/// The text of the system file.
std::string to_system_file(const Draft& draft, std::string_view format);

}  // namespace soundcheck::importer
