#include "runner/importer/k6_thresholds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>

namespace soundcheck::importer {

namespace json = boost::json;
using profile::Duration;
using profile::Value;

namespace {

struct Metric {
  std::string_view k6;
  std::string_view ours;
  enum class Kind : unsigned char { time, share, rate } kind;
};
constexpr std::array metrics{
    Metric{"http_req_duration", "api.service_time", Metric::Kind::time},
    Metric{"http_req_waiting", "api.first_byte_time", Metric::Kind::time},
    Metric{"http_req_connecting", "api.connect_time", Metric::Kind::time},
    Metric{"http_req_tls_handshaking", "api.tls_time", Metric::Kind::time},
    Metric{"http_req_receiving", "api.transfer_time", Metric::Kind::time},
    Metric{"http_req_failed", "api.error_rate", Metric::Kind::share},
    Metric{"checks", "api.success_rate", Metric::Kind::share},
    Metric{"http_reqs", "api.rate", Metric::Kind::rate},
    Metric{"iterations", "api.rate", Metric::Kind::rate},
    Metric{"ws_connecting", "websocket.connect_time", Metric::Kind::time},
};

struct Name {
  std::string_view k6;
  std::string_view ours;
};
constexpr std::array aggregations{Name{"p(50)", "p50"}, Name{"med", "p50"},   Name{"p(90)", "p90"},
                                  Name{"p(95)", "p95"}, Name{"p(99)", "p99"}, Name{"p(99.9)", "p99.9"},
                                  Name{"max", "max"},   Name{"min", "min"},   Name{"avg", "mean"}};

/// "p(95)<500" in its parts.
struct Expression {
  std::string aggregation;
  std::string comparison;
  double value = 0;
};

std::optional<Expression> parse_expression(std::string text) {
  std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
  const std::size_t mark = text.find_first_of("<>=!");
  if (mark == std::string::npos || mark == 0) return std::nullopt;
  const std::size_t number = text.find_first_not_of("<>=!", mark);
  if (number == std::string::npos) return std::nullopt;
  Expression out{text.substr(0, mark), text.substr(mark, number - mark), 0};
  const auto read = std::from_chars(text.data() + number, text.data() + text.size(), out.value);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  if (!whole || !std::isfinite(out.value) || out.value < 0) return std::nullopt;
  return out;
}

class Thresholds {
 public:
  explicit Thresholds(ProfileDraft& draft) : draft_(draft) {}

  std::vector<json::object> read(const Value& thresholds) {
    if (thresholds.kind != Value::Kind::map) {
      lose(draft_, "options.thresholds is no object");
      return {};
    }
    for (const Value::Entry& entry : thresholds.entries) {
      if (entry.value.kind == Value::Kind::list) {
        for (const Value& item : entry.value.items) read_one(entry.key, item);
      } else {
        read_one(entry.key, entry.value);
      }
    }
    return std::move(objectives_);
  }

 private:
  void read_one(const std::string& metric, const Value& item) {
    const Value* text = item.kind == Value::Kind::map ? item.find("threshold") : &item;
    if (text == nullptr || text->kind != Value::Kind::scalar || text->broken) {
      lose_threshold(metric, text == nullptr ? "" : text->text, "it is code");
      return;
    }
    json::object objective;
    if (!translate(metric, text->text, objective)) return;
    if (const Value* abort = item.find("abortOnFail"); abort != nullptr && abort->text == "true") {
      objective["abort_on_fail"] = true;
      if (const Value* delay = item.find("delayAbortEval")) {
        if (const auto grace = k6_duration(delay->text)) objective["grace"] = profile::to_text(*grace);
      }
    }
    add(std::move(objective));
  }

  /// The same threshold twice is one objective, which aborts the run if either does.
  void add(json::object objective) {
    const auto same = std::find_if(objectives_.begin(), objectives_.end(),
                                   [&](json::object& o) { return o.at("name") == objective.at("name"); });
    if (same == objectives_.end()) {
      objectives_.push_back(std::move(objective));
    } else {
      for (const auto& [key, value] : objective) same->emplace(key, value);
    }
  }

  bool translate(const std::string& name, const std::string& text, json::object& objective) {
    const auto* metric =
        std::find_if(metrics.begin(), metrics.end(), [&](const Metric& m) { return m.k6 == name; });
    if (metric == metrics.end()) {
      return lose_threshold(name, text,
                            name.find('{') != std::string::npos
                                ? "objectives of tagged requests need a task or a tag"
                                : "there is no such metric here");
    }
    const auto expression = parse_expression(text);
    if (!expression) return lose_threshold(name, text, "it is not understood");
    const std::string& comparison = expression->comparison;
    if (comparison != "<" && comparison != "<=" && comparison != ">" && comparison != ">=")
      return lose_threshold(name, text, "bounds are <, <=, > or >=");
    objective["name"] = fmt::format("{} {}", name, text);
    objective["metric"] = metric->ours;
    std::string amount;
    switch (metric->kind) {
      case Metric::Kind::time: {
        const auto* found = std::find_if(aggregations.begin(), aggregations.end(),
                                         [&](const Name& n) { return n.k6 == expression->aggregation; });
        if (found == aggregations.end())
          return lose_threshold(name, text, "aggregations are p50, p90, p95, p99, p99.9, max, min and mean");
        objective["aggregation"] = found->ours;
        amount = fmt::format("{:.10g}ms", expression->value);
        break;
      }
      case Metric::Kind::share:
        if (expression->aggregation != "rate" || expression->value > 1)
          return lose_threshold(name, text, "only a rate from 0 to 1 can be judged");
        amount = fmt::format("{:.10g}%", expression->value * 100);
        break;
      case Metric::Kind::rate:
        if (expression->aggregation != "rate")
          return lose_threshold(name, text, "only the rate can be judged");
        amount = fmt::format("{:.10g}/s", expression->value);
        break;
    }
    objective["target"] = fmt::format("{} {}", comparison, amount);
    return true;
  }

  bool lose_threshold(const std::string& metric, const std::string& text, std::string_view why) {
    lose(draft_, fmt::format("the threshold {} `{}`: {}", metric, text, why));
    return false;
  }

  ProfileDraft& draft_;
  std::vector<json::object> objectives_;
};

}  // namespace

std::optional<Duration> k6_duration(const std::string& text) {
  if (!text.empty() && text.find_first_not_of("0123456789.") == std::string::npos)
    return profile::parse_duration(text + "ms").value;
  const std::size_t days = text.find('d');
  if (days == std::string::npos) return profile::parse_duration(text).value;
  const auto number = profile::parse_number(text.substr(0, days));
  const std::string rest = text.substr(days + 1);
  const auto more = rest.empty() ? Duration::zero() : profile::parse_duration(rest).value;
  constexpr double most_days = 10'000;
  if (!number.value || !more || *number.value > most_days) return std::nullopt;
  return std::chrono::duration_cast<Duration>(
             std::chrono::duration<double, std::ratio<86'400>>(*number.value)) +
         *more;
}

std::vector<json::object> read_thresholds(const Value& thresholds, ProfileDraft& draft) {
  return Thresholds(draft).read(thresholds);
}

}  // namespace soundcheck::importer
