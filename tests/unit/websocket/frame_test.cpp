#include "protocols/websocket/frame.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "protocols/core/random.hpp"
#include "tests/support/websocket_wire.hpp"

namespace soundcheck::websocket {
namespace {

using support::server_close;
using support::server_frame;

struct Message {
  Opcode opcode;
  std::string payload;
  std::uint16_t close_code = 0;
  bool operator==(const Message&) const = default;
};

/// Feeds the pieces one after the other and collects what comes out.
std::vector<Message> read(FrameReader& reader, std::span<const std::string_view> pieces) {
  std::vector<Message> messages;
  for (const std::string_view piece : pieces) {
    std::span<const char> bytes(piece);
    while (auto incoming = reader.next(bytes))
      messages.push_back({incoming->opcode, std::string(incoming->payload), incoming->close_code});
    EXPECT_TRUE(bytes.empty() || reader.broken());
  }
  return messages;
}
std::vector<Message> read(FrameReader& reader, std::string_view bytes) {
  return read(reader, std::span(&bytes, 1));
}

/// Empty unless the peer broke the protocol.
std::string said(const FrameReader& reader) { return reader.breach() ? reader.breach()->text : ""; }

std::string problem_of(std::string_view bytes, std::size_t longest = 1'000'000) {
  FrameReader reader(longest);
  read(reader, bytes);
  return said(reader);
}

TEST(AppendFrame, TheRfcsExampleOfAMaskedHello) {
  // Section 5.7: mask 0x37fa213d, in the order of the wire.
  std::uint32_t mask = 0;
  const unsigned char order[] = {0x37, 0xfa, 0x21, 0x3d};
  std::memcpy(&mask, order, sizeof mask);
  std::string out;
  append_frame(out, Opcode::text, "Hello", mask);
  EXPECT_EQ(out, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
}

class Lengths : public testing::TestWithParam<std::size_t> {};

TEST_P(Lengths, WhatIsWrittenCanBeRead) {
  core::Random random(GetParam());
  std::string payload;
  for (std::size_t i = 0; i < GetParam(); ++i) payload += static_cast<char>(random.next());
  std::string out = "before";
  append_frame(out, Opcode::binary, payload, static_cast<std::uint32_t>(random.next()));
  const auto frame = support::decode_client_frame(std::string_view(out).substr(6));
  ASSERT_TRUE(frame);
  EXPECT_TRUE(frame->masked);
  EXPECT_TRUE(frame->final);
  EXPECT_EQ(frame->opcode, 2u);
  EXPECT_EQ(frame->size, out.size() - 6);
  EXPECT_TRUE(frame->payload == payload);

  FrameReader reader(1'000'000);
  const std::vector<Message> messages = read(reader, server_frame(2, payload));
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_TRUE(messages[0].payload == payload);
}

INSTANTIATE_TEST_SUITE_P(Around, Lengths,
                         testing::Values(0, 1, 7, 8, 9, 125, 126, 127, 1'000, 65'535, 65'536, 65'537));

/// Fragments, with control frames in between, and every kind of length.
std::string conversation(std::vector<Message>& wanted) {
  std::string bytes = server_frame(1, "first");
  bytes += server_frame(1, "frag", false) + server_frame(9, "ping") + server_frame(0, "", false);
  bytes += server_frame(10, "") + server_frame(0, "mented \xc3\xa9");
  bytes += server_frame(2, std::string(200, 'b'));
  bytes += server_frame(1, "") + server_frame(2, "\xc3", false) + server_frame(0, "\xff");
  bytes += server_close(1000, "bye");
  wanted = {{Opcode::text, "first"},
            {Opcode::ping, "ping"},
            {Opcode::pong, ""},
            {Opcode::text, "fragmented \xc3\xa9"},
            {Opcode::binary, std::string(200, 'b')},
            {Opcode::text, ""},
            {Opcode::binary, "\xc3\xff"},
            {Opcode::close, "bye", 1000}};
  return bytes;
}

TEST(FrameReader, SplitAtEveryByte) {
  std::vector<Message> wanted;
  const std::string bytes = conversation(wanted);
  for (std::size_t at = 0; at <= bytes.size(); ++at) {
    FrameReader reader(1'000);
    const std::string_view text = bytes;
    const std::string_view pieces[] = {text.substr(0, at), text.substr(at)};
    ASSERT_EQ(read(reader, pieces), wanted) << at << said(reader);
  }
}

TEST(FrameReader, ByteByByte) {
  std::vector<Message> wanted;
  const std::string bytes = conversation(wanted);
  std::vector<std::string_view> pieces;
  for (const char& byte : bytes) pieces.emplace_back(&byte, 1);
  FrameReader reader(1'000);
  EXPECT_EQ(read(reader, pieces), wanted);
}

/// Random messages, fragmented and split at random.
TEST(FrameReader, RandomConversations) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    core::Random random(seed);
    std::string bytes;
    std::vector<Message> wanted;
    for (std::uint64_t m = 1 + random.below(8); m > 0; --m) {
      std::string payload(random.below(3) == 0 ? random.below(70'000) : random.below(300), 'a');
      for (char& c : payload) c = static_cast<char>('a' + random.below(26));
      const unsigned opcode = 1 + static_cast<unsigned>(random.below(2));
      std::size_t from = 0;
      for (unsigned code = opcode;; code = 0) {
        const std::size_t n = std::min(payload.size() - from, 1 + random.below(payload.size() + 1));
        const bool final = from + n == payload.size();
        bytes += server_frame(code, std::string_view(payload).substr(from, n), final);
        from += n;
        if (final) break;
        if (random.below(3) == 0) {
          bytes += server_frame(9, "p");
          wanted.push_back({Opcode::ping, "p"});
        }
      }
      wanted.push_back({static_cast<Opcode>(opcode), payload});
    }
    std::vector<std::string_view> pieces;
    for (std::string_view rest = bytes; !rest.empty();) {
      const std::size_t n = 1 + random.below(std::min<std::size_t>(rest.size(), 1 + random.below(40'000)));
      pieces.push_back(rest.substr(0, n));
      rest.remove_prefix(n);
    }
    FrameReader reader(100'000);
    ASSERT_TRUE(read(reader, pieces) == wanted) << "seed " << seed << said(reader);
  }
}

TEST(FrameReader, EveryBreachHasItsText) {
  using namespace std::string_literals;
  EXPECT_EQ(problem_of(server_frame(1 | 0x40, "x")), "a reserved bit is set without an extension");
  EXPECT_EQ(problem_of(server_frame(3, "x")), "unknown opcode");
  EXPECT_EQ(problem_of(server_frame(11, "x")), "unknown opcode");
  EXPECT_EQ(problem_of("\x81\x81mask!"s), "a server frame is masked");
  EXPECT_EQ(problem_of(server_frame(9, "x", false)), "a control frame is fragmented");
  EXPECT_EQ(problem_of(server_frame(9, std::string(126, 'x'))), "a control frame is too long");
  EXPECT_EQ(problem_of(server_frame(0, "x")), "a continuation without a message");
  EXPECT_EQ(problem_of(server_frame(1, "x", false) + server_frame(1, "x")),
            "a new message inside a fragmented one");
  EXPECT_EQ(problem_of("\x82\x7e\x00\x7d"s), "a length is longer than it has to be");
  EXPECT_EQ(problem_of("\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff"s), "a length is longer than it has to be");
  EXPECT_EQ(problem_of("\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00"s), "a length has its highest bit set");
  EXPECT_EQ(problem_of(server_frame(2, std::string(101, 'x')), 100),
            "a message is longer than max_message, 100 bytes");
  EXPECT_EQ(
      problem_of(server_frame(2, std::string(60, 'x'), false) + server_frame(0, std::string(41, 'x')), 100),
      "a message is longer than max_message, 100 bytes");
  EXPECT_EQ(problem_of("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"s),
            "a message is longer than max_message, 1000000 bytes");
  EXPECT_EQ(problem_of(server_frame(1, "\xff")), "a text message that is not UTF-8");
  EXPECT_EQ(problem_of(server_frame(1, "\xc3", false) + server_frame(0, "x")),
            "a text message that is not UTF-8");
  EXPECT_EQ(problem_of(server_frame(8, "x")), "a close frame with one byte");
  EXPECT_EQ(problem_of(server_close(1000, "\xff")), "a close reason that is not UTF-8");
  for (const std::uint16_t code : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000})
    EXPECT_EQ(problem_of(server_close(code)), "an invalid close code") << code;
}

TEST(FrameReader, CloseCodes) {
  for (const std::uint16_t code : {1000, 1003, 1007, 1014, 3000, 4999}) {
    FrameReader reader(100);
    EXPECT_EQ(read(reader, server_close(code, "why")), (std::vector<Message>{{Opcode::close, "why", code}}));
  }
  FrameReader reader(100);
  EXPECT_EQ(read(reader, server_frame(8, "")), (std::vector<Message>{{Opcode::close, "", 1005}}));
}

TEST(FrameReader, ExactlyTheLongestMessagePasses) {
  EXPECT_EQ(problem_of(server_frame(2, std::string(100, 'x')), 100), "");
  EXPECT_EQ(
      problem_of(server_frame(2, std::string(60, 'x'), false) + server_frame(0, std::string(40, 'x')), 100),
      "");
}

TEST(FrameReader, NothingComesAfterABreach) {
  FrameReader reader(100);
  EXPECT_TRUE(read(reader, server_frame(3, "") + server_frame(1, "late")).empty());
  EXPECT_TRUE(read(reader, server_frame(1, "later")).empty());
}

TEST(ClosePayload, CutsALongReason) {
  EXPECT_EQ(close_payload(1000, "ok"), std::string("\x03\xe8ok"));
  EXPECT_EQ(close_payload(1000, std::string(500, 'x')).size(), 125u);
}

struct Utf8 {
  std::string text;
  bool valid;
};

TEST(ValidUtf8, Table) {
  const std::vector<Utf8> table{
      {"", true},
      {"plain", true},
      {std::string(1, '\0'), true},
      {"\x7f", true},
      {"\xc2\x80", true},               // the first of two bytes
      {"\xdf\xbf", true},               // the last of two bytes
      {"\xe0\xa0\x80", true},           // the first of three
      {"\xed\x9f\xbf", true},           // the last before the surrogates
      {"\xee\x80\x80", true},           // the first after them
      {"\xef\xbf\xbf", true},           // the last of three
      {"\xf0\x90\x80\x80", true},       // the first of four
      {"\xf4\x8f\xbf\xbf", true},       // the last code point
      {"\x80", false},                  // a lone continuation
      {"\xc0\x80", false},              // overlong
      {"\xc1\xbf", false},              // overlong
      {"\xe0\x9f\xbf", false},          // overlong
      {"\xf0\x8f\xbf\xbf", false},      // overlong
      {"\xed\xa0\x80", false},          // a surrogate
      {"\xed\xbf\xbf", false},          // a surrogate
      {"\xf4\x90\x80\x80", false},      // past the last code point
      {"\xf8\x88\x80\x80\x80", false},  // five bytes
      {"\xff", false},
      {"\xc3", false},  // cut short
      {"\xe2\x82", false},
      {"\xf0\x9f\x98", false},
      {"a\xc3(", false},  // no continuation
      {"\xe2\x28\xa1", false},
  };
  for (const Utf8& row : table)
    EXPECT_EQ(valid_utf8(row.text), row.valid) << testing::PrintToString(row.text);
}

}  // namespace
}  // namespace soundcheck::websocket
