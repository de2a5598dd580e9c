// What the NGX sales agent says and computes: where a conversation stands, what a message is about, the
// answer, which products fit, and what they would bring. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace soundcheck::reference_agent::sales {

/// A conversation ends by itself with this turn.
inline constexpr std::int64_t last_turn = 40;

/// "greeting", "discovery" (turns 1 and 2), "presentation" (3 to 5), "closing" (from 6) or "ended".
std::string_view state_after(std::int64_t turns);

/// What the customer's message is about, by its words; "other" if nothing is recognised.
std::string_view intent_of(std::string_view message);

std::string reply_to(std::string_view intent, std::string_view state, std::string_view customer);

struct Recommendation {
  std::string_view product;
  double score = 0;  ///< 0 to 1
  std::string reason;
};
/// Best first. `intents`: how often the customer has spoken of what.
std::vector<Recommendation> recommend(const std::map<std::string, std::int64_t>& intents);

/// Answering calls by machine, against people doing it. Money in US dollars.
struct Roi {
  double monthly_savings = 0;
  double payback_months = 0;
  double roi_percent = 0;  ///< of the first year
};
Roi return_on_investment(std::int64_t agents, double calls_per_day, double minutes_per_call);

}  // namespace soundcheck::reference_agent::sales
