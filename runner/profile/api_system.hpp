// What is called on an HTTP API: how users log in, their tasks of steps, and what is done once before and
// after the load. Filled by the loader, constant from then on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocols/core/data_table.hpp"
#include "protocols/core/mapped_file.hpp"
#include "runner/profile/objective.hpp"
#include "runner/profile/values.hpp"

namespace soundcheck::profile {

/// From first to last, both included: 200 to 200, or 200 to 299 for "2xx".
using StatusRange = std::pair<int, int>;

struct ResponseCheck {
  std::vector<StatusRange> status{{200, 200}};  ///< any of these
  std::optional<std::string> body_contains;
  std::vector<JsonCheck> json;
  Headers headers;            ///< names, and what their values must hold; may hold {{variables}}
  std::optional<Bound> size;  ///< of the body, in bytes
  std::optional<Bound> time;  ///< service time of the request, in seconds
  std::string that;           ///< an expression; empty: none
};

/// Keeps the value at a JSON Pointer of the answer as a variable of the user, for {{name}} in later steps.
struct Extract {
  std::string variable;
  std::string pointer;
};

/// What a step keeps of its answer as a variable.
struct Extraction {
  enum class Source : unsigned char { json, header, cookie, regex };
  std::string variable;
  Source source = Source::json;
  std::string text;  ///< JSON Pointer or JSONPath, name of a header or cookie, or regular expression
  int group = 0;     ///< of regex
  std::string pick = "first";
  std::optional<std::string> otherwise;  ///< if nothing is found
};

/// A CSV file that is made up: so many rows of templates.
struct GeneratedFile {
  std::uint64_t rows = 0;
  std::vector<std::pair<std::string, std::string>> columns;
};

/// A part of a multipart body: a value, a file or one that is made up.
struct Part {
  std::string name;
  std::optional<std::string> value;  ///< may hold {{variables}}
  std::string file;
  std::shared_ptr<const core::MappedFile> content;  ///< of the file
  std::optional<GeneratedFile> generate;
  std::string filename;
  std::string content_type;  ///< empty: by the ending of the filename
};

/// The answer comes as Server-Sent Events.
struct StreamRule {
  std::optional<std::string> token;
  std::optional<std::string> until;
};

/// A file whose rows users take.
struct DataSource {
  std::string name;
  std::string file;
  std::string order;  ///< "circular", "random" or "unique"
  std::shared_ptr<const core::DataTable> table;
};

struct RequestStep {
  std::string method;      ///< upper case
  std::string path;        ///< begins with '/', may hold {{variables}}
  std::string shown_path;  ///< the same for messages, without text of the environment
  std::string name;        ///< its results are counted under it; empty: under the task's
  Headers headers;
  std::string body;          ///< empty: no body; may hold {{variables}}
  bool json_body = false;    ///< the body was written as a map or list
  std::string content_type;  ///< empty: none
  ResponseCheck check;
  std::vector<Extraction> extract;
  std::vector<Extraction> extract_headers;  ///< of the key extract_header
  std::vector<Part> multipart;              ///< the body, instead of `body`
  std::optional<StreamRule> stream;
  bool chunked = false;
  bool expect_continue = false;
  bool goes_on = false;  ///< after a failure of it
};

/// A variable and the template of its value.
struct Assignment {
  std::string name;
  std::string value;
  bool secret = false;  ///< holds text of the environment: its value is not shown
};
/// In the order in which they are made.
using Assignments = std::vector<Assignment>;

/// One of the kinds; the members of the others are empty. Texts of conditions are expressions.
struct Step {
  enum class Kind : unsigned char { request, pause, set, when, repeat, poll, stop_task };
  Kind kind{};
  RequestStep request;  ///< of request and poll
  Pause pause;
  Assignments set;
  std::string condition;      ///< of when; `while` of repeat; `until` of poll
  std::string count;          ///< of repeat: a number or a template
  std::uint64_t at_most = 0;  ///< of repeat; 0: the count says
  Duration every{};           ///< of poll
  Duration within{};          ///< of poll
  std::string reason;         ///< of stop_task
  std::vector<Step> steps;    ///< of when and repeat
  std::vector<Step> otherwise;
};

struct HttpTask {
  std::string name;
  std::uint32_t weight = 1;  ///< 0 switches the task off
  std::vector<std::string> tags;
  std::vector<Step> steps;
};

struct LoginRefresh {
  Duration every{};        ///< 0: `expires_in` says
  std::string expires_in;  ///< a template giving seconds
  Duration before{};
  std::vector<Step> steps;  ///< empty: the login's
};

struct Login {
  std::vector<Step> steps;
  std::optional<LoginRefresh> refresh;
};

struct UserClass {
  std::string name;
  std::uint32_t weight = 1;
  std::optional<Pause> think_time;  ///< absent: the system's
  std::vector<std::pair<std::string, std::optional<std::uint32_t>>>
      tasks;  ///< and their weights; absent: the task's own
};

struct ApiSystem {
  Headers headers;  ///< sent with every request that has what they name
  Pause think_time;
  Duration timeout{};             ///< for each request, from its start to the last byte
  Duration connect_timeout{};     ///< 0: none of its own
  Duration first_byte_timeout{};  ///< 0: none of its own
  Duration task_timeout{};        ///< 0: none
  std::uint64_t max_body = 0;
  std::uint32_t redirects = 0;
  std::vector<std::string> allow_hosts;  ///< "https://host:port", or "host:port" with the target's scheme
  bool cookies = true;
  bool cookies_per_task = false;
  bool keep_alive = true;
  std::string http_version = "auto";         ///< "auto", "1.1" or "2"
  std::vector<std::string> accept_encoding;  ///< "gzip", "deflate", "br"
  std::vector<DataSource> data;
  Assignments variables;       ///< of each user, set when it starts
  std::vector<Step> setup;     ///< once, before the load
  std::vector<Step> teardown;  ///< once, after it
  std::optional<Login> login;
  std::vector<UserClass> user_classes;  ///< empty: one class that does all tasks
  std::vector<HttpTask> tasks;
};

/// Calls `visit` with each step of the list and of the lists in it, in the order in which they are written.
template <class Visit>
void for_each_step(const std::vector<Step>& steps, const Visit& visit) {
  for (const Step& step : steps) {
    visit(step);
    for_each_step(step.steps, visit);
    for_each_step(step.otherwise, visit);
  }
}

/// The names that requests of the steps have of their own.
std::vector<std::string> names_of_requests(const std::vector<Step>& steps);

/// The variables that the steps set or extract.
std::vector<std::string> variables_set_by(const std::vector<Step>& steps);

}  // namespace soundcheck::profile
