// Made-up interactions and chats of a contact centre, as POST /agentiq/api/demo/seed asks for them. Pure: all
// randomness comes from the generator that is handed in.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace soundcheck::reference_agent::demo {

struct Interaction {
  std::string_view channel;  ///< "voice", "chat" or "email"
  std::string_view status;   ///< "open", "pending" or "resolved"
  std::string customer;
  std::string_view subject;
  std::optional<std::int64_t> quality;  ///< 40 to 100, of those that are resolved
  std::int64_t handle_seconds = 0;
};
Interaction make_interaction(std::mt19937_64& random);

struct Chat {
  std::string_view status;  ///< "waiting", "active" or "closed"
  std::string customer;
  std::string_view last_message;
  std::int64_t messages = 0;
  std::int64_t waiting_seconds = 0;
};
Chat make_chat(std::mt19937_64& random);

/// An answer to a customer, in a tone: "friendly", "formal", "brief"; any other is neutral.
std::string draft(std::string_view customer, std::string_view subject, std::string_view tone);

}  // namespace soundcheck::reference_agent::demo
