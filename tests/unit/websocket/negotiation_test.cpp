#include "protocols/websocket/negotiation.hpp"

#include <gtest/gtest.h>

namespace soundcheck::websocket {
namespace {

/// What the answer makes of the offer, as text.
std::string outcome(const std::optional<CompressionOffer>& offer, std::string_view answer) {
  const auto result = agree(offer, answer);
  if (const auto* wrong = std::get_if<std::string>(&result)) return *wrong;
  const auto& agreed = std::get<0>(result);
  if (!agreed) return "none";
  return std::string(agreed->keep_own_context ? "own, " : "") + (agreed->keep_peer_context ? "peer, " : "") +
         std::to_string(agreed->own_window_bits);
}

TEST(Compression, TheOfferAsText) {
  EXPECT_EQ(offer_text({}),
            "permessage-deflate; client_no_context_takeover; server_no_context_takeover; "
            "client_max_window_bits");
  EXPECT_EQ(offer_text({true, 15}), "permessage-deflate; client_max_window_bits");
  EXPECT_EQ(offer_text({true, 10}),
            "permessage-deflate; client_max_window_bits=10; server_max_window_bits=10");
}

struct Answer {
  std::optional<CompressionOffer> offer;
  std::string_view answer;
  std::string_view outcome;
};

TEST(Compression, WhatTheAnswerMeans) {
  const CompressionOffer forgets{};
  const CompressionOffer keeps{true, 15};
  const CompressionOffer small{true, 10};
  const Answer table[] = {
      {std::nullopt, "", "none"},
      {forgets, "", "none"},
      {forgets, "permessage-deflate; server_no_context_takeover; client_no_context_takeover", "15"},
      // The target may keep its context although it was asked not to; then we must keep the window, too.
      {forgets, "permessage-deflate", "peer, 15"},
      {forgets, "Permessage-Deflate; client_max_window_bits=9", "peer, 9"},
      {keeps, "permessage-deflate", "own, peer, 15"},
      {keeps, "permessage-deflate; client_no_context_takeover", "peer, 15"},
      {keeps, "permessage-deflate; server_no_context_takeover", "own, 15"},
      {keeps, "permessage-deflate; client_max_window_bits=8", "own, peer, 8"},
      {keeps, "permessage-deflate; client_max_window_bits=\"12\"", "own, peer, 12"},
      {keeps, "permessage-deflate; server_max_window_bits=8", "own, peer, 15"},
      {small, "permessage-deflate; server_max_window_bits=10; client_max_window_bits=12", "own, peer, 10"},
      {std::nullopt, "permessage-deflate",
       "the target uses the extension 'permessage-deflate', which was not offered"},
      {keeps, "x-webkit-deflate-frame",
       "the target uses the extension 'x-webkit-deflate-frame', which was not offered"},
      {keeps, "permessage-deflate, permessage-deflate",
       "the target uses the extension 'permessage-deflate', which was not offered"},
      {keeps, "permessage-deflate; client_max_window_bits",
       "the parameter 'client_max_window_bits' of the target's permessage-deflate is wrong"},
      {keeps, "permessage-deflate; client_max_window_bits=7",
       "the parameter 'client_max_window_bits' of the target's permessage-deflate is wrong"},
      {keeps, "permessage-deflate; server_max_window_bits=16",
       "the parameter 'server_max_window_bits' of the target's permessage-deflate is wrong"},
      {small, "permessage-deflate; server_max_window_bits=11",
       "the parameter 'server_max_window_bits' of the target's permessage-deflate is wrong"},
      {keeps, "permessage-deflate; server_no_context_takeover=1",
       "the parameter 'server_no_context_takeover' of the target's permessage-deflate is wrong"},
      {keeps, "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
       "the parameter 'server_no_context_takeover' of the target's permessage-deflate is wrong"},
      {keeps, "permessage-deflate; level=9",
       "the parameter 'level' of the target's permessage-deflate is wrong"},
      {keeps, "=;=", "the answer's Sec-WebSocket-Extensions cannot be read: '=;='"},
  };
  for (const Answer& row : table) EXPECT_EQ(outcome(row.offer, row.answer), row.outcome) << row.answer;
}

TEST(Subprotocol, MustBeOneThatWasOffered) {
  const std::vector<std::string> offered{"chat.v2", "chat.v1"};
  EXPECT_FALSE(wrong_subprotocol(offered, "chat.v1"));
  EXPECT_FALSE(wrong_subprotocol({}, ""));
  EXPECT_EQ(wrong_subprotocol(offered, ""), "the target speaks none of the subprotocols chat.v2, chat.v1");
  EXPECT_EQ(wrong_subprotocol(offered, "Chat.v1"),
            "the target chose the subprotocol 'Chat.v1', which was not offered");
  EXPECT_EQ(wrong_subprotocol({}, "mqtt"), "the target chose the subprotocol 'mqtt', which was not offered");
}

TEST(Shown, IsShortAndPrintable) {
  EXPECT_EQ(shown("plain"), "plain");
  EXPECT_EQ(shown("a\x1b[31m\n\xc3\xa9"), "a?[31m" + std::string(3, '?'));
  EXPECT_EQ(shown(std::string(100, 'x')), std::string(60, 'x') + "...");
}

}  // namespace
}  // namespace soundcheck::websocket
