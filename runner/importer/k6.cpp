// k6 scripts: their options become the profile, thresholds become objectives. The script is not run: what is
// code stays behind, and is listed.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <optional>

#include "runner/importer/importer.hpp"
#include "runner/importer/js_options.hpp"
#include "runner/importer/k6_thresholds.hpp"
#include "runner/importer/profile_draft.hpp"
#include "runner/profile/nearest.hpp"

namespace soundcheck::importer {

namespace json = boost::json;
using profile::Duration;
using profile::Value;

namespace {

constexpr Duration default_max_duration =
    std::chrono::minutes(10);  // k6's, of executors that count iterations
constexpr Duration default_graceful_stop = std::chrono::seconds(30);
constexpr Duration longest_run = std::chrono::hours(168);

/// Options of k6 that say nothing about the load, and what to do about them.
struct Other {
  std::string_view name;
  std::string_view cure;
};
constexpr std::array others{
    Other{"insecureSkipTLSVerify", "set tls: {verify: false} in the system"},
    Other{"noConnectionReuse", "set api.keep_alive: false in the system"},
    Other{"noVUConnectionReuse", "users keep their connections; set api.keep_alive: false in the system"},
    Other{"maxRedirects", "set api.redirects in the system"},
    Other{"userAgent", "set api.headers: {User-Agent: ...} in the system"},
    Other{"noCookiesReset", "set api.cookies_per_task in the system"},
    Other{"rps", "give the profile a rate instead of users"},
    Other{"hosts", "give --target the address"},
    Other{"tlsAuth", "set tls.certificate and tls.key in the system"},
    Other{"tlsVersion", "set tls.min_version in the system"},
    Other{"localIPs", "set source_addresses in the system"},
    Other{"minIterationDuration", "set api.pacing in the profile"},
    Other{"tags", "give tasks tags in the system"},
    Other{"summaryTrendStats", "the report shows p50, p95, p99 and more"},
    Other{"discardResponseBodies", "bodies are kept only where a check needs them"},
};

std::string rate_text(double per_second) {
  if (per_second >= 1 || per_second == 0) return fmt::format("{:.10g}/s", per_second);
  if (per_second * 60 >= 1) return fmt::format("{:.10g}/min", per_second * 60);
  return fmt::format("{:.10g}/h", per_second * 3600);
}

class K6Import {
 public:
  K6Import(const Source& source, const Request& request)
      : source_(source), request_(request), script_(read_script(source)) {}

  Imported run() {
    if (!script_.options) {
      if (source_.text.starts_with("k6 ")) {
        refuse(
            source_, "", "this is a command, not a script",
            "import the script; --vus 50 --duration 3m of the command are --users 50 --duration 3m of a run");
      }
      refuse(source_, "options", "the script has no options as an object",
             "they are found in: export const options = { ... };");
    }
    draft_.description = "Imported from a k6 script";
    const Value& options = *script_.options;
    read_loads(options);
    if (const Value* thresholds = options.find("thresholds")) {
      for (json::object& objective : read_thresholds(*thresholds, draft_))
        draft_.objectives.push_back(std::move(objective));
    }
    for (const Value::Entry& entry : options.entries) lose_other(entry);
    for (const std::string& guessed : script_.guessed) lose(draft_, guessed);
    lose_code();
    return finish(draft_, "k6", request_);
  }

 private:
  void read_loads(const Value& options) {
    const Value* scenarios = options.find("scenarios");
    if (scenarios != nullptr && scenarios->kind != Value::Kind::null) {
      read_scenarios(*scenarios);
      return;
    }
    // The short forms, as k6 turns them into scenarios.
    if (const Value* stages = options.find("stages")) {
      if (!add_load("", "ramping-vus", options)) refuse_load(*stages, "no stage");
    } else if (options.find("iterations") != nullptr) {
      add_load("", "shared-iterations", options);
    } else if (options.find("duration") != nullptr) {
      add_load("", "constant-vus", options);
    } else {
      lose(draft_,
           "options without stages, duration and iterations are one iteration of one user; here one user "
           "works for a minute");
      json::object keys;
      keys["users"] = users(options);
      draft_.duration = std::chrono::minutes(1);
      draft_.loads.push_back({"", std::move(keys)});
    }
    draft_.drain = default_graceful_stop;
  }

  void read_scenarios(const Value& scenarios) {
    if (scenarios.kind != Value::Kind::map)
      lose(draft_, fmt::format("{}: `{}` is code or no object", scenarios.path, scenarios.text));
    for (const Value::Entry& scenario : scenarios.entries) read_scenario(scenario.key, scenario.value);
    if (draft_.loads.empty()) refuse_load(scenarios, "no scenario");
    if (draft_.loads.size() == 1) draft_.loads.front().name.clear();
  }

  /// A profile without a load is none.
  [[noreturn]] void refuse_load(const Value& given, std::string_view what) const {
    const std::string reasons =
        draft_.lost.empty() ? "it holds none" : fmt::format("{}", fmt::join(draft_.lost, "; "));
    refuse_line(source_, given.origin.line, given.path,
                fmt::format("{} can be carried over: {}", what, reasons),
                "the script is not run: write the values in their place, or defaults: __ENV.USERS || 10");
  }

  void read_scenario(const std::string& name, const Value& scenario) {
    const Value* executor = scenario.find("executor");
    if (executor == nullptr || executor->broken) {
      lose(draft_, fmt::format("scenario {}: it names no executor", name));
      return;
    }
    if (!add_load(name, executor->text, scenario)) return;
    json::object& keys = draft_.loads.back().keys;
    if (const auto start = duration(scenario, "startTime"); start && *start > Duration::zero())
      keys["start"] = profile::to_text(*start);
    draft_.drain = std::max({draft_.drain, duration(scenario, "gracefulStop").value_or(default_graceful_stop),
                             duration(scenario, "gracefulRampDown").value_or(Duration::zero())});
    draft_.drain = std::min<Duration>(draft_.drain, std::chrono::hours(1));
    for (const char* key : {"exec", "env", "tags", "options"}) {
      const Value* value = scenario.find(key);
      if (value == nullptr) continue;
      const std::string text = value->kind == Value::Kind::scalar ? ": " + value->text : "";
      const bool is_function = std::string_view(key) == "exec";
      lose(draft_, fmt::format("scenario {}: {}{}{}", name, key, text,
                               is_function ? "; name its tasks with tasks: [...] in the workload" : ""));
    }
  }

  bool add_load(const std::string& name, const std::string& executor, const Value& from) {
    json::object keys;
    if (executor == "constant-vus" || executor == "per-vu-iterations" || executor == "shared-iterations") {
      constant_users(name, executor, from, keys);
    } else if (executor == "ramping-vus") {
      ramping_users(from, keys);
    } else if (executor == "constant-arrival-rate") {
      constant_rate(name, from, keys);
    } else if (executor == "ramping-arrival-rate") {
      ramping_rate(name, from, keys);
    } else {
      const std::string hint = profile::nearest_hint(
          executor, {"constant-vus", "ramping-vus", "per-vu-iterations", "shared-iterations",
                     "constant-arrival-rate", "ramping-arrival-rate"});
      lose(draft_, fmt::format("scenario {}: the executor {}; {}", name, executor, hint));
      return false;
    }
    if (keys.empty()) return false;
    draft_.loads.push_back({name, std::move(keys)});
    return true;
  }

  void constant_users(const std::string& name, const std::string& executor, const Value& from,
                      json::object& keys) {
    const std::uint64_t amount = users(from);
    keys["users"] = amount;
    // k6 starts all of them at once.
    keys["spawn_rate"] = fmt::format("{}/s", std::clamp<std::uint64_t>(amount, 1000, 100'000));
    std::optional<Duration> length = duration(from, "duration");
    if (executor != "constant-vus") {
      if (!length) length = duration(from, "maxDuration").value_or(default_max_duration);
      lose(draft_, fmt::format("{}{} iterations ({}): users repeat their tasks for {} instead", prefix(name),
                               count(from, "iterations", 1), executor, profile::to_text(*length)));
    }
    if (!length || *length <= Duration::zero()) {
      lose(draft_, prefix(name) + "it has no duration; 1m is taken");
      length = std::chrono::minutes(1);
    }
    keys["duration"] = profile::to_text(*length);
  }

  void ramping_users(const Value& from, json::object& keys) {
    json::array stages;
    if (const std::uint64_t start = count(from, "startVUs", count(from, "vus", 1)); start > 0)
      stages.push_back(json::object{{"users", start}});
    add_stages(from, stages, "users", [](double target) { return json::value(std::llround(target)); });
    if (!stages.empty()) keys["stages"] = std::move(stages);
  }

  void constant_rate(const std::string& name, const Value& from, json::object& keys) {
    const double rate = per_second(from, number(from, "rate").value_or(0));
    if (rate <= 0) {
      lose(draft_, prefix(name) + "it has no rate");
      return;
    }
    keys["rate"] = rate_text(std::min(rate, 100'000.0));
    keys["arrivals"] = "even";
    limit_users(from, keys);
    Duration length = duration(from, "duration").value_or(Duration::zero());
    if (length <= Duration::zero()) {
      lose(draft_, prefix(name) + "it has no duration; 1m is taken");
      length = std::chrono::minutes(1);
    }
    keys["duration"] = profile::to_text(length);
  }

  void ramping_rate(const std::string& name, const Value& from, json::object& keys) {
    bool zero = false;
    const auto level = [&](double target) {
      const double rate = per_second(from, target);
      zero = zero || rate <= 0;
      return json::value(rate <= 0 ? "1/h" : rate_text(std::min(rate, 100'000.0)));
    };
    json::array stages;
    if (const double start = number(from, "startRate").value_or(0); start > 0)
      stages.push_back(json::object{{"rate", level(start)}});
    add_stages(from, stages, "rate", level);
    if (stages.empty()) return;
    keys["stages"] = std::move(stages);
    keys["arrivals"] = "even";
    limit_users(from, keys);
    if (zero) lose(draft_, prefix(name) + "a rate of 0 is written as 1/h");
  }

  template <class Level>
  void add_stages(const Value& from, json::array& out, std::string_view key, const Level& level) {
    const Value* stages = from.find("stages");
    if (stages == nullptr || stages->kind != Value::Kind::list) {
      lose(draft_, fmt::format("{}.stages: {}", from.path,
                               stages == nullptr ? "the key is missing"
                                                 : fmt::format("`{}` is code or no list", stages->text)));
      out.clear();
      return;
    }
    for (const Value& stage : stages->items) {
      const auto target = number(stage, "target");
      const auto ramp = duration(stage, "duration");
      if (!target || !ramp || *target < 0) {
        lose(draft_, fmt::format("line {}: a stage without target and duration", stage.origin.line));
        continue;
      }
      json::object one;
      one[key] = level(std::min(*target, 1'000'000.0));
      if (*ramp > Duration::zero()) one["ramp"] = profile::to_text(*ramp);
      out.push_back(std::move(one));
    }
    // A curve needs a length.
    const bool lasts = std::any_of(out.begin(), out.end(),
                                   [](const json::value& s) { return s.get_object().contains("ramp"); });
    if (lasts) return;
    lose(draft_, fmt::format("{}.stages: none has a length", from.path));
    out.clear();
  }

  void limit_users(const Value& from, json::object& keys) {
    const std::uint64_t most = count(from, "maxVUs", count(from, "preAllocatedVUs", 0));
    if (most > 0) keys["max_in_progress"] = std::min<std::uint64_t>(most, 1'000'000);
  }

  double per_second(const Value& from, double rate) {
    const Duration unit = duration(from, "timeUnit").value_or(std::chrono::seconds(1));
    return unit > Duration::zero() ? rate / core::to_seconds(unit) : rate;
  }

  static std::string prefix(const std::string& name) {
    return name.empty() ? "" : fmt::format("scenario {}: ", name);
  }

  /// A value as a number; what is code, or no number, is listed.
  std::optional<double> number(const Value& from, const char* key) {
    const Value* value = from.find(key);
    if (value == nullptr || value->kind == Value::Kind::null) return std::nullopt;
    double out = 0;
    const std::string& text = value->text;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
    const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size() && std::isfinite(out);
    if (whole && !value->broken && value->kind == Value::Kind::scalar) return out;
    lose(draft_, fmt::format("{}: `{}` is code or no number", value->path, text));
    return std::nullopt;
  }

  std::uint64_t count(const Value& from, const char* key, std::uint64_t fallback) {
    constexpr double most = 1'000'000;
    const auto value = number(from, key);
    return value && *value >= 0 ? static_cast<std::uint64_t>(std::min(*value, most)) : fallback;
  }

  std::uint64_t users(const Value& from) {
    const std::uint64_t given = count(from, "vus", 1);
    if (given == 0) lose(draft_, fmt::format("{}.vus: 0 users do nothing; 1 is taken", from.path));
    return std::max<std::uint64_t>(given, 1);
  }

  std::optional<Duration> duration(const Value& from, const char* key) {
    const Value* value = from.find(key);
    if (value == nullptr || value->kind == Value::Kind::null) return std::nullopt;
    const auto parsed =
        value->broken || value->kind != Value::Kind::scalar ? std::nullopt : k6_duration(value->text);
    if (!parsed) lose(draft_, fmt::format("{}: `{}` is code or no duration", value->path, value->text));
    return parsed ? std::optional(std::min(*parsed, longest_run)) : std::nullopt;
  }

  void lose_other(const Value::Entry& entry) {
    constexpr std::array<std::string_view, 6> used{"scenarios", "stages",     "vus",
                                                   "duration",  "iterations", "thresholds"};
    if (std::find(used.begin(), used.end(), entry.key) != used.end()) return;
    const auto* other =
        std::find_if(others.begin(), others.end(), [&](const Other& o) { return o.name == entry.key; });
    lose(draft_, other == others.end() ? fmt::format("options.{}", entry.key)
                                       : fmt::format("options.{}: {}", entry.key, other->cure));
  }

  void lose_code() {
    if (!script_.functions.empty())
      lose(draft_, fmt::format("the code of {}", fmt::join(script_.functions, ", ")));
    if (script_.requests.empty()) return;
    std::vector<int> lines = script_.requests;
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    lose(draft_,
         fmt::format("the requests in line{} {}: write tasks for them in the system, or record them as HAR",
                     lines.size() == 1 ? "" : "s", fmt::join(lines, ", ")));
  }

  const Source& source_;
  const Request& request_;
  Script script_;
  ProfileDraft draft_;
};

}  // namespace

Imported import_k6(const Source& source, const Request& request) { return K6Import(source, request).run(); }

}  // namespace soundcheck::importer
