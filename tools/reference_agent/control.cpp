#include "tools/reference_agent/control.hpp"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstring>

namespace soundcheck::reference_agent {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

template <class Map>
json::object to_object(const Map& map) {
  json::object object;
  for (const auto& [key, value] : map) object[std::to_string(key)] = value;
  return object;
}

json::object to_object(const ConversationCounts& c) {
  return {{"started", c.started},     {"messages", c.messages},       {"ended", c.ended},
          {"after_end", c.after_end}, {"unknown_ids", c.unknown_ids}, {"forgotten_ids", c.forgotten_ids}};
}

json::object to_object(const CredentialCounts& c) {
  return {{"accepted", c.accepted}, {"missing", c.missing}, {"wrong", c.wrong}, {"expired", c.expired}};
}

/// Those that were asked for.
json::object to_object(const std::vector<RouteCounts>& routes) {
  json::object object;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (routes[i].requests == 0) continue;
    object[all_routes()[i].text()] =
        json::object{{"requests", routes[i].requests}, {"by_status", to_object(routes[i].by_status)}};
  }
  return object;
}

json::array to_array(const std::deque<UploadCount>& uploads) {
  json::array array;
  for (const auto& u : uploads) array.push_back({{"sha256", u.sha256}, {"bytes", u.bytes}, {"rows", u.rows}});
  return array;
}

/// The text that set_fault takes: strings as they are, numbers as they are written, an object as its routes.
std::string text_of(const json::value& value) {
  if (value.is_null()) return "off";
  if (const auto* object = value.if_object()) {
    std::string text;
    for (const auto& [route, of_route] : *object)
      text += fmt::format("{}{}={}", text.empty() ? "" : "; ", std::string_view(route), text_of(of_route));
    return text;
  }
  if (const auto* text = value.if_string()) return std::string(*text);
  if (const auto* number = value.if_double()) return fmt::format("{}", *number);
  return json::serialize(value);
}

}  // namespace

void Counters::count_upload(UploadCount upload) {
  ++uploads_total;
  uploads.push_back(std::move(upload));
  if (uploads.size() > max_uploads) uploads.pop_front();
}

void Counters::count_answer(std::optional<std::size_t> route, int status) {
  ++requests_by_status[status];
  if (!route) return;
  ++routes[*route].requests;
  ++routes[*route].by_status[status];
}

Control::Control(Faults faults, std::uint64_t seed, TimePoint now) : faults_(std::move(faults)), seed_(seed) {
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
  losses_ = ShareDealer(faults_.lost_conversations, seed_ + 5);
  import_failures_ = ShareDealer(faults_.import_failures, seed_ + 6);
  call_failures_ = ShareDealer(faults_.call_failures.value_or(0.1), seed_ + 7);
  first_tokens_ = DelayDealer(faults_.first_token.value_or(ConstantDelay{100ms}), seed_ + 8);
  token_intervals_ = DelayDealer(faults_.token_interval.value_or(ConstantDelay{20ms}), seed_ + 9);
  call_durations_ = DelayDealer(faults_.call_duration.value_or(UniformDelay{200ms, 1s}), seed_ + 10);
  route_errors_.clear();
  route_delays_.clear();
  constexpr std::uint64_t first_route_seed = 100;
  for (const auto& [route, share] : faults_.route_errors)
    route_errors_.insert_or_assign(route, ShareDealer(share, seed_ + first_route_seed + route));
  for (const auto& [route, delay] : faults_.route_delays)
    route_delays_.insert_or_assign(route, DelayDealer(delay, seed_ + first_route_seed + route));
}

Treatment Control::treat_request(TimePoint now, std::optional<std::size_t> route) {
  using Kind = Treatment::Kind;
  ++counters.requests;
  leak_bytes(faults_.leak_per_request);
  if (bucket_) {
    if (const auto wait = bucket_->take(now)) return {Kind::limit, {}, *wait};
  }
  if (drops_.next()) {
    ++counters.requests_dropped;
    return {Kind::drop, {}, {}};
  }
  bool fail = errors_.next();
  if (const auto own = route ? route_errors_.find(*route) : route_errors_.end(); own != route_errors_.end())
    fail = own->second.next() || fail;
  return {fail ? Kind::fail : Kind::serve, count_delay(route), {}};
}

bool Control::drop_message() {
  const bool drop = message_drops_.next();
  if (drop) ++counters.messages_dropped;
  return drop;
}

Duration Control::message_delay() { return count_delay({}); }

Duration Control::answer_delay() { return answer_delays_ ? answer_delays_->next() : Duration::zero(); }

Duration Control::count_delay(std::optional<std::size_t> route) {
  const auto own = route ? route_delays_.find(*route) : route_delays_.end();
  if (!delays_ && own == route_delays_.end()) return Duration::zero();
  Duration delay = delays_ ? delays_->next() : Duration::zero();
  if (own != route_delays_.end()) delay += own->second.next();
  ++counters.delays_dealt[std::chrono::round<std::chrono::milliseconds>(delay).count()];
  return delay;
}

TimePoint Control::stalled_until(TimePoint now) const {
  return faults_.stall ? reference_agent::stalled_until(*faults_.stall, origin_, now) : now;
}

void Control::call_began() { leak_bytes(faults_.leak_per_call); }

void Control::connection_began() {
  ++counters.websocket_connections;
  leak_bytes(faults_.leak_per_connection);
}

void Control::leak(TimePoint now) {
  const auto steps = (now - leaked_at_) / leak_step;
  leaked_at_ += steps * leak_step;
  const double share = core::to_seconds(leak_step) * static_cast<double>(steps);
  leak_bytes(static_cast<std::uint64_t>(static_cast<double>(faults_.leak_per_second) * share));
  breathe(now);
}

void Control::breathe(TimePoint now) {
  const double phase = core::to_seconds((now - origin_) % breath) / core::to_seconds(breath);
  const auto wanted = static_cast<std::size_t>(static_cast<double>(faults_.breathing) * phase / breath_block);
  if (wanted < breathed_.size()) breathed_.clear();
  while (breathed_.size() < wanted) {
    void* block = ::mmap(nullptr, breath_block, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (block == MAP_FAILED) return;  // tried again at the next step
    breathed_.emplace_back(static_cast<char*>(block));
  }
}

void Control::Unmap::operator()(char* block) const { ::munmap(block, breath_block); }

std::unique_ptr<char[]> Control::touched(std::uint64_t bytes) {
  auto memory = std::make_unique_for_overwrite<char[]>(bytes);
  std::memset(memory.get(), 0x5c, bytes);  // memory that is not touched does not count as used
  return memory;
}

void Control::leak_bytes(std::uint64_t bytes) {
  if (bytes == 0) return;
  leaked_.push_back(touched(bytes));
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
  object["routes"] = to_object(counters.routes);
  object["ngx"] = to_object(counters.ngx);
  object["learning"] = to_object(counters.learning);
  object["tokens"] = to_object(counters.tokens);
  object["api_keys"] = to_object(counters.api_keys);
  object["logins"] = counters.logins;
  object["refreshes"] = counters.refreshes;
  object["uploads_total"] = counters.uploads_total;
  object["uploads"] = to_array(counters.uploads);
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
