// Bodies that are sent and received piece by piece, over both versions of HTTP, in virtual time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <functional>

#include "protocols/http/connection.hpp"
#include "protocols/http/multipart.hpp"
#include "tests/support/recording_probe.hpp"
#include "tests/unit/http/http2_peer.hpp"

namespace soundcheck::http {
namespace {

using namespace std::chrono_literals;
using core::Counter;
using core::Failure;
using core::Stage;
using support::VirtualChannel;
using testing::HasSubstr;

/// Some 300 kB that are different everywhere.
GeneratedRows many_rows() {
  return {"row,noise\n", 15'000, [](std::string& out, std::uint64_t row) {
            core::Random random(1, row);
            out += std::to_string(row) + "," + std::to_string(random.below(1'000'000'000)) + "\n";
          }};
}

std::string text_of(BodySource& body) {
  std::string out;
  body.rewind();
  for (std::string_view piece = body.ahead(); !piece.empty(); piece = body.ahead()) {
    out += piece;
    body.skip(piece.size());
  }
  return out;
}

/// Takes `most` bytes a millisecond and hands all that it has taken to `then`.
class SlowPeer final : public support::Peer {
 public:
  using Then = std::function<void(VirtualChannel&, const std::string&)>;
  SlowPeer(std::size_t most, Then then) : most_(most), then_(std::move(then)) {}
  std::size_t on_bytes(VirtualChannel& channel, std::string_view bytes) override {
    const std::size_t n = std::min(bytes.size(), most_);
    taken_ += bytes.substr(0, n);
    if (n < bytes.size() && reading) channel.read_again();
    then_(channel, taken_);
    return n;
  }
  bool reading = true;

 private:
  std::size_t most_;
  Then then_;
  std::string taken_;
};

class Streaming : public testing::Test {
 protected:
  Streaming() {
    body.add_rows({"file", "rows.csv", "text/csv"}, many_rows());
    body.finish();
    content = text_of(body);
    spec.content_type = "multipart/form-data; boundary=B";
  }
  ~Streaming() override {
    network.kill_all();
    timeline.run_all();
  }
  void TearDown() override {
    EXPECT_EQ(group.live(), 0U);
    EXPECT_EQ(group.error(), nullptr);
  }

  void peer(std::function<std::unique_ptr<support::Peer>()> make) { network.make_peer = std::move(make); }
  void slow_peer(std::size_t most, SlowPeer::Then then) {
    peer([=] { return std::make_unique<SlowPeer>(most, then); });
  }
  /// Answers with 200 once the whole request is there, and keeps its body.
  void take_upload(std::size_t most, std::string_view end) {
    slow_peer(most, [this, end = std::string(end)](VirtualChannel& channel, const std::string& taken) {
      if (!taken.ends_with(end)) return;
      received = taken;
      channel.send_at(channel.now(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
  }

  void connect(bool http2 = false) {
    auto channel = network.dial({}, nullptr);
    connection = http2 ? make_http2(network, timeline, std::move(channel), "http")
                       : make_http1(network, timeline, std::move(channel));
  }
  /// One exchange, run to its end.
  std::optional<Failure> exchange(BodySource* streamed, BodySink* sink = nullptr) {
    request.emplace(spec);
    outcome.request = &*request;
    outcome.variables = &variables;
    outcome.label = request->label();
    outcome.body = streamed;
    outcome.keep.sink = sink;
    outcome.max_body = 1'000'000;
    outcome.due = timeline.now() + 10s;
    outcome.probe = &probe;
    std::optional<Failure> failure;
    group.spawn(run(failure));
    EXPECT_TRUE(timeline.run_all());
    return failure;
  }
  core::Task<void> run(std::optional<Failure>& failure) { failure = co_await connection->exchange(outcome); }

  support::VirtualTimeline timeline;
  PeerNetwork network{timeline};
  support::RecordingProbe probe;
  core::TaskGroup group;
  core::Variables variables;
  MultipartBody body{"B"};
  std::string content;
  RequestSpec spec{"POST", "/import", "h", {}, "", ""};
  std::optional<Request> request;
  Exchange outcome;
  std::unique_ptr<Connection> connection;
  std::string received;
};

std::string body_of(const std::string& received) { return received.substr(received.find("\r\n\r\n") + 4); }

TEST_F(Streaming, SendsWhatTheTargetTakesWhenItTakesIt) {
  take_upload(10'000, "--B--\r\n");
  connect();
  EXPECT_EQ(exchange(&body), std::nullopt);
  EXPECT_THAT(received, HasSubstr("\r\nContent-Type: multipart/form-data; boundary=B\r\n"));
  EXPECT_THAT(received, HasSubstr("\r\nContent-Length: " + std::to_string(content.size()) + "\r\n"));
  EXPECT_TRUE(body_of(received) == content);
  EXPECT_EQ(probe.counter(0, Counter::bytes_sent), static_cast<std::int64_t>(received.size()));
  EXPECT_TRUE(connection->reusable());
  EXPECT_EQ(connection->response().status, 200);
  EXPECT_GE(outcome.last_byte, outcome.sent);
}

TEST_F(Streaming, SendsTheSameBodyAgainOnTheSameConnection) {
  take_upload(1'000'000, "--B--\r\n");
  connect();
  EXPECT_EQ(exchange(&body), std::nullopt);
  const std::string first = std::exchange(received, {});
  EXPECT_EQ(exchange(&body), std::nullopt);
  EXPECT_TRUE(received == first + first);
}

TEST_F(Streaming, SendsChunksWhereAsked) {
  spec.chunked = true;
  take_upload(9'999, "\r\n0\r\n\r\n");
  connect();
  EXPECT_EQ(exchange(&body), std::nullopt);
  EXPECT_THAT(received, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_EQ(received.find("Content-Length"), std::string::npos);
  ChunkedBody chunked(body);
  EXPECT_TRUE(body_of(received) == text_of(chunked));
}

/// One that reads little of the body and answers all the same, 100 ms after its first bytes.
class EarlyAnswer : public Streaming {
 protected:
  EarlyAnswer() {
    slow_peer(50'000, [this](VirtualChannel& channel, const std::string&) {
      if (!answered)
        channel.send_at(channel.now() + 100ms, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
      answered = true;
    });
    peer([make = network.make_peer] {
      auto made = make();
      static_cast<SlowPeer&>(*made).reading = false;
      return made;
    });
    connect();
  }
  bool answered = false;
};

TEST_F(EarlyAnswer, IsTakenBeforeTheEndOfTheBody) {
  const core::TimePoint start = timeline.now();
  EXPECT_EQ(exchange(&body), std::nullopt);
  EXPECT_EQ(connection->response().status, 413);
  EXPECT_EQ(outcome.last_byte - start, 100ms);
  EXPECT_FALSE(connection->reusable()) << "the target still waits for the rest";
}

TEST_F(EarlyAnswer, CountsFromWhenItCameNotFromWhenItWasRead) {
  network.noticed_late = 3ms;
  const core::TimePoint start = timeline.now();
  EXPECT_EQ(exchange(&body), std::nullopt);
  EXPECT_EQ(outcome.last_byte - start, 97ms);
  EXPECT_EQ(outcome.sent, outcome.last_byte);
}

TEST_F(Streaming, KeepsTheDeadlineWhileItSends) {
  peer([] {
    auto made = std::make_unique<SlowPeer>(50'000, [](VirtualChannel&, const std::string&) {});
    made->reading = false;
    return made;
  });
  connect();
  const core::TimePoint start = timeline.now();
  const auto failure = exchange(&body);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->stage, Stage::deadline);
  EXPECT_EQ(outcome.phase, Phase::sending);
  EXPECT_EQ(timeline.now() - start, 10s);
}

TEST_F(Streaming, WaitsForContinueBeforeTheBody) {
  spec.expect_continue = true;
  slow_peer(20'000, [&](VirtualChannel& channel, const std::string& taken) {
    if (taken.ends_with("\r\n\r\n") && taken.starts_with("POST") && received.empty()) {
      received = taken;
      channel.send_at(channel.now() + 50ms, "HTTP/1.1 100 Continue\r\n\r\n");
    } else if (taken.ends_with("--B--\r\n")) {
      received = taken;
      channel.send_at(channel.now(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }
  });
  connect();
  EXPECT_EQ(exchange(&body), std::nullopt);
  EXPECT_THAT(received, HasSubstr("\r\nExpect: 100-continue\r\n"));
  EXPECT_TRUE(body_of(received) == content);
  EXPECT_TRUE(connection->reusable());
}

TEST_F(Streaming, DoesNotSendABodyThatIsNotWanted) {
  spec.expect_continue = true;
  slow_peer(20'000, [&](VirtualChannel& channel, const std::string& taken) {
    received = taken;
    channel.send_at(channel.now(), "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n");
  });
  connect();
  EXPECT_EQ(exchange(&body), std::nullopt);
  EXPECT_EQ(connection->response().status, 417);
  EXPECT_EQ(body_of(received), "");
  EXPECT_FALSE(connection->reusable());
}

TEST_F(Streaming, EndsHoweverTheConnectionFails) {
  take_upload(40'000, "--B--\r\n");
  connect();
  EXPECT_EQ(exchange(&body), std::nullopt);
  const std::size_t operations = network.operations().size();
  ASSERT_GT(operations, 5U);
  for (const support::Fault fault : {support::Fault::reset, support::Fault::end, support::Fault::stall}) {
    for (std::size_t i = 0; i < operations; ++i) {
      network.fail_at(network.operations().size() + i, fault);
      connect();
      const auto failure = exchange(&body);
      ASSERT_TRUE(failure) << "operation " << i;
      EXPECT_FALSE(connection->reusable());
    }
  }
}

TEST_F(Streaming, SendsItOverHttp2Exactly) {
  Http2Peer::Asked asked;
  peer([&] {
    return std::make_unique<Http2Peer>(
        [&](Http2Peer& target, const Http2Peer::Asked& request_there) {
          asked = request_there;
          target.answer(request_there.stream, {{":status", "200"}}, "ok");
        },
        5ms);
  });
  connect(true);
  for (int i = 0; i < 2; ++i) {
    asked = {};
    EXPECT_EQ(exchange(&body), std::nullopt);
    EXPECT_TRUE(asked.body == content);
    EXPECT_EQ(asked.headers["content-length"], std::to_string(content.size()));
    EXPECT_EQ(asked.headers["content-type"], "multipart/form-data; boundary=B");
    EXPECT_TRUE(connection->reusable());
  }
  spec.chunked = true;
  EXPECT_EQ(exchange(&body), std::nullopt);
  EXPECT_TRUE(asked.body == content);
  EXPECT_FALSE(asked.headers.contains("content-length"));
}

/// Notes when what came; ends with a piece that ends with "END".
class NotingSink final : public BodySink {
 public:
  NotingSink(const core::Timeline& timeline) : timeline_(timeline), start_(timeline.now()) {}
  bool take(std::string_view piece) override {
    pieces.emplace_back(
        std::chrono::duration_cast<std::chrono::milliseconds>(timeline_.now() - start_).count(), piece);
    return !piece.ends_with("END");
  }
  std::vector<std::pair<long, std::string>> pieces;

 private:
  const core::Timeline& timeline_;
  core::TimePoint start_;
};

using Pieces = std::vector<std::pair<long, std::string>>;

/// Says these things so many milliseconds after the request.
void says(VirtualChannel& channel,
          const std::vector<std::pair<std::chrono::milliseconds, std::string>>& lines) {
  for (const auto& [after, text] : lines) channel.send_at(channel.now() + after, text);
}

constexpr const char* chunked_answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST_F(Streaming, HandsOutPiecesWhenTheyCome) {
  slow_peer(1000, [](VirtualChannel& channel, const std::string&) {
    says(channel,
         {{100ms, chunked_answer}, {200ms, "3\r\none\r\n"}, {300ms, "3\r\ntw"}, {400ms, "o\r\n0\r\n\r\n"}});
  });
  connect();
  NotingSink sink(timeline);
  EXPECT_EQ(exchange(nullptr, &sink), std::nullopt);
  EXPECT_EQ(sink.pieces, (Pieces{{200, "one"}, {300, "tw"}, {400, "o"}}));
  EXPECT_EQ(outcome.last_byte - outcome.sent, 400ms);
  EXPECT_TRUE(connection->reusable());
}

TEST_F(Streaming, TheAnswersTimeEndsWithTheSink) {
  slow_peer(1000, [](VirtualChannel& channel, const std::string&) {
    says(channel, {{100ms, chunked_answer}, {200ms, "3\r\nEND\r\n"}, {700ms, "4\r\nmore\r\n0\r\n\r\n"}});
  });
  connect();
  for (int i = 0; i < 2; ++i) {
    NotingSink sink(timeline);
    EXPECT_EQ(exchange(nullptr, &sink), std::nullopt);
    EXPECT_EQ(sink.pieces, (Pieces{{200, "END"}}));
    EXPECT_EQ(outcome.last_byte - outcome.sent, 200ms);
    EXPECT_TRUE(connection->reusable()) << "its end came soon enough";
  }
}

TEST_F(Streaming, DoesNotWaitLongForAnEndThatNobodyNeeds) {
  slow_peer(1000, [](VirtualChannel& channel, const std::string&) {
    says(channel, {{100ms, chunked_answer}, {200ms, "3\r\nEND\r\n"}});
  });
  connect();
  const core::TimePoint start = timeline.now();
  NotingSink sink(timeline);
  EXPECT_EQ(exchange(nullptr, &sink), std::nullopt);
  EXPECT_EQ(outcome.last_byte - start, 200ms);
  EXPECT_EQ(timeline.now() - start, 1200ms);
  EXPECT_FALSE(connection->reusable());
}

TEST_F(Streaming, AConnectionThatEndsAfterTheSinkIsNoFailure) {
  slow_peer(1000, [](VirtualChannel& channel, const std::string&) {
    says(channel, {{100ms, chunked_answer}, {200ms, "3\r\nEND\r\n"}});
    channel.reset_at(channel.now() + 300ms, ECONNRESET);
  });
  connect();
  NotingSink sink(timeline);
  EXPECT_EQ(exchange(nullptr, &sink), std::nullopt);
  EXPECT_FALSE(connection->reusable());
}

TEST_F(Streaming, OnlyGoodAnswersGoToTheSink) {
  slow_peer(1000, [](VirtualChannel& channel, const std::string&) {
    channel.send_at(channel.now(), "HTTP/1.1 503 No\r\nContent-Length: 3\r\n\r\nEND");
  });
  connect();
  NotingSink sink(timeline);
  EXPECT_EQ(exchange(nullptr, &sink), std::nullopt);
  EXPECT_EQ(sink.pieces, Pieces{});
  EXPECT_EQ(connection->response().body_size, 3U);
}

TEST_F(Streaming, AStreamWithoutEndIsBounded) {
  slow_peer(1000, [](VirtualChannel& channel, const std::string&) {
    channel.send_at(channel.now(), chunked_answer);
    for (int i = 1; i < 200; ++i) channel.send_at(channel.now() + i * 100ms, "3\r\none\r\n");
  });
  connect();
  const core::TimePoint start = timeline.now();
  NotingSink sink(timeline);
  const auto late = exchange(nullptr, &sink);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->stage, Stage::deadline);
  EXPECT_EQ(sink.pieces.size(), 99U);
  EXPECT_GE(timeline.now() - start, 10s);

  slow_peer(1000, [](VirtualChannel& channel, const std::string&) {
    channel.send_at(channel.now(), chunked_answer);
    for (int i = 0; i < 200; ++i)
      channel.send_at(channel.now() + i * 1ms, "2710\r\n" + std::string(10'000, 'x') + "\r\n");
  });
  connect();
  const auto large = exchange(nullptr, &sink);
  ASSERT_TRUE(large);
  EXPECT_EQ(large->stage, Stage::too_large);
}

TEST_F(Streaming, Http2GoesOnWithoutTheRest) {
  std::vector<Http2Peer::Asked> requests;
  peer([&] {
    return std::make_unique<Http2Peer>(
        [&](Http2Peer& target, const Http2Peer::Asked& asked) {
          requests.push_back(asked);
          // More than a window: the target cannot end the stream before it is asked to go on.
          std::string text(requests.size() == 1 ? 20'000'000 : 3, 'x');
          target.answer(asked.stream, {{":status", "200"}}, std::move(text));
        },
        5ms);
  });
  class First final : public BodySink {
    bool take(std::string_view) override { return false; }
  } sink;
  connect(true);
  EXPECT_EQ(exchange(nullptr, &sink), std::nullopt);
  EXPECT_TRUE(connection->reusable());
  EXPECT_EQ(exchange(nullptr, nullptr), std::nullopt);
  EXPECT_EQ(requests.size(), 2U);
  EXPECT_EQ(connection->response().body_size, 3U);
}

}  // namespace
}  // namespace soundcheck::http
