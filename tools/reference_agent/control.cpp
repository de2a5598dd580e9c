#include "tools/reference_agent/control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstring>

namespace soundcheck::reference_agent {
namespace {

namespace json = boost::json;

template <class Map>
json::object to_object(const Map& map) {
  json::object object;
  for (const auto& [key, value] : map) object[std::to_string(key)] = value;
  return object;
}

/// The text that set_fault takes: strings as they are, numbers as they are written.
std::string text_of(const json::value& value) {
  if (value.is_null()) return "off";
  if (const auto* text = value.if_string()) return std::string(*text);
  if (const auto* number = value.if_double()) return fmt::format("{}", *number);
  return json::serialize(value);
}

}  // namespace

Control::Control(Faults faults, std::uint64_t seed, TimePoint now)
    : faults_(std::move(faults)), seed_(seed), errors_(0, 0), drops_(0, 0), message_drops_(0, 0) {
  deal_anew(now);
}

void Control::deal_anew(TimePoint now) {
  origin_ = now;
  leaked_at_ = now;
  delays_.reset();
  answer_delays_.reset();
  bucket_.reset();
  if (faults_.delay) delays_.emplace(*faults_.delay, seed_);
  if (faults_.answer_delay) answer_delays_.emplace(*faults_.answer_delay, seed_ + 1);
  if (faults_.rate_limit) bucket_.emplace(*faults_.rate_limit, now);
  errors_ = ShareDealer(faults_.error_rate, seed_ + 2);
  drops_ = ShareDealer(faults_.drop_rate, seed_ + 3);
  message_drops_ = ShareDealer(faults_.drop_rate, seed_ + 4);
}

Treatment Control::treat_request(TimePoint now) {
  using Kind = Treatment::Kind;
  ++counters.requests;
  if (bucket_) {
    if (const auto wait = bucket_->take(now)) return {Kind::limit, {}, *wait};
  }
  if (drops_.next()) {
    ++counters.requests_dropped;
    return {Kind::drop, {}, {}};
  }
  const Kind kind = errors_.next() ? Kind::fail : Kind::serve;
  return {kind, count_delay(), {}};
}

bool Control::drop_message() {
  const bool drop = message_drops_.next();
  if (drop) ++counters.messages_dropped;
  return drop;
}

Duration Control::message_delay() { return count_delay(); }

Duration Control::answer_delay() { return answer_delays_ ? answer_delays_->next() : Duration::zero(); }

Duration Control::count_delay() {
  if (!delays_) return Duration::zero();
  const Duration delay = delays_->next();
  ++counters.delays_dealt[std::chrono::round<std::chrono::milliseconds>(delay).count()];
  return delay;
}

TimePoint Control::stalled_until(TimePoint now) const {
  return faults_.stall ? reference_agent::stalled_until(*faults_.stall, origin_, now) : now;
}

void Control::call_began() { leak_bytes(faults_.leak_per_call); }

void Control::leak(TimePoint now) {
  const auto steps = (now - leaked_at_) / leak_step;
  leaked_at_ += steps * leak_step;
  const double share = core::to_seconds(leak_step) * static_cast<double>(steps);
  leak_bytes(static_cast<std::uint64_t>(static_cast<double>(faults_.leak_per_second) * share));
}

void Control::leak_bytes(std::uint64_t bytes) {
  if (bytes == 0) return;
  auto& memory = leaked_.emplace_back(std::make_unique_for_overwrite<char[]>(bytes));
  std::memset(memory.get(), 0x5c, bytes);  // memory that is not touched does not count as used
  counters.leaked_bytes += bytes;
}

std::string Control::to_json() const {
  json::object object;
  for (const auto key : fault_keys) {
    const auto written = faults_.written.find(key);
    object[key] = written == faults_.written.end() ? json::value(nullptr) : json::value(written->second);
  }
  object["requests"] = counters.requests;
  object["requests_by_status"] = to_object(counters.requests_by_status);
  object["requests_dropped"] = counters.requests_dropped;
  object["messages_dropped"] = counters.messages_dropped;
  object["websocket_connections"] = counters.websocket_connections;
  object["voice_calls"] = counters.voice_calls;
  object["turns"] = counters.turns;
  object["frames_received"] = counters.frames_received;
  object["events_lost"] = counters.events_lost;
  object["leaked_bytes"] = counters.leaked_bytes;
  object["delays_dealt"] = to_object(counters.delays_dealt);
  return json::serialize(object);
}

std::vector<std::string> Control::patch(std::string_view body, TimePoint now) {
  boost::system::error_code parse_error;
  const json::value document = json::parse(body, parse_error);
  if (parse_error || !document.is_object())
    return {R"(the body must be a JSON object, for example {"delay":"20ms"})"};
  Faults changed = faults_;
  std::vector<std::string> mistakes;
  for (const auto& [key, value] : document.get_object()) {
    if (auto mistake = set_fault(changed, key, text_of(value))) mistakes.push_back(std::move(*mistake));
  }
  if (mistakes.empty()) {
    faults_ = std::move(changed);
    deal_anew(now);
  }
  return mistakes;
}

}  // namespace soundcheck::reference_agent
