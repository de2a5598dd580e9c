#include <fmt/format.h>

#include "tests/unit/http/http2_peer.hpp"
#include "tests/unit/http/http_session_fixture.hpp"

namespace soundcheck::http {
namespace {

using support::Fault;
using support::Operation;
using testing::HasSubstr;
using testing::StartsWith;

const Http2Peer::Fields good{{":status", "200"}};

class Http2 : public testing::Test {
 protected:
  Http2() {
    workload.timeout = 5s;
    workload.version = Version::two;
    serve([](Http2Peer& peer, const Http2Peer::Asked& asked) { peer.answer(asked.stream, good, "ok"); });
  }
  ~Http2() override {
    network.kill_all();
    timeline.run_all();
  }
  void TearDown() override {
    EXPECT_EQ(group.live(), 0u);
    EXPECT_EQ(group.error(), nullptr);
    EXPECT_EQ(network.open_channels(), 0u);
    EXPECT_TRUE(timeline.timers().empty());
  }

  void one_task(std::vector<Step> steps) { workload.tasks.push_back({id, 1, std::move(steps)}); }
  void serve(Http2Peer::Handler handler) {
    network.make_peer = [this, handler = std::move(handler)] {
      return std::make_unique<Http2Peer>(
          [this, handler](Http2Peer& peer, const Http2Peer::Asked& asked) {
            requests.push_back(asked);
            handler(peer, asked);
          },
          100ms);
    };
  }
  void say(std::string bytes, bool ends = false) {
    network.make_peer = [bytes, ends] { return std::make_unique<RawPeer>(bytes, ends); };
  }
  void run_times(int times) {
    HttpSession session(workload, {support_endpoint, network, timeline, probe, 1, 42});
    auto repeat = [&]() -> core::Task<void> {
      for (int i = 0; i < times; ++i) co_await session.run_one(timeline.now(), core::TimePoint::max());
      session.close();
    };
    group.spawn(repeat());
    EXPECT_TRUE(timeline.run_all());
  }
  std::int64_t count(Counter counter) const { return probe.counter(id, counter); }

  support::VirtualTimeline timeline;
  PeerNetwork network{timeline};
  support::RecordingProbe probe;
  core::TaskGroup group;
  net::Endpoint support_endpoint = support::any_endpoint();
  Workload workload;
  std::vector<Http2Peer::Asked> requests;
};

TEST_F(Http2, OneConnectionCarriesAllRequests) {
  RequestSpec spec = spec_of("POST", "/a/{{user_id}}", "body {{user_id}}");
  spec.headers = {{"X-Id", "{{user_id}}"}, {"Connection", "keep-alive"}, {"TE", "gzip"}};
  spec.content_type = "text/plain";
  spec.close = true;
  one_task({step_of(spec)});
  std::get<RequestStep>(workload.tasks[0].steps[0]).body.contains = support::text("ok");
  run_times(3);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(Counter::succeeded), 3);
  EXPECT_EQ(count(Counter::connections), 1);
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[2].body, "body 42");
  const std::map<std::string, std::string> headers{{":method", "POST"},     {":scheme", "http"},
                                                   {":authority", "h"},     {":path", "/a/42"},
                                                   {"content-length", "7"}, {"user-agent", "soundcheck/0.1"},
                                                   {"x-id", "42"},          {"content-type", "text/plain"}};
  EXPECT_EQ(requests[2].headers, headers);
  EXPECT_THAT(probe.values(id, Metric::first_byte_time), ElementsAre(100'000, 100'000, 100'000));
  EXPECT_GT(count(Counter::bytes_sent), 100);
  EXPECT_GT(count(Counter::bytes_received), 50);
}

TEST_F(Http2, AnAnswerCountsFromWhenItCameNotFromWhenItWasRead) {
  one_task({request("GET", "/a")});
  network.noticed_late = 3ms;
  run_times(1);
  EXPECT_THAT(probe.values(id, Metric::first_byte_time), ElementsAre(97'000));
  EXPECT_THAT(probe.values(id, Metric::response_time), ElementsAre(97'000));
}

TEST_F(Http2, LargeBodiesFlowBothWays) {
  one_task({request("POST", "/a", std::string(1'000'000, 'x'))});
  serve([](Http2Peer& peer, const Http2Peer::Asked& asked) {
    peer.answer(asked.stream, good, std::string(asked.body.size() * 9, 'y'));
  });
  std::get<RequestStep>(workload.tasks[0].steps[0]).body.contains = support::text("yyy");
  run_times(2);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[1].body.size(), 1'000'000u);
  EXPECT_GT(count(Counter::bytes_received), 18'000'000);
}

TEST_F(Http2, HeadAndInterimAnswers) {
  one_task({request("HEAD", "/a"), request("GET", "/b")});
  serve([](Http2Peer& peer, const Http2Peer::Asked& asked) {
    peer.interim(asked.stream, {{":status", "103"}, {"set-cookie", "early=1"}});
    peer.answer(asked.stream, {{":status", "200"}, {"set-cookie", "sid=1; Path=/"}}, "");
  });
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(requests[1].headers["cookie"], "sid=1");
}

TEST_F(Http2, RedirectsAreFollowed) {
  workload.redirects = 3;
  one_task({request("POST", "/a", "x")});
  serve([](Http2Peer& peer, const Http2Peer::Asked& asked) {
    if (asked.headers.at(":path") == "/a") {
      peer.answer(asked.stream, {{":status", "303"}, {"location", "/b"}}, "");
    } else {
      peer.answer(asked.stream, good, "");
    }
  });
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(requests.at(1).headers[":method"], "GET");
  EXPECT_EQ(count(Counter::redirects), 1);
}

TEST_F(Http2, AnAnswerWithGoAwayIsTheLastOfItsConnection) {
  one_task({request("GET", "/a")});
  serve([](Http2Peer& peer, const Http2Peer::Asked& asked) {
    peer.go_away(asked.stream, NGHTTP2_NO_ERROR);
    peer.answer(asked.stream, good, "");
  });
  run_times(2);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(Counter::connections), 2);
}

TEST_F(Http2, GoAwayBeforeTheRequestWasReadFails) {
  one_task({request("GET", "/a")});
  serve([](Http2Peer& peer, const Http2Peer::Asked&) { peer.go_away(0, NGHTTP2_ENHANCE_YOUR_CALM); });
  run_times(1);
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("read: GET /a: the target reset the stream (REFUSED_STREAM)"));
}

TEST_F(Http2, ResetStreams) {
  one_task({request("GET", "/a")});
  serve([](Http2Peer& peer, const Http2Peer::Asked& asked) {
    peer.reset_stream(asked.stream, NGHTTP2_INTERNAL_ERROR);
  });
  run_times(1);
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("read: GET /a: the target reset the stream (INTERNAL_ERROR)"));
}

TEST_F(Http2, LimitsHold) {
  workload.max_body = 100'000;
  one_task({request("GET", "/a")});
  serve([](Http2Peer& peer, const Http2Peer::Asked& asked) {
    peer.answer(asked.stream, good, std::string(200'000, 'x'));
  });
  run_times(1);
  serve([](Http2Peer& peer, const Http2Peer::Asked& asked) {
    Http2Peer::Fields fields = good;
    for (int i = 0; i < 100; ++i) fields.emplace_back(fmt::format("x-{}", i), std::string(1'000, 'x'));
    peer.answer(asked.stream, fields, "");
  });
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("too_large: GET /a: the body is longer than 100000 bytes",
                                                 "too_large: GET /a: the headers are longer than 64 KiB"));
}

TEST_F(Http2, ALengthThatIsWrongBreaksTheProtocol) {
  one_task({request("GET", "/a")});
  serve([](Http2Peer& peer, const Http2Peer::Asked& asked) {
    peer.answer(asked.stream, {{":status", "200"}, {"content-length", "10"}}, "short");
  });
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre(StartsWith("protocol: GET /a: ")));
}

TEST_F(Http2, WhatIsNoHttp2IsSaid) {
  one_task({request("GET", "/a")});
  for (const char* bytes : {"HTTP/1.1 400 Bad Request\r\n\r\n",
                            "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "SSH-2.0-OpenSSH\r\n"}) {
    say(bytes);
    run_times(1);
  }
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre(StartsWith("protocol: GET /a: "), StartsWith("protocol: GET /a: "),
                          StartsWith("protocol: GET /a: ")));
  EXPECT_EQ(timeline.now(), core::TimePoint(1'000s)) << "known at once";
}

TEST_F(Http2, SilenceAndTheEnd) {
  one_task({request("GET", "/a")});
  say("");
  run_times(1);
  say("", true);
  run_times(1);
  EXPECT_THAT(
      probe.failure_texts(),
      ElementsAre("deadline: GET /a: no answer in time: timeout of 5s passed while waiting for the first "
                  "byte of the answer",
                  "read: GET /a: the connection closed before the end of the response"));
}

/// Every operation fails in every way: one failure, in its class, and nothing is left over.
TEST_F(Http2, FailingAtEveryStep) {
  one_task({request("POST", "/a", "x")});
  network.read_limit = 30;
  network.write_limit = 40;
  run_times(1);
  const std::vector<Operation> good_run = network.operations();
  ASSERT_GT(good_run.size(), 4u);
  for (const Fault fault : {Fault::reset, Fault::end, Fault::stall}) {
    for (std::size_t at = 0; at < good_run.size(); ++at) {
      SCOPED_TRACE(at);
      support::VirtualTimeline time;
      PeerNetwork net(time);
      support::RecordingProbe seen;
      core::TaskGroup tasks;
      net.make_peer = network.make_peer;
      net.read_limit = network.read_limit;
      net.write_limit = network.write_limit;
      net.fail_at(at, fault);
      HttpSession session(workload, {support_endpoint, net, time, seen, 1, 0});
      auto once = [&]() -> core::Task<void> {
        co_await session.run_one(time.now(), core::TimePoint::max());
        session.close();
      };
      tasks.spawn(once());
      EXPECT_TRUE(time.run_all());
      EXPECT_EQ(tasks.live(), 0u);
      EXPECT_EQ(net.open_channels(), 0u);
      EXPECT_TRUE(time.timers().empty());
      const char* stage = good_run[at] == Operation::connect ? "connect: "
                          : good_run[at] == Operation::write ? "write: "
                                                             : "read: ";
      if (fault == Fault::stall) stage = "deadline: ";
      const auto failures = seen.failure_texts();
      // The last writes acknowledge settings: the answer may be there already.
      if (failures.empty()) {
        EXPECT_EQ(seen.counter(id, Counter::succeeded), 1);
        continue;
      }
      EXPECT_THAT(failures, ElementsAre(StartsWith(stage)));
    }
  }
}

}  // namespace
}  // namespace soundcheck::http
