// Every hostile answer ends in its own failure class within its deadline, whichever byte it comes at, and
// does not disturb a second user of the same run.
#include <cerrno>

#include "tests/unit/http/compressed.hpp"
#include "tests/unit/http/http_session_fixture.hpp"

namespace soundcheck::http {
namespace {

using testing::StartsWith;

struct Hostility {
  const char* name;
  std::string bytes;         ///< said at once
  std::string piece;         ///< and then this, again and again
  core::Duration pause{};    ///< between the pieces
  bool ends = false;         ///< then the connection
  const char* failure = "";  ///< how the failure's text begins

  friend void PrintTo(const Hostility& h, std::ostream* out) { *out << h.name; }
};

const std::string head = "HTTP/1.1 200 OK\r\n";
const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";

const Hostility hostilities[]{
    {"garbage", "\x16\x03\x01 this is no HTTP\r\n\r\n", "", {}, false, "protocol: GET /a: "},
    {"endless_headers", head, "X-Filler: abcdefgh\r\n", 1us, false,
     "too_large: GET /a: the headers are longer"},
    {"endless_header_line", head + "X-Filler: ", std::string(500, 'x'), 1us, false,
     "too_large: GET /a: the headers"},
    {"endless_reason", "HTTP/1.1 200 ", std::string(500, 'x'), 1us, false, "too_large: GET /a: the headers"},
    {"huge_body_announced",
     head + "Content-Length: 2147483648\r\n\r\n",
     "",
     {},
     false,
     "too_large: GET /a: the body"},
    {"huge_body_streamed", head + "\r\n", std::string(50'000, 'x'), 1us, false,
     "too_large: GET /a: the body"},
    {"huge_body_in_chunks", chunked, "c350\r\n" + std::string(50'000, 'x') + "\r\n", 1us, false,
     "too_large: GET /a: the body"},
    {"huge_chunk_announced", chunked + "80000000\r\n", "", {}, false, "too_large: GET /a: the body"},
    {"endless_chunk_extension", chunked + "5;", std::string(500, 'x'), 1us, false,
     "too_large: GET /a: a chunk's header"},
    {"endless_trailer", chunked + "0\r\nA: ", std::string(500, 'x'), 1us, false, "too_large: GET /a: "},
    {"length_too_long",
     head + "Content-Length: 100\r\n\r\nshort",
     "",
     {},
     true,
     "read: GET /a: the connection closed"},
    {"length_too_short",
     head + "Content-Length: 2\r\n\r\nlonger",
     "",
     {},
     false,
     "protocol: GET /a: bytes after"},
    {"two_answers", ok("one") + ok("two"), "", {}, false, "protocol: GET /a: bytes after the end"},
    {"two_lengths",
     head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
     "",
     {},
     false,
     "protocol: GET /a: "},
    {"negative_length", head + "Content-Length: -1\r\n\r\n", "", {}, false, "protocol: GET /a: "},
    {"no_chunk_size", chunked + "zz\r\n", "", {}, false, "protocol: GET /a: "},
    {"chunk_without_its_end", chunked + "5\r\nhelloXX\r\n", "", {}, false, "protocol: GET /a: "},
    {"slow_drip", head + "Content-Length: 100000\r\n\r\n", "x", 100ms, false,
     "deadline: GET /a: no answer in time: timeout of 5s passed while receiving"},
    {"slow_drip_of_headers", head, "x", 100ms, false,
     "deadline: GET /a: no answer in time: timeout of 5s passed while receiving"},
    {"slow_interim_answers", "", "HTTP/1.1 102 Processing\r\n\r\n", 100ms, false,
     "deadline: GET /a: no answer in time: timeout of 5s passed while receiving"},
    {"endless_interim_answers", "", "HTTP/1.1 103 Early Hints\r\n\r\n", 1us, false,
     "protocol: GET /a: more than 100"},
    {"unasked_upgrade", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "", {}, false, "protocol: GET /a: 101"},
    {"redirect_loop",
     answer("302 Found", "Location: /a\r\n"),
     "",
     {},
     false,
     "redirect: GET /a: a redirect loop"},
    {"redirect_off_host",
     answer("302 Found", "Location: http://other.test/\r\n"),
     "",
     {},
     false,
     "redirect: GET /a: a redirect to http://other.test, which is not the target"},
    {"redirect_to_nonsense",
     answer("302 Found", "Location: http://[\r\n"),
     "",
     {},
     false,
     "redirect: GET /a: "},
    {"bomb",
     answer("200 OK", "Content-Encoding: gzip\r\n", gzipped(std::string(2'000'000, '\0'))),
     "",
     {},
     false,
     "too_large: GET /a: the decompressed body"},
    {"bomb_that_is_none",
     answer("200 OK", "Content-Encoding: gzip\r\n", "plain"),
     "",
     {},
     false,
     "protocol: GET /a: the body is not valid gzip"},
    {"silence", "", "", {}, false, "deadline: GET /a: no answer in time: timeout of 5s passed while waiting"},
};

class HostileAnswers : public HttpSessionTest, public testing::WithParamInterface<Hostility> {};

TEST_P(HostileAnswers, EndInTheirClassAndDisturbNobody) {
  const Hostility& hostility = GetParam();
  check_script = false;  // nobody plays them to the end
  workload.redirects = 5;
  workload.max_body = 1'000'000;
  one_task({request("GET", "/a")});
  step().body.contains = support::text("");
  auto& script = network.on_dial().expect_request();
  if (!hostility.bytes.empty()) script.reply(hostility.bytes);
  if (!hostility.piece.empty()) {
    for (int i = 0; i < 5'000; ++i) script.reply(hostility.piece, hostility.pause);
  }
  if (hostility.ends) script.end();
  HttpSession session(workload, {endpoint, network, timeline, probe, 1, 42});

  Workload healthy;
  healthy.timeout = 5s;
  healthy.tasks.push_back({7, 1, {}});
  healthy.tasks[0].steps.push_back(request("GET", "/good"));
  support::ScriptedNetwork good(timeline);
  auto& answers = good.on_dial();
  for (int i = 0; i < 6; ++i) answers.expect_request().reply(ok("good"), 1ms);
  HttpSession neighbour(healthy, {endpoint, good, timeline, probe, 1, 43});

  core::TimePoint ended;
  auto victim = [&]() -> core::Task<void> {
    co_await session.run_one(timeline.now(), core::TimePoint::max());
    ended = timeline.now();
    session.close();
  };
  auto other = [&]() -> core::Task<void> {
    for (int i = 0; i < 6; ++i) {
      co_await timeline.sleep_until(at(i * 1s));
      co_await neighbour.run_one(timeline.now(), core::TimePoint::max());
    }
    neighbour.close();
  };
  group.spawn(victim());
  group.spawn(other());
  EXPECT_TRUE(timeline.run_all());
  EXPECT_THAT(probe.failure_texts(), ElementsAre(StartsWith(hostility.failure)));
  EXPECT_LE(ended, at(5s));
  EXPECT_EQ(probe.counter(7, Counter::succeeded), 6);
  EXPECT_THAT(good.problems(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Table, HostileAnswers, testing::ValuesIn(hostilities),
                         [](const auto& test) { return test.param.name; });

/// The connection breaks after each byte of a good answer.
TEST_F(HttpSessionTest, BreaksAtEveryByte) {
  check_script = false;
  one_task({request("GET", "/a")});
  const std::string whole =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n";
  std::size_t dials = 0;
  for (const bool reset : {true, false}) {
    for (std::size_t size = 0; size < whole.size(); ++size, ++dials) {
      auto& script = network.on_dial().expect_request();
      if (size > 0) script.reply(whole.substr(0, size));
      reset ? script.reset(ECONNRESET, 1ms) : script.end(1ms);
    }
  }
  HttpSession session(workload, {endpoint, network, timeline, probe, 1, 42});
  auto all = [&]() -> core::Task<void> {
    for (std::size_t i = 0; i < dials; ++i) co_await session.run_one(timeline.now(), core::TimePoint::max());
    session.close();
  };
  run(all());
  EXPECT_EQ(probe.failures().size(), dials);
  for (const std::string& text : probe.failure_texts()) {
    EXPECT_TRUE(text == "read: GET /a: Connection reset by peer" ||
                text == "read: GET /a: the connection closed before the end of the response")
        << text;
  }
  EXPECT_LT(timeline.now(), at(1s));
}

}  // namespace
}  // namespace soundcheck::http
