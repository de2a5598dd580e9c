#include "tools/reference_agent/apis/sales.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

namespace soundcheck::reference_agent::sales {
namespace {

struct Intent {
  std::string_view name;
  std::array<std::string_view, 6> words;  // beginnings of words; empty ones are unused
  std::string_view answer;
};
constexpr std::array<Intent, 6> intents{{
    {"pricing",
     {"price", "pricing", "cost", "expensive", "budget", "discount"},
     "our plans start at 49 dollars a month for each line."},
    {"demo", {"demo", "trial", "show", "try", "see", "test"}, "I can book a demonstration for tomorrow."},
    {"integration",
     {"integrat", "crm", "api", "connect", "salesforce", "webhook"},
     "we connect to the usual CRM systems and have an open API."},
    {"support",
     {"support", "help", "problem", "training", "onboard", "sla"},
     "our team helps you around the clock and trains your people."},
    {"objection",
     {"not interested", "competitor", "already", "too ", "think about", "later"},
     "I understand. Many of our customers thought so before they saw their savings."},
    {"purchase",
     {"buy", "sign", "order", "contract", "start", "purchase"},
     "wonderful, I will send you the contract today."},
}};

struct State {
  std::string_view name;
  std::int64_t from_turn;
  std::string_view question;
};
constexpr std::array<State, 4> states{{
    {"greeting", 0, "What brings you to us?"},
    {"discovery", 1, "How many calls does your team take on a day?"},
    {"presentation", 3, "Shall I show you what that would save?"},
    {"closing", 6, "Shall we go ahead?"},
}};

struct Product {
  std::string_view name;
  std::array<std::string_view, 2> wanted_by;  // intents
};
constexpr std::array<Product, 5> products{{
    {"Voice Starter", {"pricing", "objection"}},
    {"Guided Pilot", {"demo", "objection"}},
    {"CRM Connector", {"integration", ""}},
    {"Premium Care", {"support", ""}},
    {"Voice Enterprise", {"purchase", "integration"}},
}};

/// True if a word of the text begins so.
bool has_word(std::string_view text, std::string_view beginning) {
  for (auto at = text.find(beginning); at != std::string_view::npos; at = text.find(beginning, at + 1)) {
    if (at == 0 || std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0) return true;
  }
  return false;
}

}  // namespace

std::string_view state_after(std::int64_t turns) {
  if (turns >= last_turn) return "ended";
  const auto after =
      std::find_if(states.begin(), states.end(), [&](const State& s) { return s.from_turn > turns; });
  return std::prev(after)->name;
}

std::string_view intent_of(std::string_view message) {
  std::string text(message);
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const auto& intent : intents) {
    for (const auto word : intent.words) {
      if (has_word(text, word)) return intent.name;
    }
  }
  return "other";
}

std::string reply_to(std::string_view intent, std::string_view state, std::string_view customer) {
  if (state == "ended") return fmt::format("Thank you for your time, {}. Goodbye.", customer);
  const auto about =
      std::find_if(intents.begin(), intents.end(), [&](const Intent& i) { return i.name == intent; });
  const auto where =
      std::find_if(states.begin(), states.end(), [&](const State& s) { return s.name == state; });
  return fmt::format("{}, {} {}", customer, about == intents.end() ? "thank you." : about->answer,
                     where == states.end() ? "" : where->question);
}

std::vector<Recommendation> recommend(const std::map<std::string, std::int64_t>& counts) {
  std::int64_t all = 0;
  for (const auto& [intent, count] : counts) all += count;
  std::vector<Recommendation> result;
  for (const auto& product : products) {
    std::int64_t matching = 0;
    std::string reason;
    for (const auto wanted : product.wanted_by) {
      const auto found = counts.find(std::string(wanted));
      if (found == counts.end()) continue;
      matching += found->second;
      reason += fmt::format("{}{} came up {} time{}", reason.empty() ? "" : ", ", wanted, found->second,
                            found->second == 1 ? "" : "s");
    }
    // One message that fits says less than five: the weight of what was said grows with how much was said.
    const double score = static_cast<double>(matching + 1) / static_cast<double>(all + 4);
    result.push_back({product.name, std::round(std::min(score, 1.0) * 1000) / 1000,
                      reason.empty() ? "often chosen by new customers" : reason});
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Recommendation& a, const Recommendation& b) { return a.score > b.score; });
  return result;
}

Roi return_on_investment(std::int64_t agents, double calls_per_day, double minutes_per_call) {
  constexpr double working_days = 22;          // a month
  constexpr double automated_share = 0.6;      // of the minutes
  constexpr double cost_of_a_person = 0.50;    // a minute
  constexpr double cost_of_the_line = 0.12;    // a minute
  constexpr double set_up = 2000;              // once
  constexpr double set_up_for_an_agent = 500;  // once
  const double minutes = calls_per_day * minutes_per_call * working_days * automated_share;
  const double savings = minutes * (cost_of_a_person - cost_of_the_line);
  const double investment = set_up + set_up_for_an_agent * static_cast<double>(agents);
  const auto cents = [](double value) { return std::round(value * 100) / 100; };
  return {cents(savings), cents(investment / savings), cents((12 * savings - investment) / investment * 100)};
}

}  // namespace soundcheck::reference_agent::sales
