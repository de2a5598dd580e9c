#include <cerrno>

#include "tests/unit/http/http_session_fixture.hpp"

namespace soundcheck::http {
namespace {

using support::Fault;
using support::Operation;

TEST_F(HttpSessionTest, OneConnectionCarriesAllRequests) {
  one_task({request("GET", "/a")});
  auto& script = network.on_dial().connect_after(2ms);
  for (int i = 0; i < 3; ++i)
    script.expect_request().reply("HTTP/1.1 200 OK\r\nCon", 10ms).reply("tent-Length: 2\r\n\r\nok", 5ms);
  run_times(3);
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_EQ(count(Counter::started), 3);
  EXPECT_EQ(count(Counter::succeeded), 3);
  EXPECT_EQ(count(Counter::connections), 1);
  EXPECT_EQ(count(Counter::reconnects), 0);
  EXPECT_EQ(count(Counter::bytes_sent), static_cast<std::int64_t>(network.written().size()));
  EXPECT_EQ(count(Counter::bytes_received), 3 * static_cast<std::int64_t>(ok("ok").size()));
  EXPECT_THAT(probe.values(id, Metric::connect_time), ElementsAre(2'000));
  EXPECT_THAT(probe.values(id, Metric::response_time), ElementsAre(17'000, 15'000, 15'000));
  EXPECT_THAT(probe.values(id, Metric::service_time), ElementsAre(17'000, 15'000, 15'000));
  EXPECT_THAT(probe.values(id, Metric::first_byte_time), ElementsAre(10'000, 10'000, 10'000));
  EXPECT_THAT(probe.values(id, Metric::transfer_time), ElementsAre(5'000, 5'000, 5'000));
  EXPECT_THAT(probe.values(id, Metric::tls_time), IsEmpty());
  EXPECT_THAT(probe.values(id, Metric::lateness), ElementsAre(0, 0, 0));
}

TEST_F(HttpSessionTest, ResponseTimeCountsFromTheIntendedStart) {
  one_task({request("GET", "/a")});
  network.on_dial().expect_request().reply(ok(""), 10ms);
  HttpSession session(workload, {endpoint, network, timeline, probe, 1, 0});
  auto late = [&]() -> core::Task<void> {
    co_await timeline.sleep_until(at(50ms));
    co_await session.run_one(at(20ms), core::TimePoint::max());
    session.close();
  };
  run(late());
  EXPECT_THAT(probe.values(id, Metric::lateness), ElementsAre(30'000));
  EXPECT_THAT(probe.values(id, Metric::response_time), ElementsAre(40'000));
  EXPECT_THAT(probe.values(id, Metric::service_time), ElementsAre(10'000));
  EXPECT_EQ(count(Counter::late_starts), 1);
}

TEST_F(HttpSessionTest, AnAnswerCountsFromWhenItCameNotFromWhenItWasRead) {
  one_task({request("GET", "/a")});
  network.noticed_late = 3ms;
  network.on_dial()
      .expect_request()
      .reply("HTTP/1.1 200 OK\r\nCon", 10ms)
      .reply("tent-Length: 0\r\n\r\n", 5ms)
      // Sooner than we know that we have sent: no time is negative.
      .expect_request()
      .reply(ok(""), 1ms);
  run_times(2);
  EXPECT_THAT(probe.values(id, Metric::response_time), ElementsAre(12'000, 0));
  EXPECT_THAT(probe.values(id, Metric::service_time), ElementsAre(12'000, 0));
  EXPECT_THAT(probe.values(id, Metric::first_byte_time), ElementsAre(7'000, 0));
  EXPECT_THAT(probe.values(id, Metric::transfer_time), ElementsAre(5'000, 0));
  EXPECT_EQ(count(Counter::negative_values), 0);
}

TEST_F(HttpSessionTest, AConnectionThatTheAnswerClosesIsReplaced) {
  one_task({request("GET", "/a")});
  network.on_dial().expect_request().reply(
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  network.on_dial().expect_request().reply("HTTP/1.1 200 OK\r\n\r\nuntil the end").end(1ms);
  run_times(2);
  EXPECT_EQ(count(Counter::succeeded), 2);
  EXPECT_EQ(count(Counter::connections), 2);
  EXPECT_EQ(count(Counter::reconnects), 1);
}

TEST_F(HttpSessionTest, StepsShareVariables) {
  RequestStep create = request("POST", "/calls", "{}");
  create.status = {200, 201};
  create.extract = {{support::names().slot("call_id"), "call_id", PointerSource{"/id"}}};
  RequestStep end = request("POST", "/calls/{{call_id}}/end?n={{iteration}}&u={{user_id}}");
  end.body.json.emplace_back("/id", R"("{{call_id}}")", &support::names());
  one_task({std::move(create), std::move(end)});
  network.on_dial()
      .expect_request()
      .reply("HTTP/1.1 201 Created\r\nContent-Length: 12\r\n\r\n{\"id\":\"c-7\"}")
      .expect_request()
      .reply(ok(R"({"id":"c-7"})"));
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(Counter::succeeded), 2);
  EXPECT_THAT(network.written(), testing::HasSubstr("POST /calls/c-7/end?n=1&u=42 HTTP/1.1\r\n"));
}

TEST_F(HttpSessionTest, BuiltInVariablesAreFreshAndWellFormed) {
  one_task({request("POST", "/", "{{uuid}} {{timestamp}}")});
  auto& script = network.on_dial();
  for (int i = 0; i < 2; ++i) script.expect_request().reply(ok(""));
  run_times(2);
  const std::string& text = network.written();
  std::vector<std::string> bodies;
  for (std::size_t from = text.find("\r\n\r\n"); from != text.npos; from = text.find("\r\n\r\n", from + 4))
    bodies.push_back(text.substr(from + 4, 36));
  ASSERT_EQ(bodies.size(), 2u);
  for (const std::string& uuid : bodies)
    EXPECT_THAT(uuid, testing::MatchesRegex("[0-9a-f]+-[0-9a-f]+-4[0-9a-f]+-[89ab][0-9a-f]+-[0-9a-f]+"))
        << uuid;
  EXPECT_NE(bodies[0], bodies[1]);
}

TEST_F(HttpSessionTest, AFailedCheckEndsTheTaskAndKeepsTheConnection) {
  one_task({request("GET", "/a"), request("GET", "/b")});
  network.on_dial()
      .expect_request()
      .reply("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")
      .expect_request()
      .reply(ok(""))
      .expect_request()
      .reply("HTTP/1.1 429 Slow down\r\nContent-Length: 0\r\n\r\n");
  run_times(2);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: GET /a: status 500, expected 200",
                                                 "rate_limited: GET /b: 429 Too Many Requests"));
  EXPECT_EQ(count(Counter::server_errors), 1);
  EXPECT_EQ(count(Counter::client_errors), 1);
  EXPECT_EQ(count(Counter::started), 3);
  EXPECT_EQ(count(Counter::succeeded), 1);
  EXPECT_EQ(count(Counter::connections), 1);
  EXPECT_EQ(probe.values(id, Metric::response_time).size(), 3u)
      << "a wrong answer has its response time, too";
}

TEST_F(HttpSessionTest, ADeadlineIsPartOfTheDistribution) {
  one_task({request("GET", "/a")});
  network.on_dial().expect_request().reply("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", 1s);
  run_times(1);
  EXPECT_THAT(
      probe.failure_texts(),
      ElementsAre("deadline: GET /a: no answer in time: timeout of 5s passed while receiving the answer"));
  EXPECT_THAT(probe.values(id, Metric::response_time), ElementsAre(5'000'000));
}

TEST_F(HttpSessionTest, GarbageIsAProtocolFailureAndTheConnectionIsGivenUp) {
  one_task({request("GET", "/a")});
  network.on_dial().expect_request().reply("SSH-2.0-x\r\n\r\n");
  network.on_dial().expect_request().reply(ok("") + "more");
  network.on_dial().expect_request().reply(ok(""));
  run_times(3);
  EXPECT_THAT(probe.failure_texts(), ElementsAre(testing::StartsWith("protocol: GET /a: "),
                                                 "protocol: GET /a: bytes after the end of the response"));
  EXPECT_EQ(count(Counter::succeeded), 1);
}

TEST_F(HttpSessionTest, RefusedMakesTheUserWait) {
  one_task({request("GET", "/a")});
  network.on_dial().refuse(ECONNREFUSED);
  network.on_dial().expect_request().reply(ok(""));
  HttpSession session(workload, {endpoint, network, timeline, probe, 1, 0});
  core::Duration after_refusal{};
  core::Duration after_success{};
  auto task = [&]() -> core::Task<void> {
    co_await session.run_one(timeline.now(), core::TimePoint::max());
    after_refusal = session.think_time();
    co_await session.run_one(timeline.now(), core::TimePoint::max());
    after_success = session.think_time();
    session.close();
  };
  run(task());
  EXPECT_THAT(probe.failure_texts(), ElementsAre("connect: connecting to 192.0.2.1:80: Connection refused"));
  EXPECT_EQ(after_refusal, core::pause_after_refusal);
  EXPECT_EQ(after_success, 0ms);
}

TEST_F(HttpSessionTest, AnIdempotentRequestIsSentAgainOnAStaleConnection) {
  one_task({request("GET", "/a")});
  network.on_dial().expect_request().reply(ok("")).end(500ms);
  network.on_dial().expect_request().reply(ok(""));
  check_script = false;  // the first connection sees a request that its script does not know
  run_times(2);
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_EQ(count(Counter::succeeded), 2);
  EXPECT_EQ(count(Counter::started), 2);
  EXPECT_EQ(count(Counter::reconnects), 1);
}

TEST_F(HttpSessionTest, OnlyOnceAndNotIfTheAnswerHadBegun) {
  one_task({request("GET", "/a")});
  network.on_dial().expect_request().reply(ok("")).expect_request().reply("HTTP").end();
  run_times(2);
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("read: GET /a: the connection closed before the end of the response"));
  EXPECT_EQ(network.dials(), 1u);
}

TEST_F(HttpSessionTest, ARetryThatFailsIsOneFailure) {
  one_task({request("GET", "/a")});
  network.on_dial().expect_request().reply(ok("")).reset(ECONNRESET, 500ms);
  network.on_dial().expect_request().reset(ECONNRESET);
  run_times(2);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("read: GET /a: Connection reset by peer"));
}

TEST_F(HttpSessionTest, APostIsNeverSentAgain) {
  one_task({request("POST", "/a", "x")});
  network.on_dial().expect_request().reply(ok("")).reset(ECONNRESET, 500ms);
  run_times(2);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("write: POST /a: Connection reset by peer"));
  EXPECT_EQ(network.dials(), 1u);
}

TEST_F(HttpSessionTest, KillCountsNothing) {
  one_task({request("GET", "/a")});
  network.on_dial().expect_request();
  HttpSession session(workload, {endpoint, network, timeline, probe, 1, 0});
  group.spawn(repeat(session, 1));
  timeline.run_until(at(1s));
  network.kill_all();
  timeline.run_all();
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_EQ(count(Counter::started), 1);
  EXPECT_EQ(count(Counter::succeeded), 0);
  EXPECT_EQ(timeline.now(), at(1s));
}

TEST_F(HttpSessionTest, TasksArePickedByWeight) {
  workload.tasks.push_back({0, 1, {}});
  workload.tasks.push_back({1, 3, {}});
  workload.tasks[0].steps.push_back(request("GET", "/a"));
  workload.tasks[1].steps.push_back(request("GET", "/b"));
  auto& script = network.on_dial();
  for (int i = 0; i < 400; ++i) script.expect_request().reply(ok(""));
  run_times(400);
  EXPECT_NEAR(static_cast<double>(probe.counter(1, Counter::started)), 300, 30);
  EXPECT_EQ(probe.counter(0, Counter::started) + probe.counter(1, Counter::started), 400);
}

/// A conversation with every operation failing in every way: each failure is counted once, in its class.
struct Failing {
  const char* method;
  Fault fault;
};
class FailingAtEveryStep : public HttpSessionTest, public testing::WithParamInterface<Failing> {
 protected:
  /// Two requests on one connection, in small pieces; a fault at `operation`, if any.
  struct Outcome {
    std::vector<Operation> operations;
    std::vector<std::string> failures;
    std::int64_t started = 0;
    std::int64_t succeeded = 0;
  };
  Outcome play(std::optional<std::size_t> operation) {
    support::VirtualTimeline time;
    support::ScriptedNetwork net(time);
    support::RecordingProbe seen;
    core::TaskGroup tasks;
    net.write_limit = 40;
    net.read_limit = 20;
    net.on_dial().expect_request().reply(ok("a"), 1ms).expect_request().reply(ok("b"), 1ms);
    net.on_dial().expect_request().reply(ok("c"), 1ms);
    if (operation) net.fail_at(*operation, GetParam().fault);
    HttpSession session(workload, {endpoint, net, time, seen, 1, 0});
    auto twice = [&]() -> core::Task<void> {
      co_await session.run_one(time.now(), core::TimePoint::max());
      co_await session.run_one(time.now(), core::TimePoint::max());
      session.close();
    };
    tasks.spawn(twice());
    EXPECT_TRUE(time.run_all());
    EXPECT_EQ(tasks.live(), 0u);
    EXPECT_EQ(net.open_channels(), 0u);
    EXPECT_TRUE(time.timers().empty());
    return {net.operations(), seen.failure_texts(), seen.counter(id, Counter::started),
            seen.counter(id, Counter::succeeded)};
  }
};

TEST_P(FailingAtEveryStep, OneFailureInItsClass) {
  const std::string method = GetParam().method;
  one_task({request(method, "/a", method == "POST" ? "x" : "")});
  const Outcome good = play(std::nullopt);
  ASSERT_THAT(good.failures, IsEmpty());
  ASSERT_GT(good.operations.size(), 8u);
  const std::size_t second_request = [&] {
    std::size_t at = 1;
    while (good.operations[at] == Operation::write) ++at;
    while (good.operations[at] == Operation::read) ++at;
    return at;
  }();

  for (std::size_t at = 0; at < good.operations.size(); ++at) {
    SCOPED_TRACE(at);
    const Outcome outcome = play(at);
    const Operation failed = good.operations[at];
    EXPECT_EQ(outcome.started, 2);
    EXPECT_EQ(outcome.succeeded + static_cast<std::int64_t>(outcome.failures.size()), 2);
    // The first bytes of the second answer: until they have come, a GET may go out again.
    const bool answer_had_begun = at > 0 && good.operations[at - 1] == Operation::read;
    const bool sent_again = at >= second_request && method == "GET" && GetParam().fault != Fault::stall &&
                            (failed == Operation::write || !answer_had_begun);
    if (sent_again) {
      EXPECT_THAT(outcome.failures, IsEmpty());
      continue;
    }
    std::string stage = failed == Operation::connect ? "connect: "
                        : failed == Operation::write ? "write: "
                                                     : "read: ";
    if (GetParam().fault == Fault::stall) stage = "deadline: ";
    EXPECT_THAT(outcome.failures, ElementsAre(testing::StartsWith(stage)));
  }
}

INSTANTIATE_TEST_SUITE_P(All, FailingAtEveryStep,
                         testing::Values(Failing{"GET", Fault::reset}, Failing{"GET", Fault::end},
                                         Failing{"GET", Fault::stall}, Failing{"POST", Fault::reset},
                                         Failing{"POST", Fault::end}, Failing{"POST", Fault::stall}));

}  // namespace
}  // namespace soundcheck::http
