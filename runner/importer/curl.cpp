// curl command lines: each becomes a task of one request.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <filesystem>
#include <optional>

#include "runner/importer/curl_options.hpp"
#include "runner/importer/curl_words.hpp"
#include "runner/importer/importer.hpp"
#include "runner/importer/request_parts.hpp"
#include "runner/importer/secrets.hpp"
#include "runner/importer/shell_variables.hpp"
#include "runner/importer/shell_words.hpp"
#include "runner/importer/url.hpp"
#include "runner/profile/nearest.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

struct Field {
  std::string name;
  std::string value;
  bool is_text = false;  ///< as it stands, even if it begins with @
};

/// One command on its way to a request.
struct Command {
  std::vector<Word> urls;
  std::string method;
  Pairs headers;
  std::string user;  ///< "name:password"
  std::string data;
  bool has_data = false;
  bool json_data = false;
  bool get = false;
  bool head = false;
  bool insecure = false;
  bool compressed = false;
  bool follows = false;  ///< redirects
  std::string query;
  std::string upload;  ///< a file
  std::vector<Field> form;
  std::vector<std::string> lost;
};

class CurlImport {
 public:
  CurlImport(const Source& source, const Request& request) : source_(source), request_(request) {}

  Imported run() {
    draft_.description = "Imported from curl";
    for (const std::vector<Word>& words : shell_commands(source_)) read_command(words);
    if (draft_.tasks.empty() && left_out_ > 0) {
      refuse_at(source_, 0, fmt::format("no curl command has \"{}\" in its path", request_.only),
                "name another text with --only, or leave it out");
    }
    if (left_out_ > 0)
      lose(draft_, fmt::format("{} curl command{} without \"{}\" in the path (--only)", left_out_,
                               left_out_ == 1 ? "" : "s", request_.only));
    if (draft_.tasks.empty()) {
      refuse_at(source_, 0, "there is no curl command with an address here",
                "a command begins with the word curl, for example: curl https://api.example.com/health");
    }
    take_from_environment(draft_);
    return finish(std::move(draft_), "curl");
  }

 private:
  void read_command(const std::vector<Word>& words) {
    if (const auto curl = curl_command(words)) {
      read(*curl);
      return;
    }
    bool quoted = false;
    for (const Word& word : words) {
      const auto address = quoted_curl(word);
      if (!address) continue;
      quoted = true;
      lose(draft_, fmt::format("line {}: a curl command in quotes{}{}: put it on a line of its own",
                               line_at(source_, word.offset), address->empty() ? "" : ", ", *address));
    }
    const std::string name = command_name(words);
    if (!quoted && !name.empty()) lose(draft_, fmt::format("the command {}", name));
  }

  void read(const std::vector<Word>& words) {
    Command command;
    bool only_arguments = false;
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string& text = words[i].text;
      if (only_arguments || text.size() < 2 || text.front() != '-') {
        command.urls.push_back(words[i]);
      } else if (text == "--") {
        only_arguments = true;
      } else if (text.starts_with("--")) {
        read_long(words, i, command);
      } else {
        read_short(words, i, command);
      }
    }
    for (const Word& url : command.urls) add_task(command, url);
    if (command.urls.empty())
      refuse_at(source_, words.front().offset, "this curl command names no address", "add https://HOST/PATH");
  }

  void read_long(const std::vector<Word>& words, std::size_t& i, Command& command) {
    std::string name = words[i].text.substr(2);
    if (const CurlOption* option = find_curl_option(name)) {
      if (option->value && i + 1 >= words.size())
        refuse_at(source_, words[i].offset, fmt::format("the option --{} has no value", name));
      apply(*option, option->value ? words[++i].text : "", command);
      return;
    }
    if (name.starts_with("no-") && find_curl_option(name.substr(3)) != nullptr) return;
    refuse_at(source_, words[i].offset, fmt::format("unknown option --{}", name),
              profile::nearest_hint(name, curl_option_names()));
  }

  /// "-sSL", "-XPOST", "-H value".
  void read_short(const std::vector<Word>& words, std::size_t& i, Command& command) {
    const Word& word = words[i];
    for (std::size_t k = 1; k < word.text.size(); ++k) {
      const CurlOption* option = find_curl_option(word.text[k]);
      if (option == nullptr)
        refuse_at(source_, word.offset, fmt::format("unknown option -{}", word.text[k]),
                  "curl --help all lists them");
      if (!option->value) {
        apply(*option, "", command);
        continue;
      }
      const bool joined = k + 1 < word.text.size();
      if (!joined && i + 1 >= words.size())
        refuse_at(source_, word.offset, fmt::format("the option -{} has no value", word.text[k]));
      apply(*option, joined ? word.text.substr(k + 1) : words[++i].text, command);
      return;
    }
  }

  static void apply(const CurlOption& option, const std::string& value, Command& command) {
    if (option.lost == of_output) return;
    if (!option.lost.empty()) {
      // The values of these options may be passwords.
      command.lost.push_back(fmt::format("--{}: {}", option.name, option.lost));
      return;
    }
    const std::string_view name = option.name;
    if (name == "request") command.method = value;
    if (name == "header") add_header(command, value);
    if (name == "data" || name == "data-ascii" || name == "data-raw" || name == "data-binary") {
      const bool is_text = name == "data-raw" || !value.starts_with('@');
      add_data(command, is_text ? value : file_text(command, name, value), "&");
    }
    if (name == "data-urlencode") add_data(command, url_encoded(command, value), "&");
    if (name == "json") {
      add_data(command, value.starts_with('@') ? file_text(command, name, value) : value, "");
      command.json_data = true;
    }
    if (name == "form" || name == "form-string") {
      const std::size_t equals = std::min(value.find('='), value.size());
      command.form.push_back(
          {value.substr(0, equals), value.substr(std::min(equals + 1, value.size())), name == "form-string"});
    }
    if (name == "upload-file") {
      command.upload = value;
      command.lost.push_back(
          fmt::format("--upload-file {}: the file is not sent; put its text under body", value));
    }
    if (name == "user") command.user = value;
    if (name == "oauth2-bearer") command.headers.emplace_back("Authorization", "Bearer " + value);
    if (name == "user-agent") command.headers.emplace_back("User-Agent", value);
    if (name == "referer") command.headers.emplace_back("Referer", value);
    if (name == "cookie") add_cookie(command, value);
    if (name == "get") command.get = true;
    if (name == "head") command.head = true;
    if (name == "url") command.urls.push_back({value, 0});
    if (name == "url-query") add_to_query(command, url_encoded(command, value));
    if (name == "compressed") command.compressed = true;
    if (name == "insecure") command.insecure = true;
    if (name == "location" || name == "location-trusted") command.follows = true;
    if (name == "max-redirs") command.lost.emplace_back("--max-redirs: set api.redirects");
  }

  static void add_header(Command& command, const std::string& text) {
    if (text.starts_with('@')) {
      command.lost.push_back(fmt::format("the headers in the file {}", text.substr(1)));
      return;
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos && has_shell_mark(text))
      command.lost.push_back(fmt::format("the header {}: put it under headers", text));
    if (colon == std::string::npos || colon == 0) return;  // curl sends nothing either, or removes its own
    const std::size_t start = text.find_first_not_of(' ', colon + 1);
    if (start == std::string::npos) return;
    command.headers.emplace_back(text.substr(0, colon), text.substr(start));
  }

  static void add_cookie(Command& command, const std::string& text) {
    if (text.find('=') == std::string::npos) {
      command.lost.push_back(fmt::format("the cookies in the file {}", text));
    } else {
      command.headers.emplace_back("Cookie", text);
    }
  }

  static std::string file_text(Command& command, std::string_view option, const std::string& value) {
    command.lost.push_back(
        fmt::format("--{} {}: the file is not read; put its text under body", option, value));
    return fmt::format("(text of the file {})", value.substr(1));
  }

  static void add_data(Command& command, const std::string& text, std::string_view between) {
    if (command.has_data) command.data += between;
    command.data += text;
    command.has_data = true;
  }

  static void add_to_query(Command& command, const std::string& text) {
    if (!command.query.empty()) command.query += '&';
    command.query += text;
  }

  /// --data-urlencode and --url-query: "content", "=content", "name=content"; "+text" of the latter as it is.
  static std::string url_encoded(Command& command, const std::string& value) {
    if (value.starts_with('+')) return encode_path(value.substr(1));
    const std::size_t equals = value.find('=');
    const std::size_t at = value.find('@');
    if (at != std::string::npos && at < equals) {
      command.lost.push_back(fmt::format("the file {}: put its text in its place", value.substr(at + 1)));
      return value.substr(0, at) + "=";
    }
    if (equals == std::string::npos) return encode_value(value);
    const std::string name = value.substr(0, equals);
    return (name.empty() ? "" : name + "=") + encode_value(value.substr(equals + 1));
  }

  void add_task(Command& command, const Word& word) {
    Url url = address_of(command, word);
    if (url.path.find(request_.only) == std::string::npos) {
      ++left_out_;
      return;
    }
    // Without a scheme curl means http; the target that was named before is meant more likely.
    if (url.origin.starts_with("http:") && word.text.find("://") == std::string::npos &&
        draft_.origin == "https" + url.origin.substr(std::string_view("http").size()))
      url.origin = draft_.origin;
    if (!url.origin.empty() && !belongs(draft_, url)) {
      lose(draft_, fmt::format("requests to {}: a system has one target, {}", url.origin, draft_.origin));
      return;
    }
    if (!command.upload.empty() && url.path.ends_with('/'))
      url.path += encode_path(std::filesystem::path(command.upload).filename().string());
    const std::string method = method_of(command);
    if (!allowed_method(method)) {
      lose(draft_, fmt::format("{} {}: the method is not spoken", method, url.path));
      return;
    }
    for (const std::string& lost : command.lost) lose(draft_, lost);
    draft_.compressed = draft_.compressed || command.compressed;
    draft_.verify_tls = draft_.verify_tls && !command.insecure;
    if (command.follows) draft_.redirects = 10;
    Task task;
    task.name = task_name(method, url.path);
    task.steps.push_back(step_of(command, url, method));
    draft_.tasks.push_back(std::move(task));
  }

  /// A variable in the host leaves the target open: "$API_URL/calls", "https://$HOST/calls".
  Url address_of(Command& command, const Word& word) const {
    const std::string& text = word.text;
    const std::string target = shown_address(text.substr(0, end_of_target(text)));
    const std::size_t mark = leading_shell_mark(text);
    // "${BASE}calls": where the host ends is not known.
    const bool joined =
        mark > 0 && mark < text.size() && std::isalnum(static_cast<unsigned char>(text[mark])) != 0;
    const bool is_open = has_shell_mark(target);
    const auto url = joined ? std::nullopt : is_open ? parse_without_host(text) : parse_url(text, "http");
    if (!url) {
      refuse_at(source_, word.offset,
                fmt::format("\"{}\" is not an http address", with_shell_names(shown_address(text))),
                "write for example https://api.example.com/v1/calls");
    }
    if (is_open) command.lost.push_back(fmt::format("the address {}: name the target with --target", target));
    return *url;
  }

  Step step_of(const Command& command, const Url& url, const std::string& method) {
    Step step;
    step.any_success = true;  // a command does not say which status is right
    step.method = method;
    std::string query = url.query;
    for (const std::string& more : {command.query, command.get ? command.data : ""}) {
      if (!more.empty()) query += (query.empty() ? "" : "&") + more;
    }
    step.path = with_query(literal(url.path), secrets_.form(query));
    const std::string& user = command.user.empty() ? url.user : command.user;
    if (!user.empty()) put_header(draft_, step, "Authorization", secrets_.basic(user));
    Pairs headers = command.headers;
    if (command.json_data) {
      // As curl does, unless the command says otherwise.
      if (header_of(headers, "content-type").empty())
        headers.emplace_back("Content-Type", "application/json");
      if (header_of(headers, "accept").empty()) headers.emplace_back("Accept", "application/json");
    }
    add_headers(draft_, secrets_, step, headers);
    if (!command.form.empty()) {
      add_form(command, step);
    } else if (command.has_data && !command.get) {
      if (step.content_type.empty()) step.content_type = "application/x-www-form-urlencoded";
      set_body(secrets_, step, command.data);
    }
    return step;
  }

  /// "name=value", "name=@file;type=text/csv;filename=x"; of --form-string always the first.
  void add_form(const Command& command, Step& step) {
    step.content_type.clear();
    for (const Field& field : command.form) {
      if (field.name.empty()) continue;
      const std::string& value = field.value;
      const std::string type = field.is_text ? "" : parameter(value, ";type=");
      if (!field.is_text && (value.starts_with('@') || value.starts_with('<'))) {
        const std::string file = value.substr(1, value.find(';') - 1);
        const std::string given_name = parameter(value, ";filename=");
        add_file_part(draft_, step, field.name, given_name.empty() ? file : given_name, type);
      } else {
        const std::size_t end = type.empty() ? value.size() : value.find(";type=");
        add_text_part(draft_, step, field.name, secrets_.part(field.name, value.substr(0, end)), type);
      }
    }
  }

  static std::string parameter(const std::string& value, std::string_view mark) {
    const std::size_t start = value.find(mark);
    if (start == std::string::npos) return {};
    const std::size_t begin = start + mark.size();
    return value.substr(begin, value.find(';', begin) - begin);
  }

  static std::string method_of(const Command& command) {
    if (!command.method.empty()) return command.method;
    if (command.head) return "HEAD";
    if (command.get) return "GET";
    if (!command.upload.empty()) return "PUT";
    return command.has_data || !command.form.empty() ? "POST" : "GET";
  }

  const Source& source_;
  const Request& request_;
  Draft draft_;
  Secrets secrets_{draft_};
  std::size_t left_out_ = 0;
};

}  // namespace

Imported import_curl(const Source& source, const Request& request) {
  return CurlImport(source, request).run();
}

}  // namespace soundcheck::importer
