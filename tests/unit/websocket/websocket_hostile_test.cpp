// Targets that break the rules of WebSockets: each ends in a failure class with words of its own, within its
// deadline, wherever its bytes are split, and the user beside it does not notice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/websocket/websocket_session.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_probe.hpp"
#include "tests/unit/websocket/frame_peer.hpp"

namespace soundcheck::websocket {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using core::Counter;
using support::accepting_answer;
using support::server_close;
using support::server_frame;
using testing::StartsWith;

enum class Then : unsigned char { waits, ends, resets };

struct Hostility {
  const char* name;
  std::function<std::string(std::string_view request)> answer;  ///< all that the target ever says
  Then then;
  const char* failure;  ///< of the connection, its beginning
  bool compressed = false;
};

std::function<std::string(std::string_view)> instead(std::string answer) {
  return [answer](std::string_view) { return answer; };
}
std::function<std::string(std::string_view)> after_upgrade(std::string bytes, std::string headers = {}) {
  return [=](std::string_view request) { return accepting_answer(request, headers) + bytes; };
}
const std::string deflate_header = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

std::string bomb() {
  std::string compressed;
  Deflater(Compression{}).deflate(std::string(3'000'000, 'x'), compressed);
  return server_frame(1 | 0x40, compressed);
}

const std::vector<Hostility>& hostilities() {
  static const std::vector<Hostility> all{
      {"bad_accept_key", instead(accepting_answer("Sec-WebSocket-Key: another\r\n")), Then::waits,
       "upgrade: upgrade of /ws: the answer's Sec-WebSocket-Accept is wrong"},
      {"no_upgrade_header", instead("HTTP/1.1 101 Switching Protocols\r\n\r\n"), Then::waits,
       "upgrade: upgrade of /ws: the answer has no header 'Upgrade: websocket'"},
      {"forbidden", instead("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"), Then::ends,
       "upgrade: upgrade of /ws: status 403 Forbidden, expected 101"},
      {"rate_limit", instead("HTTP/1.1 429 Slow down\r\n\r\n"), Then::waits,
       "rate_limited: upgrade of /ws: 429 Too Many Requests"},
      {"unavailable", instead("HTTP/1.1 503 Service Unavailable\r\n\r\n"), Then::resets,
       "upgrade: upgrade of /ws: status 503 Service Unavailable, expected 101"},
      {"not_http", instead("\x16\x03\x01 this is not HTTP\r\n\r\n"), Then::waits,
       "upgrade: upgrade of /ws: the answer is not HTTP ("},
      {"endless_headers", instead("HTTP/1.1 101 X\r\n" + std::string(70'000, 'x')), Then::waits,
       "too_large: upgrade of /ws: the answer's headers are longer than 64 KiB"},
      {"half_an_answer", instead("HTTP/1.1 101 Switching"), Then::waits,
       "deadline: upgrade of /ws: no answer in time"},
      {"unoffered_extension", after_upgrade("", deflate_header), Then::waits,
       "upgrade: upgrade of /ws: the target uses the extension 'permessage-deflate', which was not offered"},
      {"unoffered_subprotocol", after_upgrade("", "Sec-WebSocket-Protocol: mqtt\r\n"), Then::waits,
       "upgrade: upgrade of /ws: the target chose the subprotocol 'mqtt', which was not offered"},
      {"masked_frame", after_upgrade("\x81\x85\x01\x02\x03\x04iggha"s), Then::waits,
       "protocol: WebSocket: a server frame is masked"},
      {"reserved_bit", after_upgrade(server_frame(1 | 0x40, "x")), Then::waits,
       "protocol: WebSocket: a reserved bit is set without an extension"},
      {"unknown_opcode", after_upgrade(server_frame(5, "x")), Then::waits,
       "protocol: WebSocket: unknown opcode"},
      {"long_control_frame", after_upgrade(server_frame(9, std::string(126, 'x'))), Then::waits,
       "protocol: WebSocket: a control frame is too long"},
      {"fragmented_control_frame", after_upgrade(server_frame(9, "x", false)), Then::waits,
       "protocol: WebSocket: a control frame is fragmented"},
      {"bad_close_code", after_upgrade(server_close(1005)), Then::waits,
       "protocol: WebSocket: an invalid close code"},
      {"close_of_one_byte", after_upgrade(server_frame(8, "x")), Then::waits,
       "protocol: WebSocket: a close frame with one byte"},
      {"invalid_utf8", after_upgrade(server_frame(1, "caf\xe9")), Then::waits,
       "protocol: WebSocket: a text message that is not UTF-8"},
      {"giant_header", after_upgrade("\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00"s), Then::waits,
       "protocol: WebSocket: a length has its highest bit set"},
      {"giant_frame", after_upgrade("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"s), Then::waits,
       "too_large: WebSocket: a message is longer than max_message, 100000 bytes"},
      {"many_fragments", after_upgrade([] {
         std::string bytes = server_frame(1, std::string(999, 'x'), false);
         for (int i = 0; i < 101; ++i) bytes += server_frame(0, std::string(999, 'x'), false);
         return bytes;
       }()),
       Then::waits, "too_large: WebSocket: a message is longer than max_message, 100000 bytes"},
      {"continuation_of_nothing", after_upgrade(server_frame(0, "x")), Then::waits,
       "protocol: WebSocket: a continuation without a message"},
      {"message_in_a_message", after_upgrade(server_frame(1, "x", false) + server_frame(2, "y")), Then::waits,
       "protocol: WebSocket: a new message inside a fragmented one"},
      {"reset_inside_a_frame", after_upgrade(server_frame(1, "hello").substr(0, 4)), Then::resets,
       "read: WebSocket: Connection reset by peer"},
      {"end_inside_a_frame", after_upgrade(server_frame(1, "hello").substr(0, 4)), Then::ends,
       "read: WebSocket: the peer closed the connection"},
      {"early_farewell", after_upgrade(server_close(1013, "later")), Then::ends,
       "read: WebSocket: the target closed the connection early, with code 1013"},
      {"compressed_garbage", after_upgrade(server_frame(1 | 0x40, "\xff\xff\xff\xff"), deflate_header),
       Then::waits, "protocol: WebSocket: a compressed message that cannot be inflated", true},
      {"compressed_not_utf8",
       after_upgrade(server_frame(1 | 0x40, "\x00\x01\x00\xfe\xff\xe9\x00"s), deflate_header), Then::waits,
       "protocol: WebSocket: a text message that is not UTF-8", true},
      {"compressed_continuation",
       after_upgrade(server_frame(1, "x", false) + server_frame(0x40, "y"), deflate_header), Then::waits,
       "protocol: WebSocket: a continuation is marked as compressed", true},
      {"compressed_ping", after_upgrade(server_frame(9 | 0x40, "y"), deflate_header), Then::waits,
       "protocol: WebSocket: a control frame is marked as compressed", true},
      {"bomb", after_upgrade(bomb(), deflate_header), Then::waits,
       "too_large: WebSocket: a message is longer than max_message, 100000 bytes", true},
  };
  return all;
}

/// Says what the hostility says, the first `split` bytes alone, and does not listen.
class HostilePeer final : public support::Peer {
 public:
  HostilePeer(const Hostility& hostility, std::size_t split) : hostility_(hostility), split_(split) {}
  std::size_t on_bytes(support::VirtualChannel& channel, std::string_view bytes) override {
    if (said_) return bytes.size();
    request_ += bytes;
    if (request_.find("\r\n\r\n") == std::string::npos) return bytes.size();
    said_ = true;
    const std::string all = hostility_.answer(request_);
    const std::size_t first = std::min(split_, all.size());
    channel.send_at(channel.now(), all.substr(0, first));
    const core::TimePoint then = channel.now() + 1ms;
    if (first < all.size()) channel.send_at(then, all.substr(first));
    if (hostility_.then == Then::ends) channel.end_at(then + 1ms);
    if (hostility_.then == Then::resets) channel.reset_at(then + 1ms, ECONNRESET);
    return bytes.size();
  }

 private:
  const Hostility& hostility_;
  std::size_t split_;
  std::string request_;
  bool said_ = false;
};

/// The first connection meets the hostility, the second a target that behaves.
class HostileNetwork final : public support::VirtualNetwork {
 public:
  HostileNetwork(support::VirtualTimeline& timeline, const Hostility& hostility, std::size_t split)
      : VirtualNetwork(timeline), hostility_(hostility), split_(split) {}

 private:
  support::DialAnswer answer_dial(const net::Address&) override {
    if (dials() == 1) return {{}, 0, std::make_unique<HostilePeer>(hostility_, split_)};
    return {{}, 0, std::make_unique<FramePeer>()};
  }
  const Hostility& hostility_;
  std::size_t split_;
};

class HostileTarget : public testing::TestWithParam<Hostility> {
 protected:
  HostileTarget() {
    workload.upgrade = {"/ws", "h"};
    if (GetParam().compressed) workload.upgrade.compression = CompressionOffer{};
    workload.messages.longest = 100'000;
    workload.exchange_task = 1;
    workload.ping_task = 2;
    workload.connect_timeout = 500ms;
    workload.ping_interval = 300ms;
    workload.pong_timeout = 2s;
    workload.exchange_interval = 300ms;
    workload.hold = 1s;
    ExchangeStep send{ExchangeStep::Kind::send, support::text("hello"), {}, {}, ""};
    core::ContentMatch match;
    match.contains = support::text("hello");
    workload.exchange = {send, {ExchangeStep::Kind::expect, {}, std::move(match), 200ms, "expect hello"}};
  }

  void play(std::size_t split) {
    support::VirtualTimeline timeline;
    HostileNetwork network(timeline, GetParam(), split);
    support::RecordingProbe probe;
    support::RecordingProbe beside;
    const net::Endpoint endpoint = support::any_endpoint();
    const core::TimePoint begin = timeline.now();
    {
      WebSocketSession victim(workload, {endpoint, network, timeline, probe, 1, 0});
      WebSocketSession neighbour(workload, {endpoint, network, timeline, beside, 1, 1});
      core::TaskGroup group;
      group.spawn(victim.run_one(begin, core::TimePoint::max()));
      group.spawn(neighbour.run_one(begin, core::TimePoint::max()));
      ASSERT_TRUE(timeline.run_all());
      ASSERT_EQ(group.live(), 0U);
    }
    ASSERT_EQ(network.open_channels(), 0U);
    ASSERT_LE(timeline.now() - begin, 4s);
    ASSERT_EQ(probe.in_progress() + beside.in_progress(), 0);
    std::vector<std::string> of_connection;
    for (const auto& [task, failure] : probe.failures()) {
      if (task == workload.connection_task)
        of_connection.push_back(std::string(to_string(failure.stage)) + ": " + failure.text);
    }
    ASSERT_THAT(of_connection, testing::ElementsAre(StartsWith(GetParam().failure)));
    EXPECT_EQ(probe.counter(0, Counter::succeeded), 0);
    ASSERT_EQ(beside.failures().size(), 0U);
    EXPECT_EQ(beside.counter(0, Counter::succeeded), 1);
    EXPECT_EQ(beside.counter(1, Counter::succeeded), 4);
  }

  Workload workload;
};

TEST_P(HostileTarget, EndsInItsOwnFailureWhereverItsBytesAreSplit) {
  const std::size_t size = GetParam().answer("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n").size();
  // Long answers are long because they repeat themselves.
  for (std::size_t split = 0; split <= size; split += split < 400 ? 1 : 997) {
    SCOPED_TRACE(split);
    ASSERT_NO_FATAL_FAILURE(play(split));
  }
}

INSTANTIATE_TEST_SUITE_P(All, HostileTarget, testing::ValuesIn(hostilities()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace soundcheck::websocket
