// curl command lines: each becomes a task of one request.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>
#include <filesystem>
#include <map>
#include <optional>

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

struct Option {
  std::string_view name;  ///< long
  char letter = 0;        ///< short, or 0
  bool value = false;     ///< takes one
  std::string_view lost;  ///< why it is not carried over; empty: it is, or has no meaning for load
};

constexpr std::string_view of_output = "-";  // only says where curl writes to

/// What people and browsers write. An option that is not here is refused: whether it takes a value is
/// unknown.
constexpr std::array options{
    Option{"request", 'X', true, ""},
    Option{"header", 'H', true, ""},
    Option{"data", 'd', true, ""},
    Option{"data-ascii", 0, true, ""},
    Option{"data-raw", 0, true, ""},
    Option{"data-binary", 0, true, ""},
    Option{"data-urlencode", 0, true, ""},
    Option{"json", 0, true, ""},
    Option{"form", 'F', true, ""},
    Option{"form-string", 0, true, ""},
    Option{"user", 'u', true, ""},
    Option{"user-agent", 'A', true, ""},
    Option{"referer", 'e', true, ""},
    Option{"cookie", 'b', true, ""},
    Option{"oauth2-bearer", 0, true, ""},
    Option{"get", 'G', false, ""},
    Option{"head", 'I', false, ""},
    Option{"url", 0, true, ""},
    Option{"url-query", 0, true, ""},
    Option{"compressed", 0, false, ""},
    Option{"insecure", 'k', false, ""},
    Option{"location", 'L', false, ""},
    Option{"location-trusted", 0, false, ""},
    Option{"max-redirs", 0, true, ""},
    Option{"silent", 's', false, of_output},
    Option{"show-error", 'S', false, of_output},
    Option{"verbose", 'v', false, of_output},
    Option{"include", 'i', false, of_output},
    Option{"fail", 'f', false, of_output},
    Option{"fail-with-body", 0, false, of_output},
    Option{"no-progress-meter", 0, false, of_output},
    Option{"progress-bar", '#', false, of_output},
    Option{"output", 'o', true, of_output},
    Option{"remote-name", 'O', false, of_output},
    Option{"remote-header-name", 'J', false, of_output},
    Option{"output-dir", 0, true, of_output},
    Option{"create-dirs", 0, false, of_output},
    Option{"write-out", 'w', true, of_output},
    Option{"dump-header", 'D', true, of_output},
    Option{"cookie-jar", 'c', true, of_output},
    Option{"no-buffer", 'N', false, of_output},
    Option{"globoff", 'g', false, of_output},
    Option{"styled-output", 0, false, of_output},
    Option{"http1.1", 0, false, "the HTTP version is chosen by api.http_version"},
    Option{"http2", 0, false, "the HTTP version is chosen by api.http_version"},
    Option{"http2-prior-knowledge", 0, false, "the HTTP version is chosen by api.http_version"},
    Option{"http3", 0, false, "HTTP/3 is not spoken"},
    Option{"max-time", 'm', true, "deadlines are api.timeout"},
    Option{"connect-timeout", 0, true, "deadlines are api.connect_timeout"},
    Option{"retry", 0, true, "a failed request is counted, not repeated"},
    Option{"retry-delay", 0, true, "a failed request is counted, not repeated"},
    Option{"retry-all-errors", 0, false, "a failed request is counted, not repeated"},
    Option{"retry-connrefused", 0, false, "a failed request is counted, not repeated"},
    Option{"proxy", 'x', true, "name the proxy with the system's key proxy"},
    Option{"proxy-user", 'U', true, "name the proxy with the system's key proxy"},
    Option{"noproxy", 0, true, "name the proxy with the system's key proxy"},
    Option{"cacert", 0, true, "name the authorities with tls.ca"},
    Option{"cert", 'E', true, "name our certificate with tls.certificate"},
    Option{"key", 0, true, "name our key with tls.key"},
    Option{"tlsv1.2", 0, false, "the oldest version of TLS is tls.min_version"},
    Option{"tlsv1.3", 0, false, "the oldest version of TLS is tls.min_version"},
    Option{"ciphers", 0, true, "ciphers are not chosen"},
    Option{"resolve", 0, true, "give --target the address"},
    Option{"connect-to", 0, true, "give --target the address"},
    Option{"interface", 0, true, "source addresses are the system's source_addresses"},
    Option{"ipv4", '4', false, "addresses are taken as the resolver orders them"},
    Option{"ipv6", '6', false, "addresses are taken as the resolver orders them"},
    Option{"unix-socket", 0, true, "targets are reached over TCP"},
    Option{"upload-file", 'T', true, "the file is not sent; put its text under body"},
    Option{"range", 'r', true, "write the header Range instead"},
    Option{"limit-rate", 0, true, "the rate of a transfer is not limited"},
    Option{"digest", 0, false, "digest authentication is not spoken"},
    Option{"ntlm", 0, false, "NTLM is not spoken"},
    Option{"negotiate", 0, false, "Negotiate is not spoken"},
    Option{"anyauth", 0, false, "only basic authentication is spoken"},
    Option{"basic", 0, false, of_output},
    Option{"aws-sigv4", 0, true, "requests are not signed"},
    Option{"keepalive-time", 0, true, "connections are kept as api.keep_alive says"},
    Option{"no-keepalive", 0, false, "connections are kept as api.keep_alive says"},
    Option{"tcp-nodelay", 0, false, of_output},
    Option{"config", 'K', true, "the options in that file"},
    Option{"netrc", 'n', false, "the passwords in ~/.netrc"},
    Option{"path-as-is", 0, false, of_output},
    Option{"parallel", 'Z', false, "how many at a time is said by the profile"},
    Option{"disable", 'q', false, of_output},
};

/// One command on its way to a request.
struct Command {
  std::vector<Word> urls;
  std::string method;
  Pairs headers;
  std::string data;
  bool has_data = false;
  bool json_data = false;
  bool get = false;
  bool head = false;
  std::string query;
  Pairs form;  ///< -F name=value
};

class CurlImport {
 public:
  CurlImport(const Source& source, const Request& request) : source_(source), request_(request) {}

  Imported run() {
    draft_.description = "Imported from curl";
    for (std::vector<Word>& words : shell_commands(source_)) {
      words.erase(words.begin(), std::find_if_not(words.begin(), words.end(), is_assignment));
      if (std::filesystem::path(words.front().text).filename() == "curl" ||
          words.front().text == "curl.exe") {
        read(words);
      } else {
        lose(draft_, fmt::format("the command {}", shell_quoted(words.front().text)));
      }
    }
    if (draft_.tasks.empty()) {
      refuse_at(source_, 0, "there is no curl command with an address here",
                "a command begins with the word curl, for example: curl https://api.example.com/health");
    }
    take_from_environment(draft_);
    return finish(std::move(draft_), "curl");
  }

 private:
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
    if (const Option* option = find_long(name)) {
      if (option->value && i + 1 >= words.size())
        refuse_at(source_, words[i].offset, fmt::format("the option --{} has no value", name));
      apply(*option, option->value ? words[++i].text : "", command);
      return;
    }
    if (name.starts_with("no-") && find_long(name.substr(3)) != nullptr) return;
    std::vector<std::string> known;
    for (const Option& option : options) known.emplace_back(option.name);
    refuse_at(source_, words[i].offset, fmt::format("unknown option --{}", name),
              profile::nearest_hint(name, known));
  }

  /// "-sSL", "-XPOST", "-H value".
  void read_short(const std::vector<Word>& words, std::size_t& i, Command& command) {
    const Word& word = words[i];
    for (std::size_t k = 1; k < word.text.size(); ++k) {
      const auto option = std::find_if(options.begin(), options.end(),
                                       [&](const Option& o) { return o.letter == word.text[k]; });
      if (option == options.end())
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

  static const Option* find_long(const std::string& name) {
    const auto it =
        std::find_if(options.begin(), options.end(), [&](const Option& o) { return o.name == name; });
    return it == options.end() ? nullptr : &*it;
  }

  void apply(const Option& option, const std::string& value, Command& command) {
    if (option.lost == of_output) return;
    if (!option.lost.empty()) {
      // The values of these options may be passwords.
      lose(draft_, fmt::format("--{}: {}", option.name, option.lost));
      return;
    }
    const std::string_view name = option.name;
    if (name == "request") command.method = value;
    if (name == "header") add_header(command, value);
    if (name == "data" || name == "data-ascii" || name == "data-raw" || name == "data-binary") {
      add_data(command, name == "data-raw" || !value.starts_with('@') ? value : file_text(name, value), "&");
    }
    if (name == "data-urlencode") add_data(command, url_encoded(value), "&");
    if (name == "json") {
      add_data(command, value.starts_with('@') ? file_text(name, value) : value, "");
      command.json_data = true;
    }
    if (name == "form" || name == "form-string") {
      const std::size_t equals = std::min(value.find('='), value.size());
      command.form.emplace_back(value.substr(0, equals), value.substr(std::min(equals + 1, value.size())));
    }
    if (name == "user") {
      command.headers.emplace_back("Authorization", "Basic " + value);
    }
    if (name == "oauth2-bearer") command.headers.emplace_back("Authorization", "Bearer " + value);
    if (name == "user-agent") command.headers.emplace_back("User-Agent", value);
    if (name == "referer") command.headers.emplace_back("Referer", value);
    if (name == "cookie") add_cookie(command, value);
    if (name == "get") command.get = true;
    if (name == "head") command.head = true;
    if (name == "url") command.urls.push_back({value, 0});
    if (name == "url-query") add_to_query(command, url_encoded(value));
    if (name == "compressed") draft_.compressed = true;
    if (name == "insecure") draft_.verify_tls = false;
    if (name == "location" || name == "location-trusted") draft_.redirects = std::max(draft_.redirects, 10U);
    if (name == "max-redirs" && draft_.redirects > 0) lose(draft_, "--max-redirs: set api.redirects");
  }

  void add_header(Command& command, const std::string& text) {
    if (text.starts_with('@')) {
      lose(draft_, fmt::format("the headers in the file {}", text.substr(1)));
      return;
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || colon == 0) return;  // curl sends nothing either, or removes its own
    const std::size_t start = text.find_first_not_of(' ', colon + 1);
    if (start == std::string::npos) return;
    command.headers.emplace_back(text.substr(0, colon), text.substr(start));
  }

  void add_cookie(Command& command, const std::string& text) {
    if (text.find('=') == std::string::npos) {
      lose(draft_, fmt::format("the cookies in the file {}", text));
    } else {
      command.headers.emplace_back("Cookie", text);
    }
  }

  std::string file_text(std::string_view option, const std::string& value) {
    lose(draft_, fmt::format("--{} {}: the file is not read; put its text under body", option, value));
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
  std::string url_encoded(const std::string& value) {
    if (value.starts_with('+')) return encode_path(value.substr(1));
    const std::size_t equals = value.find('=');
    const std::size_t at = value.find('@');
    if (at != std::string::npos && at < equals) {
      lose(draft_, fmt::format("the file {}: put its text in its place", value.substr(at + 1)));
      return value.substr(0, at) + "=";
    }
    if (equals == std::string::npos) return encode_value(value);
    const std::string name = value.substr(0, equals);
    return (name.empty() ? "" : name + "=") + encode_value(value.substr(equals + 1));
  }

  void add_task(const Command& command, const Word& word) {
    const std::size_t mark = leading_shell_mark(word.text);
    auto url = mark > 0 ? target_of(word.text.substr(0, mark), word.text.substr(mark))
                        : parse_url(word.text, "http");
    // Without a scheme curl means http; the target that was named before is meant more likely.
    if (url && url->origin.starts_with("http:") && word.text.find("://") == std::string::npos &&
        draft_.origin == "https" + url->origin.substr(std::string_view("http").size()))
      url->origin = draft_.origin;
    if (!url) {
      refuse_at(source_, word.offset,
                fmt::format("\"{}\" is not an http address", with_shell_names(shown_address(word.text))),
                "write for example https://api.example.com/v1/calls");
    }
    if (!url->origin.empty() && !belongs(draft_, *url)) {
      lose(draft_, fmt::format("requests to {}: a system has one target, {}", url->origin, draft_.origin));
      return;
    }
    Step step;
    step.any_success = true;  // a command does not say which status is right
    std::string query = url->query;
    const auto add_query = [&](const std::string& more) {
      if (!more.empty()) query += (query.empty() ? "" : "&") + more;
    };
    add_query(command.query);
    if (command.get) add_query(command.data);
    step.path = with_query(literal(url->path), secrets_.form(query));
    step.method = method_of(command);
    if (!allowed_method(step.method)) {
      lose(draft_, fmt::format("{} {}: the method is not spoken", step.method, url->path));
      return;
    }
    Pairs headers = command.headers;
    if (command.json_data) {
      // As curl does, unless the command says otherwise.
      if (header_of(headers, "content-type").empty())
        headers.emplace_back("Content-Type", "application/json");
      if (header_of(headers, "accept").empty()) headers.emplace_back("Accept", "application/json");
    }
    if (!url->user.empty()) headers.emplace_back("Authorization", "Basic " + url->user);
    add_headers(draft_, secrets_, step, headers);
    if (!command.form.empty()) {
      add_form(command, step);
    } else if (command.has_data && !command.get) {
      if (step.content_type.empty()) step.content_type = "application/x-www-form-urlencoded";
      set_body(secrets_, step, command.data);
    }
    Task task;
    task.name = task_name(step.method, url->path);
    task.steps.push_back(std::move(step));
    if (request_.only.empty() || url->path.find(request_.only) != std::string::npos)
      draft_.tasks.push_back(std::move(task));
  }

  /// "$API_URL/calls": the address of the target is not known.
  std::optional<Url> target_of(const std::string& mark, const std::string& rest) {
    if (!rest.empty() && rest.front() != '/' && rest.front() != '?') return std::nullopt;
    lose(draft_, fmt::format("the address {}: name the target with --target", mark));
    auto url = parse_url("http://target" + rest);
    if (url) url->origin.clear();
    return url;
  }

  /// "name=value", "name=@file;type=text/csv;filename=x"; of --form-string always the first.
  void add_form(const Command& command, Step& step) {
    step.content_type.clear();
    for (const auto& [name, value] : command.form) {
      if (name.empty()) continue;
      if (!value.starts_with('@') && !value.starts_with('<')) {
        step.parts.push_back(
            {literal(name), secrets_.part(name, value.substr(0, value.find(";type="))), "", ""});
        continue;
      }
      const std::string file = value.substr(1, value.find(';') - 1);
      std::string given_name = parameter(value, ";filename=");
      add_file_part(draft_, step, name, given_name.empty() ? file : given_name, parameter(value, ";type="));
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
    return command.has_data || !command.form.empty() ? "POST" : "GET";
  }

  const Source& source_;
  const Request& request_;
  Draft draft_;
  Secrets secrets_{draft_};
};

}  // namespace

Imported import_curl(const Source& source, const Request& request) {
  return CurlImport(source, request).run();
}

}  // namespace soundcheck::importer
