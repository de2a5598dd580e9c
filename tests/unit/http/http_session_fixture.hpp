// What tests of HTTP users share: a workload with one task, run in virtual time against a script. The test's
// own thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/http/http_session.hpp"
#include "tests/support/names.hpp"
#include "tests/support/session_test.hpp"

namespace soundcheck::http {

using namespace std::chrono_literals;
using core::Counter;
using core::Metric;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr core::TaskId id = 3;

inline RequestStep step_of(RequestSpec spec) {
  return {Request(std::move(spec), &support::names()), {200}, {}, {}};
}

inline RequestSpec spec_of(std::string method, std::string path, std::string body = {}) {
  return {std::move(method), std::move(path), "h", {}, std::move(body), {}};
}

inline RequestStep request(std::string method, std::string path, std::string body = {}) {
  return step_of(spec_of(std::move(method), std::move(path), std::move(body)));
}

/// An answer with its length; `fields` are whole header lines.
inline std::string answer(std::string_view status, std::string_view fields, std::string_view body = {}) {
  return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(fields) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

inline std::string ok(std::string_view body) { return answer("200 OK", "", body); }

class HttpSessionTest : public support::SessionTest {
 protected:
  HttpSessionTest() { workload.timeout = 5s; }

  void one_task(std::vector<Step> steps) { workload.tasks.push_back({id, 1, std::move(steps)}); }
  /// Of the first task; it must be a request.
  RequestStep& step(std::size_t i = 0) { return std::get<RequestStep>(workload.tasks[0].steps[i]); }

  /// Runs the task so many times, a second apart, and closes.
  void run_times(int times) {
    HttpSession session(workload, {endpoint, network, timeline, probe, 1, 42});
    run(repeat(session, times));
  }
  core::Task<void> repeat(HttpSession& session, int times) {
    for (int i = 0; i < times; ++i) {
      co_await timeline.sleep_until(at(i * 1s));
      co_await session.run_one(timeline.now(), core::TimePoint::max());
    }
    session.close();
  }

  std::int64_t count(Counter counter) const { return probe.counter(id, counter); }

  Workload workload;
};

}  // namespace soundcheck::http
