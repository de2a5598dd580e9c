// What an HTTP user can do beside plain requests: deadlines by phase, redirects, cookies, compression,
// chunks, expect-continue, close, proxies, limits.
#include <cerrno>

#include "tests/unit/http/compressed.hpp"
#include "tests/unit/http/http_session_fixture.hpp"

namespace soundcheck::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class HttpBreadth : public HttpSessionTest {
 protected:
  void allow(const std::string& origin) {
    OtherHost other{*parse_origin(origin, false), support::any_endpoint()};
    other.endpoint.host = other.origin.host;
    other.endpoint.port = other.origin.port;
    workload.others.push_back(std::move(other));
  }
};

// Deadlines

TEST_F(HttpBreadth, TheConnectTimeoutIsNamed) {
  workload.connect_timeout = 2s;
  one_task({request("GET", "/a")});
  network.on_dial().never_connect();
  run_times(1);
  EXPECT_THAT(
      probe.failure_texts(),
      ElementsAre("deadline: connecting to 192.0.2.1:80: no answer in time: connect_timeout of 2s passed "
                  "while connecting"));
  EXPECT_THAT(probe.values(id, Metric::response_time), ElementsAre(2'000'000));
}

TEST_F(HttpBreadth, TheFirstByteTimeoutCountsFromTheRequest) {
  workload.first_byte_timeout = 2s;
  one_task({request("GET", "/a")});
  network.on_dial().connect_after(1s).expect_request().reply(ok("late"), 2500ms);
  run_times(1);
  EXPECT_THAT(
      probe.failure_texts(),
      ElementsAre(
          "deadline: GET /a: no answer in time: first_byte_timeout of 2s passed while waiting for the "
          "first byte of the answer"));
  EXPECT_THAT(probe.values(id, Metric::response_time), ElementsAre(3'000'000));
}

TEST_F(HttpBreadth, AFirstByteInTimeLeavesTheRestToTheTimeout) {
  workload.first_byte_timeout = 2s;
  one_task({request("GET", "/a")});
  auto& script = network.on_dial();
  for (int i = 0; i < 2; ++i)
    script.expect_request().reply("HTTP/1.1 200 OK\r\n", 10ms).reply("Content-Length: 2\r\n\r\nok", 400ms);
  script.expect_request().reply("HTTP/1.1 200 OK\r\n", 1s);
  run_times(3);
  EXPECT_THAT(
      probe.failure_texts(),
      ElementsAre("deadline: GET /a: no answer in time: timeout of 5s passed while receiving the answer"));
  EXPECT_THAT(probe.values(id, Metric::response_time), ElementsAre(410'000, 410'000, 5'000'000));
}

TEST_F(HttpBreadth, TheTaskTimeoutCoversAllSteps) {
  workload.task_timeout = 3s;
  one_task({request("GET", "/a"), request("GET", "/b")});
  network.on_dial().expect_request().reply(ok(""), 2s).expect_request().reply(ok(""), 2s);
  run_times(1);
  EXPECT_THAT(
      probe.failure_texts(),
      ElementsAre(
          "deadline: GET /b: no answer in time: task_timeout of 3s passed while waiting for the first "
          "byte of the answer"));
  EXPECT_EQ(timeline.now(), at(3s));
}

TEST_F(HttpBreadth, AStalledSendIsSaid) {
  one_task({request("POST", "/a", "body")});
  network.on_dial();
  network.fail_at(1, support::Fault::stall);
  run_times(1);
  EXPECT_THAT(
      probe.failure_texts(),
      ElementsAre("deadline: POST /a: no answer in time: timeout of 5s passed while sending the request"));
}

// Redirects

TEST_F(HttpBreadth, WithoutTheKeyARedirectIsAnAnswer) {
  one_task({request("GET", "/a")});
  network.on_dial().expect_request().reply(answer("302 Found", "Location: /b\r\n"));
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: GET /a: status 302, expected 200"));
}

TEST_F(HttpBreadth, AnExpectedRedirectIsNotFollowed) {
  workload.redirects = 5;
  one_task({request("GET", "/a")});
  step().status = {302};
  network.on_dial().expect_request().reply(answer("302 Found", "Location: /b\r\n"));
  run_times(1);
  EXPECT_EQ(count(Counter::succeeded), 1);
  EXPECT_EQ(count(Counter::redirects), 0);
}

TEST_F(HttpBreadth, TheTimeOfTheChainIsTheRequests) {
  workload.redirects = 5;
  one_task({request("POST", "/a", "x")});
  network.on_dial()
      .expect("POST /a HTTP/1.1\r\nHost: h\r\nUser-Agent: soundcheck/0.1\r\nContent-Length: 1\r\n\r\nx")
      .reply(answer("303 See Other", "Location: b?c={{user_id}}\r\n", "ignored"), 100ms)
      .expect("GET /b?c=%7B%7Buser_id%7D%7D HTTP/1.1\r\nHost: h\r\nUser-Agent: soundcheck/0.1\r\n\r\n")
      .reply(answer("301 Moved", "Location: /d\r\nConnection: close\r\n"), 200ms);
  network.on_dial().expect_request().reply(ok("there"), 300ms);
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(Counter::redirects), 2);
  EXPECT_EQ(count(Counter::started), 1);
  EXPECT_EQ(count(Counter::succeeded), 1);
  EXPECT_THAT(probe.values(id, Metric::response_time), ElementsAre(600'000));
  EXPECT_THAT(probe.values(id, Metric::first_byte_time), ElementsAre(300'000)) << "of the last answer";
}

TEST_F(HttpBreadth, ALoopIsNoticed) {
  workload.redirects = 10;
  one_task({request("GET", "/a")});
  network.on_dial()
      .expect_request()
      .reply(answer("302 Found", "Location: /b\r\n"))
      .expect_request()
      .reply(answer("302 Found", "Location: http://target.test/a\r\n"));
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("redirect: GET /a: a redirect loop"));
  EXPECT_EQ(probe.values(id, Metric::response_time).size(), 1u) << "an answer came";
}

TEST_F(HttpBreadth, ARepetitionWithANewCookieIsNoLoop) {
  workload.redirects = 10;
  one_task({request("GET", "/a")});
  network.on_dial()
      .expect_request()
      .reply(answer("302 Found", "Location: /login\r\n"))
      .expect_request()
      .reply(answer("302 Found", "Location: /a\r\nSet-Cookie: sid=1; Path=/\r\n"))
      .expect("GET /a HTTP/1.1\r\nHost: h\r\nUser-Agent: soundcheck/0.1\r\nCookie: sid=1\r\n\r\n")
      .reply(ok(""));
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
}

TEST_F(HttpBreadth, TooManyAreRefused) {
  workload.redirects = 2;
  one_task({request("GET", "/a")});
  auto& script = network.on_dial();
  for (const char* to : {"/1", "/2", "/3"})
    script.expect_request().reply(answer("302 Found", "Location: " + std::string(to) + "\r\n"));
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("redirect: GET /a: more than 2 redirects (key redirects)"));
}

TEST_F(HttpBreadth, NeverOffTheTarget) {
  workload.redirects = 2;
  one_task({request("GET", "/a")});
  auto& script = network.on_dial();
  for (const char* to : {"http://evil.test/x?secret=1", "https://target.test/", "ftp://x/"})
    script.expect_request().reply(answer("302 Found", "Location: " + std::string(to) + "\r\n"));
  run_times(3);
  EXPECT_THAT(
      probe.failure_texts(),
      ElementsAre("redirect: GET /a: a redirect to http://evil.test, which is not the target; name it in "
                  "allow_hosts if requests may go there",
                  StartsWith("redirect: GET /a: a redirect to https://target.test, which is"),
                  "redirect: GET /a: a redirect to something that is no http or https address"));
  EXPECT_EQ(network.dials(), 1u);
}

TEST_F(HttpBreadth, AnAllowedHostGetsNoSecrets) {
  workload.redirects = 2;
  allow("http://other.test:81");
  RequestSpec spec = spec_of("GET", "/a");
  spec.headers = {{"Authorization", "Bearer x"}, {"X-Id", "7"}};
  one_task({step_of(spec)});
  network.on_dial()
      .expect_request()
      .reply(answer("200 OK", "Set-Cookie: mine=1; Path=/\r\n"))
      .expect_request()
      .reply(answer("307 Temporary Redirect", "Location: http://other.test:81/b\r\n"));
  network.on_dial()
      .expect("GET /b HTTP/1.1\r\nHost: other.test:81\r\nUser-Agent: soundcheck/0.1\r\nX-Id: 7\r\n\r\n")
      .reply(ok(""));
  run_times(2);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(Counter::connections), 2);
}

// Cookies

TEST_F(HttpBreadth, CookiesGoBackUntilTheyAreForgotten) {
  one_task({request("GET", "/{{user_id}}"), request("POST", "/b", "x")});
  auto& script = network.on_dial();
  for (int i = 0; i < 2; ++i) {
    script.expect_request().reply(answer("200 OK", "Set-Cookie: sid=1; Path=/\r\nset-cookie: b=2\r\n"));
    script.expect_request().reply(ok(""));
  }
  run_times(2);
  EXPECT_THAT(
      network.written(),
      HasSubstr("POST /b HTTP/1.1\r\nHost: h\r\nUser-Agent: soundcheck/0.1\r\nContent-Length: 1\r\nCookie: "
                "sid=1; b=2\r\n\r\nx"));
  EXPECT_THAT(
      network.written(),
      HasSubstr("GET /42 HTTP/1.1\r\nHost: h\r\nUser-Agent: soundcheck/0.1\r\nCookie: sid=1; b=2\r\n\r\n"));
}

TEST_F(HttpBreadth, CookiesCanEndWithTheTaskOrBeOff) {
  for (const Cookies cookies : {Cookies::off, Cookies::per_task}) {
    workload = {};
    workload.timeout = 5s;
    workload.cookies = cookies;
    one_task({request("GET", "/a")});
    auto& script = network.on_dial();
    for (int i = 0; i < 2; ++i)
      script.expect_request().reply(answer("200 OK", "Set-Cookie: sid=1; Path=/\r\n"));
    run_times(2);
  }
  EXPECT_THAT(network.written(), Not(HasSubstr("Cookie")));
}

// Bodies

TEST_F(HttpBreadth, ACompressedBodyIsDecodedForTheCheckOnly) {
  one_task({request("GET", "/a"), request("GET", "/b")});
  step().body.json.emplace_back("/status", R"("up")");
  const std::string body = gzipped(R"({"status":"up"})");
  const std::string reply = answer("200 OK", "Content-Encoding: gzip\r\n", body);
  network.on_dial().expect_request().reply(reply).expect_request().reply(
      answer("200 OK", "Content-Encoding: gzip\r\n", "broken, and nobody looks"));
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
}

TEST_F(HttpBreadth, ABombIsTooLarge) {
  workload.max_body = 100'000;
  one_task({request("GET", "/a")});
  step().body.contains = support::text("x");
  network.on_dial().expect_request().reply(
      answer("200 OK", "Content-Encoding: gzip\r\n", gzipped(std::string(200'000, 'x'))));
  run_times(1);
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("too_large: GET /a: the decompressed body is longer than 100000 bytes"));
}

TEST_F(HttpBreadth, TheBodyLimitHoldsHoweverTheBodyComes) {
  workload.max_body = 10;
  one_task({request("GET", "/a")});
  for (const char* reply :
       {"HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n",
        "HTTP/1.1 200 OK\r\n\r\n12345678901"})
    network.on_dial().expect_request().reply(reply);
  network.on_dial().expect_request().reply(ok("1234567890"));
  run_times(4);
  const auto too_large = "too_large: GET /a: the body is longer than 10 bytes";
  EXPECT_THAT(probe.failure_texts(), ElementsAre(too_large, too_large, too_large));
}

TEST_F(HttpBreadth, HeadersAreKeptAsVariables) {
  RequestStep login = request("GET", "/a");
  login.extract = {{support::names().slot("token"), "token", HeaderSource{"X-Token"}}};
  one_task({std::move(login), request("GET", "/{{token}}")});
  network.on_dial()
      .expect_request()
      .reply(answer("200 OK", "x-token: t-1\r\n"))
      .expect_request()
      .reply(ok(""))
      .expect_request()
      .reply(ok(""));
  run_times(2);
  EXPECT_THAT(network.written(), HasSubstr("GET /t-1 HTTP/1.1\r\n"));
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("check: GET /a: the answer has no header X-Token to extract as token"));
}

TEST_F(HttpBreadth, ABodyGoesOutInChunks) {
  RequestSpec spec = spec_of("POST", "/a", std::string(20'000, 'x'));
  spec.chunked = true;
  one_task({step_of(spec)});
  network.on_dial()
      .expect(
          "POST /a HTTP/1.1\r\nHost: h\r\nUser-Agent: soundcheck/0.1\r\nTransfer-Encoding: "
          "chunked\r\n\r\n4000\r\n" +
          std::string(16'384, 'x') + "\r\ne20\r\n" + std::string(3'616, 'x') + "\r\n0\r\n\r\n")
      .reply(ok(""));
  run_times(1);
  EXPECT_EQ(count(Counter::succeeded), 1);
}

TEST_F(HttpBreadth, AnAnswerBeforeTheWholeRequestIsTheAnswer) {
  one_task({request("POST", "/a", std::string(1'000, 'x'))});
  network.write_limit = 200;
  network.on_dial().expect("POST").reply(answer("413 Content Too Large", "Connection: close\r\n")).end();
  network.fail_at(2, support::Fault::stall);
  check_script = false;
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre(StartsWith("deadline: POST /a")));
}

// Expect: 100-continue

class ExpectContinue : public HttpBreadth {
 protected:
  ExpectContinue() {
    RequestSpec spec = spec_of("POST", "/a", "body");
    spec.expect_continue = true;
    one_task({step_of(spec)});
  }
  const std::string head =
      "POST /a HTTP/1.1\r\nHost: h\r\nUser-Agent: soundcheck/0.1\r\nExpect: 100-continue\r\nContent-Length: "
      "4\r\n\r\n";
};

TEST_F(ExpectContinue, TheBodyFollowsTheInterimAnswer) {
  network.on_dial()
      .expect(head)
      .reply("HTTP/1.1 100 Con", 100ms)
      .reply("tinue\r\n\r\n", 100ms)
      .expect("body")
      .reply(ok(""), 300ms);
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_THAT(probe.values(id, Metric::first_byte_time), ElementsAre(300'000));
  EXPECT_THAT(probe.values(id, Metric::response_time), ElementsAre(500'000));
}

TEST_F(ExpectContinue, SilenceIsWaitedForASecond) {
  network.on_dial().expect(head).expect("body").reply(ok(""), 300ms);
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_THAT(probe.values(id, Metric::response_time), ElementsAre(1'300'000));
}

TEST_F(ExpectContinue, AFinalAnswerKeepsTheBodyBackAndEndsTheConnection) {
  network.on_dial().expect(head).reply(answer("417 Expectation Failed", ""), 100ms);
  network.on_dial().expect(head).reply("HTTP/1.1 100 Continue\r\n\r\n").expect("body").reply(ok(""));
  run_times(2);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: POST /a: status 417, expected 200"));
  EXPECT_EQ(count(Counter::succeeded), 1);
}

TEST_F(ExpectContinue, FailsInTheUsualClasses) {
  network.on_dial().expect(head).end();
  network.on_dial().expect(head).reset(ECONNRESET);
  network.on_dial().expect(head).reply("garbage\r\n\r\n");
  run_times(3);
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("read: POST /a: the connection closed before the end of the response",
                          "read: POST /a: Connection reset by peer", StartsWith("protocol: POST /a")));
}

// Connections

TEST_F(HttpBreadth, WithoutKeepAliveEachRequestHasItsConnection) {
  workload.keep_alive = false;
  RequestSpec spec = spec_of("GET", "/a");
  spec.close = true;
  one_task({step_of(spec)});
  for (int i = 0; i < 2; ++i)
    network.on_dial()
        .expect("GET /a HTTP/1.1\r\nHost: h\r\nUser-Agent: soundcheck/0.1\r\nConnection: close\r\n\r\n")
        .reply(ok("the target would keep it"));
  run_times(2);
  EXPECT_EQ(count(Counter::succeeded), 2);
  EXPECT_EQ(count(Counter::connections), 2);
}

TEST_F(HttpBreadth, AProxyIsAskedInAbsoluteForm) {
  net::Proxy proxy;
  proxy.authorization = "Basic c2VjcmV0";
  proxy.addresses = endpoint.addresses;
  endpoint.proxy = std::make_shared<const net::Proxy>(proxy);
  RequestSpec spec = spec_of("GET", "/a");
  spec.authority = endpoint.authority;
  route(spec, endpoint);
  one_task({step_of(spec)});
  network.on_dial()
      .expect(
          "GET http://target.test/a HTTP/1.1\r\nHost: target.test\r\nUser-Agent: "
          "soundcheck/0.1\r\nProxy-Authorization: Basic c2VjcmV0\r\n\r\n")
      .reply(answer("502 Bad Gateway", ""));
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: GET /a: status 502, expected 200"));
}

}  // namespace
}  // namespace soundcheck::http
