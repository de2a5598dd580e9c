#include "tools/reference_agent/apis/demo_data.hpp"

#include <fmt/format.h>

#include <array>

namespace soundcheck::reference_agent::demo {
namespace {

constexpr std::array<std::string_view, 3> channels{"voice", "chat", "email"};
constexpr std::array<std::string_view, 8> first_names{"Ada",  "Ben",  "Chloe", "David",
                                                      "Elif", "Femi", "Grace", "Hugo"};
constexpr std::array<std::string_view, 8> last_names{"Adams", "Brown",   "Costa",  "Diaz",
                                                     "Evans", "Fischer", "Garcia", "Haddad"};
constexpr std::array<std::string_view, 6> subjects{"a wrong invoice", "a late delivery",
                                                   "a lost password", "a new contract",
                                                   "a refund",        "a change of address"};
constexpr std::array<std::string_view, 5> messages{"Hello, is anybody there?", "Thank you, that helped.",
                                                   "When will it arrive?", "I am still waiting.", "Goodbye!"};

/// From min to max. The same with every standard library, unlike std::uniform_int_distribution.
std::int64_t between(std::mt19937_64& random, std::int64_t min, std::int64_t max) {
  return min + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(max - min + 1));
}

template <class Array>
std::string_view one_of(std::mt19937_64& random, const Array& choices) {
  return choices[random() % choices.size()];
}

std::string name(std::mt19937_64& random) {
  const auto first = one_of(random, first_names);
  return fmt::format("{} {}", first, one_of(random, last_names));
}

}  // namespace

Interaction make_interaction(std::mt19937_64& random) {
  Interaction result;
  result.channel = one_of(random, channels);
  const auto dice = between(random, 1, 10);
  result.status = dice <= 3 ? "open" : dice <= 5 ? "pending" : "resolved";
  result.customer = name(random);
  result.subject = one_of(random, subjects);
  if (result.status == "resolved") result.quality = between(random, 40, 100);
  result.handle_seconds = between(random, 20, 900);
  return result;
}

Chat make_chat(std::mt19937_64& random) {
  Chat result;
  const auto dice = between(random, 1, 10);
  result.status = dice <= 2 ? "waiting" : dice <= 5 ? "active" : "closed";
  result.customer = name(random);
  result.last_message = one_of(random, messages);
  result.messages = between(random, 1, 30);
  result.waiting_seconds = result.status == "waiting" ? between(random, 1, 300) : 0;
  return result;
}

std::string draft(std::string_view customer, std::string_view subject, std::string_view tone) {
  if (tone == "friendly")
    return fmt::format("Hi {}! Thanks for telling us about {}. We are on it and will write again today.",
                       customer, subject);
  if (tone == "formal")
    return fmt::format(
        "Dear {}, we have received your message about {} and will answer within one working day.", customer,
        subject);
  if (tone == "brief") return fmt::format("{}: {} is being looked into.", customer, subject);
  return fmt::format("Hello {}, we are looking into {} and will come back to you.", customer, subject);
}

}  // namespace soundcheck::reference_agent::demo
