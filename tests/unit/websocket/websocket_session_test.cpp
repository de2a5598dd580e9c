#include "protocols/websocket/websocket_session.hpp"

#include <cerrno>

#include "tests/support/names.hpp"
#include "tests/support/session_test.hpp"
#include "tests/support/websocket_wire.hpp"

namespace soundcheck::websocket {
namespace {

using namespace std::chrono_literals;
using core::Counter;
using core::Metric;
using support::Fault;
using support::Operation;
using support::server_close;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr core::TaskId connection_id = 0;
constexpr core::TaskId exchange_id = 1;
constexpr core::TaskId ping_id = 2;

ExchangeStep send(std::string_view text) {
  return {ExchangeStep::Kind::send, support::text(text), {}, {}, ""};
}
ExchangeStep expect(std::string_view text, core::Duration within) {
  core::ContentMatch match;
  match.contains = support::text(text);
  return {ExchangeStep::Kind::expect, {}, std::move(match), within, "expect " + std::string(text)};
}
/// Keeps what stands at the pointer as a variable.
ExchangeStep keeping(ExchangeStep step, const std::string& variable, const std::string& pointer) {
  step.extract.push_back({support::names().slot(variable), variable, pointer});
  return step;
}
ExchangeStep wait(core::Duration length) { return {ExchangeStep::Kind::wait, {}, {}, length, ""}; }

class WebSocketSessionTest : public support::SessionTest {
 protected:
  WebSocketSessionTest() {
    workload.connection_task = connection_id;
    workload.exchange_task = exchange_id;
    workload.ping_task = ping_id;
    workload.upgrade = {"/ws", "h"};
    workload.connect_timeout = 5s;
    workload.ping_interval = 1h;
    workload.exchange_interval = 1s;
    workload.hold = 1s;
    workload.reconnect = core::Backoff::constant(3s);
  }
  void exchange() { workload.exchange = {send("echo {{iteration}}"), expect("echo {{iteration}}", 500ms)}; }

  core::Task<void> repeat(WebSocketSession& session, int times) {
    for (int i = 0; i < times; ++i) co_await session.run_one(timeline.now(), core::TimePoint::max());
    session.close();
  }
  void run_times(int times = 1) {
    WebSocketSession session(workload, {endpoint, network, timeline, probe, 1, 0});
    EXPECT_EQ(session.think_time(), 3s);
    run(repeat(session, times));
  }
  std::int64_t count(core::TaskId task, Counter counter) const { return probe.counter(task, counter); }

  Workload workload;
};

TEST_F(WebSocketSessionTest, ExchangesOnTheirScheduleAndHangsUp) {
  exchange();
  workload.hold = 3s;
  network.on_dial()
      .connect_after(2ms)
      .accept_websocket(3ms)
      .expect_frame(1, "echo 1")
      .reply_frame(1, "something else")
      .reply_frame(1, "echo 1", 10ms)
      .expect_frame(1, "echo 2")
      .reply_frame(1, "echo 2", 20ms)
      .expect_frame(1, "echo 3")
      .reply_frame(1, "echo 3", 30ms)
      .expect_close_frame(1000)
      .reply(server_close(1000), 5ms);
  run_times();
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_THAT(probe.values(connection_id, Metric::connect_time), ElementsAre(2'000));
  EXPECT_THAT(probe.values(connection_id, Metric::setup_time), ElementsAre(5'000));
  EXPECT_THAT(probe.values(exchange_id, Metric::response_time), ElementsAre(10'000, 20'000, 30'000));
  EXPECT_THAT(probe.values(exchange_id, Metric::lateness), ElementsAre(0, 0, 0));
  EXPECT_EQ(count(exchange_id, Counter::succeeded), 3);
  EXPECT_EQ(count(connection_id, Counter::succeeded), 1);
  EXPECT_EQ(count(connection_id, Counter::clean_closes), 1);
  EXPECT_EQ(count(connection_id, Counter::messages_sent), 3);
  EXPECT_EQ(count(connection_id, Counter::messages_received), 4);
  EXPECT_EQ(timeline.now(), at(5ms + 3s + 5ms));
}

TEST_F(WebSocketSessionTest, AMessageCountsFromWhenItCameNotFromWhenItWasRead) {
  exchange();
  workload.hold = 2s;
  network.noticed_late = 3ms;
  network.on_dial()
      .accept_websocket(20ms)
      .expect_frame(1, "echo 1")
      .reply_frame(1, "echo 1", 10ms)
      // Sooner than we know that we have sent.
      .expect_frame(1, "echo 2")
      .reply_frame(1, "echo 2", 1ms)
      .expect_close_frame(1000)
      .reply(server_close(1000));
  run_times();
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_THAT(probe.values(connection_id, Metric::setup_time), ElementsAre(17'000));
  EXPECT_THAT(probe.values(exchange_id, Metric::response_time), ElementsAre(7'000, 0));
  EXPECT_THAT(probe.values(exchange_id, Metric::service_time), ElementsAre(7'000, 0));
}

TEST_F(WebSocketSessionTest, AScriptThatEndsWithAPauseEndsThen) {
  workload.exchange = {send("echo {{iteration}}"), expect("echo {{iteration}}", 500ms), wait(20ms)};
  network.noticed_late = 3ms;
  network.on_dial()
      .accept_websocket()
      .expect_frame(1, "echo 1")
      .reply_frame(1, "echo 1", 10ms)
      .expect_close_frame(1000)
      .reply(server_close(1000));
  run_times();
  EXPECT_THAT(probe.values(exchange_id, Metric::response_time), ElementsAre(30'000));
}

TEST_F(WebSocketSessionTest, ASlowExchangeMakesTheNextOneLateNotLost) {
  exchange();
  workload.exchange[1].duration = 5s;
  workload.hold = 3s;
  network.on_dial()
      .accept_websocket()
      .expect_frame(1, "echo 1")
      .reply_frame(1, "echo 1", 1500ms)
      .expect_frame(1, "echo 2")
      .reply_frame(1, "echo 2", 100ms)
      .expect_frame(1, "echo 3")
      .reply_frame(1, "echo 3", 100ms)
      .expect_close_frame(1000)
      .reply(server_close(1000));
  run_times();
  EXPECT_THAT(probe.values(exchange_id, Metric::response_time), ElementsAre(1'500'000, 600'000, 100'000));
  EXPECT_THAT(probe.values(exchange_id, Metric::service_time), ElementsAre(1'500'000, 100'000, 100'000));
  EXPECT_EQ(count(exchange_id, Counter::late_starts), 1);
}

TEST_F(WebSocketSessionTest, AnExchangeMeetsItsDeadlineAndTheConnectionLives) {
  exchange();
  workload.hold = 2s;
  network.on_dial()
      .accept_websocket()
      .expect_frame(1, "echo 1")
      .expect_frame(1, "echo 2")
      .reply_frame(1, "echo 2")
      .expect_close_frame(1000)
      .reply(server_close(1000));
  run_times();
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("deadline: expect echo {{iteration}}: no such message in time"));
  EXPECT_THAT(probe.values(exchange_id, Metric::response_time), ElementsAre(500'000, 0));
  EXPECT_EQ(count(connection_id, Counter::succeeded), 1);
}

TEST_F(WebSocketSessionTest, WaitStepsWait) {
  workload.exchange = {wait(200ms), send("late"), expect("ok", 1s)};
  network.on_dial()
      .accept_websocket()
      .expect_frame(1, "late")
      .reply_frame(1, "ok", 10ms)
      .expect_close_frame(1000)
      .reply(server_close(1000));
  run_times();
  EXPECT_THAT(probe.values(exchange_id, Metric::service_time), ElementsAre(10'000))
      << "from the first message on";
  EXPECT_THAT(probe.values(exchange_id, Metric::response_time), ElementsAre(210'000));
}

/// A conversation in which the target's first answer names what the second message is about.
class Extraction : public WebSocketSessionTest {
 protected:
  Extraction() {
    workload.exchange = {send("start {{iteration}}"),
                         keeping(expect("started", 500ms), "call_id", "/call/id"), send("use {{call_id}}"),
                         expect("used {{call_id}}", 500ms)};
  }
};

TEST_F(Extraction, WhatAMessageHoldsIsSaidAndExpectedLater) {
  workload.hold = 2s;
  network.on_dial()
      .accept_websocket()
      .expect_frame(1, "start 1")
      .reply_frame(1, R"({"type":"news","call":{"id":"c-0"}})")
      .reply_frame(1, R"({"type":"started","call":{"id":"c-7"}})", 10ms)
      .expect_frame(1, "use c-7")
      .reply_frame(1, "used c-0")
      .reply_frame(1, "used c-7", 20ms)
      .expect_frame(1, "start 2")
      .reply_frame(1, R"({"type":"started","call":{"id":42}})", 10ms)
      .expect_frame(1, "use 42")
      .reply_frame(1, "used 42", 10ms)
      .expect_close_frame(1000)
      .reply(server_close(1000));
  run_times();
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(exchange_id, Counter::succeeded), 2);
  EXPECT_THAT(probe.values(exchange_id, Metric::response_time), ElementsAre(30'000, 20'000));
}

TEST_F(Extraction, AMessageThatCameBeforeItWasExpectedCounts) {
  workload.exchange = {send("start"), wait(100ms), keeping(expect("started", 500ms), "call_id", "/call/id"),
                       send("use {{call_id}}")};
  network.on_dial()
      .accept_websocket()
      .expect_frame(1, "start")
      .reply_frame(1, R"({"type":"started","call":{"id":"c-8"}})", 10ms)
      .expect_frame(1, "use c-8")
      .expect_close_frame(1000)
      .reply(server_close(1000));
  run_times();
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(exchange_id, Counter::succeeded), 1);
}

/// Nothing more of the exchange is said, the connection lives on, and the next exchange is a new one.
TEST_F(Extraction, WhatIsNotThereFailsTheExchange) {
  workload.hold = 3s;
  network.on_dial()
      .accept_websocket()
      .expect_frame(1, "start 1")
      .reply_frame(1, R"({"type":"started","call":{}})", 10ms)
      .expect_frame(1, "start 2")
      .reply_frame(1, "started, and no JSON", 10ms)
      .expect_frame(1, "start 3")
      .reply_frame(1, R"({"type":"started","call":{"id":"c-9"}})")
      .expect_frame(1, "use c-9")
      .reply_frame(1, "used c-9")
      .expect_close_frame(1000)
      .reply(server_close(1000));
  run_times();
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("check: expect started: nothing at /call/id to extract as call_id",
                          "check: expect started: it is not JSON"));
  EXPECT_EQ(probe.failures_of(exchange_id), 2u);
  EXPECT_EQ(count(exchange_id, Counter::started), 3);
  EXPECT_EQ(count(exchange_id, Counter::succeeded), 1);
  EXPECT_EQ(count(connection_id, Counter::succeeded), 1);
}

TEST_F(Extraction, WhatIsNotThereInAMessageThatCameBeforeFailsTheExchangeToo) {
  workload.exchange = {send("start"), wait(100ms), keeping(expect("started", 500ms), "call_id", "/call/id"),
                       send("never said")};
  network.on_dial()
      .accept_websocket()
      .expect_frame(1, "start")
      .reply_frame(1, R"({"type":"started"})", 10ms)
      .expect_close_frame(1000)
      .reply(server_close(1000));
  run_times();
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("check: expect started: nothing at /call/id to extract as call_id"));
}

TEST_F(WebSocketSessionTest, PingsMeasureTheRoundTrip) {
  workload.ping_interval = 400ms;
  auto& script = network.on_dial().accept_websocket();
  for (int i = 1; i <= 2; ++i)
    script.expect_frame(9, std::to_string(i)).reply_frame(10, std::to_string(i), 7ms);
  workload.hold = 800ms;
  script.expect_close_frame(1000).reply(server_close(1000));
  run_times();
  EXPECT_THAT(probe.values(ping_id, Metric::ping_rtt), ElementsAre(7'000, 7'000));
  EXPECT_EQ(count(ping_id, Counter::succeeded), 2);
  EXPECT_THAT(probe.failures(), IsEmpty());
}

TEST_F(WebSocketSessionTest, APongCountsFromWhenItCameNotFromWhenItWasRead) {
  workload.ping_interval = 400ms;
  workload.hold = 800ms;
  network.noticed_late = 3ms;
  network.on_dial()
      .accept_websocket()
      .expect_frame(9, "1")
      .reply_frame(10, "1", 7ms)
      // Sooner than we know that we have sent.
      .expect_frame(9, "2")
      .reply_frame(10, "2", 1ms)
      .expect_close_frame(1000)
      .reply(server_close(1000));
  run_times();
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_THAT(probe.values(ping_id, Metric::ping_rtt), ElementsAre(4'000, 0));
}

TEST_F(WebSocketSessionTest, AMissingPongFailsThePing) {
  workload.ping_interval = 400ms;
  workload.hold = 800ms;
  network.on_dial()
      .accept_websocket()
      .expect_frame(9, "1")
      .reply_frame(10, "another")
      .expect_frame(9, "2")
      .reply_frame(10, "1")
      .reply_frame(10, "2", 5ms)
      .expect_close_frame(1000)
      .reply(server_close(1000));
  run_times();
  EXPECT_THAT(probe.failure_texts(), ElementsAre("deadline: ping: no pong before the next ping was due"));
  EXPECT_THAT(probe.values(ping_id, Metric::ping_rtt), ElementsAre(5'000));
}

/// The ping is what notices that a megabyte waits; the session ends under the ping's hands.
TEST_F(WebSocketSessionTest, APingThatEndsTheConnectionLeavesNoTimerBehind) {
  workload.exchange = {send(std::string(600'000, 'x')), send(std::string(600'000, 'x')), expect("never", 1h)};
  workload.hold = 2h;
  workload.ping_interval = 10s;
  network.on_dial().accept_websocket().stop_reading();
  run_times();
  EXPECT_LE(timeline.now(), at(10s));
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("write: the target has stopped reading: 1 MiB of frames waits",
                          "write: the target has stopped reading: 1 MiB of frames waits"));
}

TEST_F(WebSocketSessionTest, ALostConnectionIsOpenedAgain) {
  network.on_dial().accept_websocket().reset(ECONNRESET, 100ms);
  network.on_dial().accept_websocket().expect_close_frame(1000).reply(server_close(1000));
  run_times(2);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("read: WebSocket: Connection reset by peer"));
  EXPECT_EQ(count(connection_id, Counter::started), 2);
  EXPECT_EQ(count(connection_id, Counter::succeeded), 1);
  EXPECT_EQ(count(connection_id, Counter::connections), 2);
  EXPECT_EQ(count(connection_id, Counter::reconnects), 1);
  EXPECT_EQ(count(connection_id, Counter::unclean_closes), 1);
}

/// The script has no close frame: one would be a problem of the script's.
TEST_F(WebSocketSessionTest, AnAbruptHangUpSaysNothingAndIsAsPlanned) {
  exchange();
  workload.abrupt_hang_up = true;
  for (int i = 1; i <= 2; ++i) {
    const std::string echo = "echo " + std::to_string(i);
    network.on_dial().accept_websocket(3ms).expect_frame(1, echo).reply_frame(1, echo, 10ms);
  }
  run_times(2);
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_EQ(count(exchange_id, Counter::succeeded), 2);
  EXPECT_EQ(count(connection_id, Counter::started), 2);
  EXPECT_EQ(count(connection_id, Counter::succeeded), 2);
  EXPECT_EQ(count(connection_id, Counter::unclean_closes), 2);
  EXPECT_EQ(count(connection_id, Counter::clean_closes), 0);
  EXPECT_EQ(count(connection_id, Counter::lost_connections), 0) << "we left, the target did not";
  EXPECT_THAT(probe.values(connection_id, Metric::recovery_time), IsEmpty());
  EXPECT_EQ(timeline.now(), at(2 * (3ms + 1s))) << "nobody waits for a goodbye";
}

TEST_F(WebSocketSessionTest, AnAbruptHangUpOfADrainLetsTheExchangeEnd) {
  exchange();
  workload.abrupt_hang_up = true;
  workload.hold = 1h;
  network.on_dial().accept_websocket().expect_frame(1, "echo 1").reply_frame(1, "echo 1", 100ms);
  WebSocketSession session(workload, {endpoint, network, timeline, probe, 1, 0});
  group.spawn(repeat(session, 1));
  timeline.run_until(at(50ms));
  timeline.drain();
  timeline.run_all();
  EXPECT_EQ(timeline.now(), at(100ms));
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_EQ(count(exchange_id, Counter::succeeded), 1);
  EXPECT_EQ(count(connection_id, Counter::succeeded), 1);
  EXPECT_EQ(count(connection_id, Counter::unclean_closes), 1);
}

TEST_F(WebSocketSessionTest, WhoHangsUpAbruptlyStillSeesThatTheTargetLeftFirst) {
  workload.abrupt_hang_up = true;
  network.on_dial().accept_websocket().reset(ECONNRESET, 100ms);
  run_times();
  EXPECT_THAT(probe.failure_texts(), ElementsAre("read: WebSocket: Connection reset by peer"));
  EXPECT_EQ(count(connection_id, Counter::succeeded), 0);
  EXPECT_EQ(count(connection_id, Counter::lost_connections), 1);
}

TEST_F(WebSocketSessionTest, ATargetThatDoesNotSayGoodbyeIsGivenUp) {
  network.on_dial().accept_websocket().expect_close_frame(1000);
  run_times();
  EXPECT_EQ(count(connection_id, Counter::unclean_closes), 1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("deadline: WebSocket: no answer in time"));
  EXPECT_EQ(timeline.now(), at(1s + 5s));
}

TEST_F(WebSocketSessionTest, ATargetThatHangsUpEarlyIsAFailureEvenIfItIsPolite) {
  network.on_dial().accept_websocket().reply(server_close(1001), 100ms).expect_close_frame(1001);
  run_times();
  EXPECT_EQ(count(connection_id, Counter::clean_closes), 1);
  EXPECT_EQ(count(connection_id, Counter::succeeded), 0);
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("read: WebSocket: the target closed the connection early, with code 1001"));
}

TEST_F(WebSocketSessionTest, RefusalsAreClasses) {
  network.on_dial().refuse(ECONNREFUSED);
  network.on_dial().expect_request().reply("HTTP/1.1 429 Slow\r\n\r\n");
  network.on_dial().expect_request().reply("HTTP/1.1 503 No\r\n\r\n");
  network.on_dial().never_connect();
  run_times(4);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("connect: connecting to 192.0.2.1:80: Connection refused",
                                                 "rate_limited: upgrade of /ws: 429 Too Many Requests",
                                                 "upgrade: upgrade of /ws: status 503 No, expected 101",
                                                 "deadline: connecting to 192.0.2.1:80: no answer in time"));
}

TEST_F(WebSocketSessionTest, DrainHangsUpAfterTheExchange) {
  exchange();
  workload.hold = 1h;
  network.on_dial()
      .accept_websocket()
      .expect_frame(1, "echo 1")
      .reply_frame(1, "echo 1", 100ms)
      .expect_close_frame(1000)
      .reply(server_close(1000));
  WebSocketSession session(workload, {endpoint, network, timeline, probe, 1, 0});
  group.spawn(repeat(session, 1));
  timeline.run_until(at(50ms));
  timeline.drain();
  timeline.run_all();
  EXPECT_EQ(timeline.now(), at(100ms));
  EXPECT_EQ(count(exchange_id, Counter::succeeded), 1);
  EXPECT_EQ(count(connection_id, Counter::clean_closes), 1);
}

TEST_F(WebSocketSessionTest, KillEndsEverythingAndCountsNothing) {
  exchange();
  network.on_dial().accept_websocket().expect_frame(1, "echo 1");
  WebSocketSession session(workload, {endpoint, network, timeline, probe, 1, 0});
  group.spawn(repeat(session, 1));
  timeline.run_until(at(50ms));
  network.kill_all();
  timeline.run_all();
  EXPECT_EQ(timeline.now(), at(50ms));
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_EQ(count(connection_id, Counter::unclean_closes), 0);
}

class FailingAtEveryStep : public WebSocketSessionTest, public testing::WithParamInterface<Fault> {};

TEST_P(FailingAtEveryStep, EachTaskCountsAtMostOneFailureAndTheConnectionExactlyOne) {
  exchange();
  workload.hold = 2s;
  const auto play = [&](std::optional<std::size_t> operation) {
    support::VirtualTimeline time;
    support::ScriptedNetwork net(time);
    support::RecordingProbe seen;
    core::TaskGroup tasks;
    net.write_limit = 60;
    net.read_limit = 50;
    net.on_dial()
        .accept_websocket(1ms)
        .expect_frame(1, "echo 1")
        .reply_frame(1, "echo 1", 1ms)
        .expect_frame(1, "echo 2")
        .reply_frame(1, "echo 2", 1ms)
        .expect_close_frame(1000)
        .reply(server_close(1000), 1ms);
    if (operation) net.fail_at(*operation, GetParam());
    WebSocketSession session(workload, {endpoint, net, time, seen, 1, 0});
    auto once = [&]() -> core::Task<void> { co_await session.run_one(time.now(), core::TimePoint::max()); };
    tasks.spawn(once());
    EXPECT_TRUE(time.run_all());
    EXPECT_EQ(tasks.live(), 0u);
    EXPECT_EQ(net.open_channels(), 0u);
    EXPECT_EQ(seen.in_progress(), 0);
    const auto connections = static_cast<std::int64_t>(seen.failures_of(connection_id));
    EXPECT_EQ(seen.counter(connection_id, Counter::succeeded) + connections, 1);
    const auto exchanges = static_cast<std::int64_t>(seen.failures_of(exchange_id));
    EXPECT_EQ(seen.counter(exchange_id, Counter::succeeded) + exchanges,
              seen.counter(exchange_id, Counter::started));
    EXPECT_LE(exchanges, GetParam() == Fault::stall ? 2 : 1);
    EXPECT_EQ(connections, operation ? 1 : 0);
    return net.operations();
  };
  const std::vector<Operation> good = play(std::nullopt);
  ASSERT_GT(good.size(), 10u);
  for (std::size_t at_operation = 0; at_operation < good.size(); ++at_operation) {
    SCOPED_TRACE(at_operation);
    play(at_operation);
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, FailingAtEveryStep, testing::Values(Fault::reset, Fault::end, Fault::stall));

}  // namespace
}  // namespace soundcheck::websocket
