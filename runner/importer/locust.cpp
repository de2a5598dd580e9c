// Locust command lines: users, spawn rate and time become the profile; the rest becomes options of a run, or
// is listed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>

#include "runner/importer/importer.hpp"
#include "runner/importer/profile_draft.hpp"
#include "runner/importer/shell_variables.hpp"
#include "runner/importer/shell_words.hpp"
#include "runner/importer/url.hpp"
#include "runner/profile/nearest.hpp"

namespace soundcheck::importer {

using profile::Duration;

namespace {

struct Option {
  std::string_view name;  ///< long
  char letter = 0;
  enum class Value : unsigned char { none, one, many } value = Value::none;
  std::string_view lost;  ///< what to do instead; empty: carried over; "-": has no meaning here
};
using V = Option::Value;

constexpr Duration shortest = std::chrono::milliseconds(1);
constexpr Duration longest_drain = std::chrono::hours(1);  // that a profile takes
constexpr std::string_view no_meaning = "-";
constexpr std::string_view several = "use --threads for more of this machine";

constexpr std::array options{
    Option{"users", 'u', V::one, ""},
    Option{"spawn-rate", 'r', V::one, ""},
    Option{"run-time", 't', V::one, ""},
    Option{"host", 'H', V::one, ""},
    Option{"stop-timeout", 's', V::one, ""},
    Option{"locustfile", 'f', V::one, "the code in it: write its tasks into a system"},
    Option{"headless", 0, V::none, no_meaning},
    Option{"autostart", 0, V::none, no_meaning},
    Option{"autoquit", 0, V::one, no_meaning},
    Option{"only-summary", 0, V::none, no_meaning},
    Option{"print-stats", 0, V::none, no_meaning},
    Option{"skip-log-setup", 0, V::none, no_meaning},
    Option{"skip-log", 0, V::none, no_meaning},
    Option{"loglevel", 'L', V::one, no_meaning},
    Option{"logfile", 0, V::one, "redirect the output instead"},
    Option{"csv", 0, V::one, ""},
    Option{"csv-full-history", 0, V::none, "the CSV of the history is always written"},
    Option{"html", 0, V::one, ""},
    Option{"json", 0, V::none, "--output FILE writes JSON"},
    Option{"json-file", 0, V::one, "--output FILE writes JSON"},
    Option{"reset-stats", 0, V::none, "set warm_up in the profile"},
    Option{"exit-code-on-error", 0, V::one, "the exit code says the verdict of the objectives"},
    Option{"tags", 'T', V::many, "switch the other tasks off with --without-task"},
    Option{"exclude-tags", 'E', V::many, "switch these tasks off with --without-task"},
    Option{"iterations", 'i', V::one, "users repeat their tasks until the time is over"},
    Option{"equal-weights", 0, V::none, "set the weights in the system"},
    Option{"class-picker", 0, V::none, "--user-class NAME picks classes"},
    Option{"config", 0, V::one, "the options in that file"},
    Option{"config-users", 0, V::many, "set weights, hosts and users in the system and the profile"},
    Option{"master", 0, V::none, several},
    Option{"worker", 0, V::none, several},
    Option{"processes", 0, V::one, several},
    Option{"expect-workers", 0, V::one, several},
    Option{"expect-workers-max-wait", 0, V::one, several},
    Option{"master-host", 0, V::one, several},
    Option{"master-port", 0, V::one, several},
    Option{"master-bind-host", 0, V::one, several},
    Option{"master-bind-port", 0, V::one, several},
    Option{"enable-rebalancing", 0, V::none, several},
    Option{"web-host", 0, V::one, "the web page"},
    Option{"web-port", 'P', V::one, "the web page"},
    Option{"web-auth", 0, V::one, "the web page"},
    Option{"web-login", 0, V::none, "the web page"},
    Option{"web-base-path", 0, V::one, "the web page"},
    Option{"tls-cert", 0, V::one, "the web page"},
    Option{"tls-key", 0, V::one, "the web page"},
    Option{"modern-ui", 0, V::none, no_meaning},
    Option{"legacy-ui", 0, V::none, no_meaning},
    Option{"list", 'l', V::none, no_meaning},
    Option{"show-task-ratio", 0, V::none, "run_load_tests explain shows the shares of tasks"},
    Option{"show-task-ratio-json", 0, V::none, "run_load_tests explain shows the shares of tasks"},
    Option{"version", 'V', V::none, no_meaning},
};

class LocustImport {
 public:
  LocustImport(const Source& source, const Request& request) : source_(source), request_(request) {}

  Imported run() {
    bool found = false;
    for (const std::vector<Word>& words : shell_commands(source_)) {
      const auto locust = std::find_if(words.begin(), words.end(), [](const Word& w) {
        return std::filesystem::path(w.text).filename() == "locust";
      });
      if (locust == words.end()) continue;
      if (found) {
        lose(draft_, fmt::format("a second locust command: import it by itself"));
        continue;
      }
      found = true;
      for (auto word = words.begin(); word != locust; ++word) read_variable(*word);
      read({locust + 1, words.end()});
    }
    if (!found) {
      refuse_at(source_, 0, "there is no locust command here",
                "for example: locust --headless -u 100 -r 10 -t 5m --host http://127.0.0.1:8000");
    }
    return result();
  }

 private:
  /// LOCUST_USERS=100 in front of the command.
  void read_variable(const Word& word) {
    const std::size_t equals = word.text.find('=');
    if (!word.text.starts_with("LOCUST_") || equals == std::string::npos) return;
    std::string name = word.text.substr(7, equals - 7);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return c == '_' ? '-' : static_cast<char>(std::tolower(c)); });
    if (const Option* option = find_long(name)) apply(*option, word.text.substr(equals + 1), word);
  }

  void read(const std::vector<Word>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string& text = words[i].text;
      if (text.starts_with("--")) {
        read_long(words, i);
      } else if (text.size() > 1 && text.front() == '-') {
        read_short(words, i);
      } else {
        arguments_ += " --user-class " + shell_quoted(text);
      }
    }
  }

  void read_long(const std::vector<Word>& words, std::size_t& i) {
    const std::string& text = words[i].text;
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(2, equals == std::string::npos ? equals : equals - 2);
    const Option* option = find_long(name);
    if (option == nullptr) {
      std::vector<std::string> known;
      for (const Option& o : options) known.emplace_back(o.name);
      refuse_at(source_, words[i].offset, fmt::format("unknown option --{}", name),
                profile::nearest_hint(name, known));
    }
    if (equals != std::string::npos) {
      apply(*option, text.substr(equals + 1), words[i]);
    } else {
      take_value(*option, words, i);
    }
  }

  void read_short(const std::vector<Word>& words, std::size_t& i) {
    const std::string& text = words[i].text;
    const auto* option =
        std::find_if(options.begin(), options.end(), [&](const Option& o) { return o.letter == text[1]; });
    if (option == options.end())
      refuse_at(source_, words[i].offset, fmt::format("unknown option -{}", text[1]),
                "locust --help lists them");
    if (text.size() > 2 && option->value != V::none) {
      apply(*option, text.substr(2), words[i]);
    } else {
      take_value(*option, words, i);
    }
  }

  void take_value(const Option& option, const std::vector<Word>& words, std::size_t& i) {
    const Word& at = words[i];
    if (option.value == V::none) {
      apply(option, "", at);
      return;
    }
    std::string value;
    while (i + 1 < words.size() && !is_option(words[i + 1].text)) {
      value += (value.empty() ? "" : " ") + words[++i].text;
      if (option.value == V::one) break;
    }
    if (value.empty()) refuse_at(source_, at.offset, fmt::format("the option {} has no value", at.text));
    apply(option, value, at);
  }

  /// "-1" is a number.
  static bool is_option(const std::string& text) {
    return text.starts_with('-') && text.find_first_of("0123456789") != 1;
  }

  static const Option* find_long(const std::string& name) {
    const auto* it =
        std::find_if(options.begin(), options.end(), [&](const Option& o) { return o.name == name; });
    return it == options.end() ? nullptr : &*it;
  }

  void apply(const Option& option, const std::string& value, const Word& word) {
    if (option.lost == no_meaning) return;
    if (!option.lost.empty()) {
      const bool shown = option.value != V::none && !may_hold_password(option);
      lose(draft_, fmt::format("--{}{}{}: {}", option.name, shown ? " " : "",
                               shown ? with_shell_names(value) : "", option.lost));
    } else if (option.name == "users") {
      users_ = number(value, word, 1, 1'000'000);
    } else if (option.name == "spawn-rate") {
      spawn_rate_ = number(value, word, 0.001, 100'000);
    } else if (option.name == "run-time") {
      run_time_ = time(value, word, shortest);
    } else if (option.name == "stop-timeout") {
      // With 0 Locust waits for nobody.
      draft_.drain = std::clamp<Duration>(time(value, word, Duration::zero()), shortest, longest_drain);
    } else if (option.name == "host") {
      set_host(value, word);
    } else {
      const std::string typed = with_shell_names(value);
      arguments_ += fmt::format(" --{} {}", option.name,
                                typed == value ? shell_quoted(value) : fmt::format("\"{}\"", typed));
    }
  }

  /// --web-auth admin:password, and hosts with one in front.
  static bool may_hold_password(const Option& option) {
    return option.name.starts_with("web-") || option.name.starts_with("tls-") ||
           option.name.starts_with("config");
  }

  double number(const std::string& text, const Word& word, double least, double most) {
    double out = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || !(out >= least && out <= most)) {
      refuse_at(
          source_, word.offset,
          fmt::format("\"{}\" is not a number from {:g} to {:.0f}", with_shell_names(text), least, most));
    }
    return out;
  }

  /// "300s", "1h30m", or a number of seconds.
  Duration time(const std::string& text, const Word& word, Duration least) {
    const bool plain = !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos;
    const auto parsed = profile::parse_duration(plain ? text + "s" : text).value;
    if (!parsed || *parsed < least || *parsed > std::chrono::hours(168))
      refuse_at(source_, word.offset, fmt::format("\"{}\" is not a time up to 168h", with_shell_names(text)),
                "write for example 5m or 1h30m");
    return *parsed;
  }

  void set_host(const std::string& text, const Word& word) {
    if (leading_shell_mark(text) > 0) {
      lose(draft_, fmt::format("--host {}: name the target with --target", with_shell_names(text)));
      return;
    }
    const auto url = parse_url(text);
    if (!url)
      refuse_at(source_, word.offset, fmt::format("\"{}\" is not an http address", shown_address(text)),
                "write for example http://127.0.0.1:8000");
    if (!url->user.empty()) lose(draft_, "--host: its name and password; set api.headers in the system");
    target_ = url->origin + (url->path == "/" ? "" : url->path);
  }

  Imported result() {
    draft_.description = "Imported from a Locust command line";
    if (!run_time_) lose(draft_, "no --run-time: Locust runs until it is stopped; 10m is taken");
    draft_.duration = run_time_.value_or(std::chrono::minutes(10));
    boost::json::object keys;
    keys["users"] = std::llround(std::ceil(users_));
    keys["spawn_rate"] = fmt::format("{:.10g}/s", spawn_rate_);
    draft_.loads.push_back({"", std::move(keys)});
    Imported imported = finish(draft_, "locust", request_);
    imported.target = target_;
    imported.arguments = arguments_;
    return imported;
  }

  const Source& source_;
  const Request& request_;
  ProfileDraft draft_;
  double users_ = 1;
  double spawn_rate_ = 1;
  std::optional<Duration> run_time_;
  std::string target_;
  std::string arguments_;
};

}  // namespace

Imported import_locust(const Source& source, const Request& request) {
  return LocustImport(source, request).run();
}

}  // namespace soundcheck::importer
