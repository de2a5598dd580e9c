#include "tools/reference_agent/call_store.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>

namespace soundcheck::reference_agent {
namespace {

std::optional<std::uint64_t> number_of(std::string_view id) {
  if (!id.starts_with("c-")) return std::nullopt;
  id.remove_prefix(2);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc{} || end != id.data() + id.size()) return std::nullopt;
  return number;
}

template <class Numbers>
void newest_first(const Numbers& numbers, const std::map<std::uint64_t, Call>& calls, std::size_t limit,
                  CallStore::Page& page) {
  page.total = numbers.size();
  for (auto it = numbers.rbegin(); it != numbers.rend() && page.calls.size() < limit; ++it) {
    page.calls.push_back(&calls.at(*it));
  }
}

}  // namespace

std::string Call::id() const { return fmt::format("c-{:06}", number); }

std::string Call::to_json() const {
  const auto wall = std::chrono::time_point_cast<std::chrono::milliseconds>(started.wall);
  const auto milliseconds = wall.time_since_epoch().count() % 1000;
  const auto text = [](const std::string& value) {
    return boost::json::serialize(boost::json::value(value));
  };
  return fmt::format(
      R"({{"id":"{}","status":"{}","from":{},"to":{},"agent":{},"started_at":"{:%Y-%m-%dT%H:%M:%S}.{:03}Z"{}}})",
      id(), ended() ? "ended" : "in_progress", text(from), text(to), text(agent),
      fmt::gmtime(std::chrono::system_clock::to_time_t(started.wall)), milliseconds,
      duration ? fmt::format(R"(,"duration_seconds":{:.3f})", core::to_seconds(*duration)) : "");
}

const Call* CallStore::create(std::string from, std::string to, std::string agent, const Moment& now) {
  if (calls_.size() >= capacity_) {
    if (ended_.empty()) return nullptr;
    calls_.erase(*ended_.begin());
    ended_.erase(ended_.begin());
  }
  const std::uint64_t number = next_number_++;
  Call& call = calls_[number];
  call.number = number;
  call.from = std::move(from);
  call.to = std::move(to);
  call.agent = std::move(agent);
  call.started = now;
  in_progress_.insert(number);
  if (on_created) on_created(call);
  return &call;
}

const Call* CallStore::find(std::string_view id) const {
  const auto number = number_of(id);
  const auto it = number ? calls_.find(*number) : calls_.end();
  return it == calls_.end() || it->second.id() != id ? nullptr : &it->second;
}

void CallStore::end(const Call& call, const Moment& now) {
  Call& own = calls_.at(call.number);
  own.duration = now.steady - own.started.steady;
  in_progress_.erase(own.number);
  ended_.insert(own.number);
  ++ended_count_;
  ended_duration_ += *own.duration;
  if (on_ended) on_ended(own);
}

void CallStore::add_turn(std::string_view id, TranscriptTurn turn) {
  const Call* call = find(id);
  if (call == nullptr) return;
  auto& transcript = calls_.at(call->number).transcript;
  transcript.push_back(std::move(turn));
  if (transcript.size() > max_transcript_turns) transcript.pop_front();
}

CallStore::Page CallStore::list(Filter filter, std::size_t limit) const {
  Page page;
  switch (filter) {
    case Filter::in_progress:
      newest_first(in_progress_, calls_, limit, page);
      break;
    case Filter::ended:
      newest_first(ended_, calls_, limit, page);
      break;
    case Filter::all:
      page.total = calls_.size();
      for (auto it = calls_.rbegin(); it != calls_.rend() && page.calls.size() < limit; ++it) {
        page.calls.push_back(&it->second);
      }
      break;
  }
  return page;
}

core::Duration CallStore::mean_duration() const {
  return ended_count_ == 0 ? core::Duration{} : ended_duration_ / static_cast<std::int64_t>(ended_count_);
}

}  // namespace soundcheck::reference_agent
