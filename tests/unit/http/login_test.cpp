// Users that log in: before their first task, again before it ends, and when the target has forgotten them.
#include <fmt/format.h>

#include "protocols/http/once.hpp"
#include "tests/unit/http/http_session_fixture.hpp"

namespace soundcheck::http {
namespace {

using support::names;
using testing::HasSubstr;

constexpr core::TaskId login_id = 7;

class LoginTest : public HttpSessionTest {
 protected:
  LoginTest() {
    RequestStep log_in = request("POST", "/login", "{}");
    log_in.extract = {{names().slot("token"), "token", PointerSource{"/token"}},
                      {names().slot("ttl"), "ttl", PointerSource{"/expires_in"}}};
    workload.login.emplace();
    workload.login->task = login_id;
    workload.login->steps = {std::move(log_in)};
    one_task({request("GET", "/data/{{token}}")});
  }

  static std::string token(int n, int expires_in = 3600) {
    return ok(fmt::format(R"({{"token":"t-{}","expires_in":{}}})", n, expires_in));
  }
  static std::string unauthorised() { return answer("401 Unauthorized", ""); }
  static std::string sent(std::string_view path) { return fmt::format("{} HTTP/1.1\r\n", path); }
  std::int64_t logins() const { return probe.counter(login_id, Counter::logins); }
  /// How often a text was sent.
  std::size_t times(std::string_view text) const {
    std::size_t n = 0;
    for (std::size_t at = network.written().find(text); at != std::string::npos;
         at = network.written().find(text, at + 1))
      ++n;
    return n;
  }
};

TEST_F(LoginTest, AUserLogsInOnceBeforeItsFirstTask) {
  network.on_dial()
      .expect_request()
      .reply(token(1), 30ms)
      .expect_request()
      .reply(ok(""), 10ms)
      .expect_request()
      .reply(ok(""), 10ms);
  run_times(2);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(times(sent("POST /login")), 1U);
  EXPECT_EQ(times(sent("GET /data/t-1")), 2U);
  EXPECT_EQ(logins(), 1);
  EXPECT_THAT(probe.values(login_id, Metric::response_time), ElementsAre(30'000));
  EXPECT_THAT(probe.values(id, Metric::response_time), ElementsAre(10'000, 10'000))
      << "the first login is no part of the task";
}

TEST_F(LoginTest, WithoutALoginNoTaskBegins) {
  network.on_dial()
      .expect_request()
      .reply(answer("403 Forbidden", ""))
      .expect_request()
      .reply(token(2))
      .expect_request()
      .reply(ok(""));
  run_times(2);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: POST /login: status 403, expected 200"));
  EXPECT_EQ(probe.failures().front().first, login_id);
  EXPECT_EQ(count(Counter::started), 1) << "the next task tries again";
  EXPECT_EQ(logins(), 1);
}

TEST_F(LoginTest, A401LogsInAgainAndRepeatsTheRequest) {
  network.on_dial()
      .expect_request()
      .reply(token(1))
      .expect_request()
      .reply(unauthorised(), 10ms)
      .expect_request()
      .reply(token(2), 20ms)
      .expect_request()
      .reply(ok(""), 40ms);
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_THAT(network.written(), HasSubstr("GET /data/t-2 "));
  EXPECT_EQ(count(Counter::started), 1);
  EXPECT_EQ(count(Counter::succeeded), 1);
  EXPECT_EQ(count(Counter::client_errors), 1) << "the answer 401 did come";
  EXPECT_EQ(logins(), 2);
  EXPECT_THAT(probe.values(id, Metric::response_time), ElementsAre(70'000))
      << "the user waited for all of it";
  EXPECT_THAT(probe.values(id, Metric::service_time), ElementsAre(40'000)) << "the request that was answered";
}

TEST_F(LoginTest, ASecond401IsAFailure) {
  network.on_dial()
      .expect_request()
      .reply(token(1))
      .expect_request()
      .reply(unauthorised())
      .expect_request()
      .reply(token(2))
      .expect_request()
      .reply(unauthorised());
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: GET /data/{{token}}: status 401, expected 200"));
}

TEST_F(LoginTest, AnExpected401IsAnAnswer) {
  step().status = {401};
  network.on_dial().expect_request().reply(token(1)).expect_request().reply(unauthorised());
  run_times(1);
  EXPECT_EQ(count(Counter::succeeded), 1);
  EXPECT_EQ(logins(), 1);
}

TEST_F(LoginTest, ALoginThatFailsAfterA401LeavesThe401) {
  network.on_dial()
      .expect_request()
      .reply(token(1))
      .expect_request()
      .reply(unauthorised())
      .expect_request()
      .reply(answer("500 Oops", ""));
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: POST /login: status 500, expected 200",
                                                 "check: GET /data/{{token}}: status 401, expected 200"));
  EXPECT_EQ(count(Counter::started), 1);
}

TEST_F(LoginTest, A401OfTheLoginItselfIsAFailure) {
  network.on_dial().expect_request().reply(unauthorised());
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: POST /login: status 401, expected 200"));
}

TEST_F(LoginTest, IsRenewedBeforeItEnds) {
  workload.login->expires_in = support::text("{{ttl}}");
  workload.login->before = 2s;
  auto& script =
      network.on_dial().expect_request().reply(token(1, 5));  // good until 5 s, renewed from 3 s on
  for (int i = 0; i < 3; ++i) script.expect_request().reply(ok(""));
  script.expect_request().reply(token(2, 5));
  for (int i = 0; i < 2; ++i) script.expect_request().reply(ok(""));
  run_times(5);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(times(sent("GET /data/t-1")), 3U);
  EXPECT_EQ(times(sent("GET /data/t-2")), 2U);
  EXPECT_EQ(logins(), 2);
}

TEST_F(LoginTest, AShortLoginIsRenewedAfterHalfOfIt) {
  workload.login->every = 4s;
  workload.login->before = 30s;
  auto& script = network.on_dial().expect_request().reply(token(1));
  for (int i = 0; i < 2; ++i) script.expect_request().reply(ok(""));
  script.expect_request().reply(token(2)).expect_request().reply(ok(""));
  run_times(3);
  EXPECT_EQ(times(sent("POST /login")), 2U);
  EXPECT_EQ(times(sent("GET /data/t-2")), 1U);
}

TEST_F(LoginTest, HasStepsOfItsOwnToRenewAndFallsBackToTheLogin) {
  RequestStep refresh = request("POST", "/refresh/{{token}}");
  refresh.extract = {{names().slot("token"), "token", PointerSource{"/token"}}};
  workload.login->every = 2s;
  workload.login->refresh = {std::move(refresh)};
  network.on_dial()
      .expect_request()
      .reply(token(1))
      .expect_request()
      .reply(ok(""))
      .expect_request()
      .reply(ok(""))
      .expect_request()
      .reply(token(2))  // at 2 s: POST /refresh/t-1
      .expect_request()
      .reply(ok(""))
      .expect_request()
      .reply(ok(""))
      .expect_request()
      .reply(unauthorised())  // at 4 s: POST /refresh/t-2
      .expect_request()
      .reply(token(3))
      .expect_request()
      .reply(ok(""));
  run_times(5);
  EXPECT_THAT(network.written(), HasSubstr("POST /refresh/t-1 "));
  EXPECT_THAT(network.written(), HasSubstr("GET /data/t-2 "));
  EXPECT_THAT(network.written(), HasSubstr("GET /data/t-3 "));
  EXPECT_EQ(times(sent("POST /login")), 2U);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: POST /refresh/{{token}}: status 401, expected 200"));
  EXPECT_EQ(logins(), 3);
}

TEST_F(LoginTest, ALifetimeThatIsNoNumberIsAFailure) {
  workload.login->expires_in = support::text("{{ttl}}");
  network.on_dial().expect_request().reply(ok(R"({"token":"t","expires_in":"soon"})"));
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: login: expires_in is not a number of seconds"));
  EXPECT_EQ(count(Counter::started), 0);
}

// Setup and teardown

class OnceTest : public HttpSessionTest {
 protected:
  OnceResult once(const std::vector<Step>& steps) {
    OnceResult result;
    auto task = [&]() -> core::Task<void> {
      result = co_await run_once(workload, steps, endpoint, network, timeline, 1, 100);
    };
    run(task());
    return result;
  }
};

TEST_F(OnceTest, KeepsWhatItExtracts) {
  RequestStep seed = request("POST", "/seed?by={{user_id}}");
  seed.extract = {{names().slot("batch"), "batch", PointerSource{"/batch"}}};
  network.on_dial().expect_request().reply(ok(R"({"batch":"b-1"})"));
  const OnceResult result = once({std::move(seed)});
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(result.values.at(names().slot("batch")), "b-1");
  EXPECT_THAT(network.written(), HasSubstr("POST /seed?by=100 "));
  EXPECT_EQ(probe.counter(id, Counter::started), 0);
}

TEST_F(OnceTest, SaysWhyItFailedAndStopsThere) {
  network.on_dial().expect_request().reply(answer("503 Busy", ""));
  const OnceResult result = once({request("POST", "/seed"), request("POST", "/never")});
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->text, "POST /seed: status 503, expected 200");
}

TEST_F(OnceTest, KnowsNoLogin) {
  workload.login.emplace();
  workload.login->steps = {request("POST", "/login")};
  network.on_dial().expect_request().reply(answer("401 Unauthorized", ""));
  EXPECT_EQ(once({request("GET", "/a")}).failure->text, "GET /a: status 401, expected 200");
}

}  // namespace
}  // namespace soundcheck::http
