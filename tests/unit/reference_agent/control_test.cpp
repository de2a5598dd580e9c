#include "tools/reference_agent/control.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>

namespace soundcheck::reference_agent {
namespace {

using namespace std::chrono_literals;
using Kind = Treatment::Kind;

TimePoint at(Duration d) { return TimePoint{d}; }

TEST(Control, ServesEverythingWithoutFaults) {
  Control control({}, 1, at(0s));
  for (int i = 0; i < 1000; ++i) {
    const auto treatment = control.treat_request(at(0s));
    EXPECT_EQ(treatment.kind, Kind::serve);
    EXPECT_EQ(treatment.delay, 0s);
    EXPECT_FALSE(control.drop_message());
  }
  EXPECT_EQ(control.counters.requests, 1000U);
  EXPECT_EQ(control.stalled_until(at(5s)), at(5s));
}

TEST(Control, DealsSharesAndDelaysExactly) {
  Control control({}, 1, at(0s));
  EXPECT_TRUE(
      control.patch(R"({"error_rate":0.05,"drop_rate":"10%","delay":"5ms:95%,50ms:5%"})", at(0s)).empty());
  std::map<Kind, int> kinds;
  for (int i = 0; i < 1000; ++i) ++kinds[control.treat_request(at(0s)).kind];
  EXPECT_EQ(kinds[Kind::drop], 100);
  EXPECT_EQ(kinds[Kind::fail], 45);  // 5% of the 900 that were not dropped
  EXPECT_EQ(kinds[Kind::serve], 855);
  EXPECT_EQ(control.counters.requests_dropped, 100U);
  EXPECT_THAT(control.counters.delays_dealt,
              testing::ElementsAre(testing::Pair(5, 855U), testing::Pair(50, 45U)));
}

TEST(Control, FailsAndDelaysOneRoute) {
  Control control({}, 1, at(0s));
  const auto faulty = find_route("POST", "/ngx/api/roi")->index;
  const auto sound = find_route("GET", "/ngx/health")->index;
  EXPECT_TRUE(control
                  .patch(R"({"route_errors":{"POST /ngx/api/roi":"25%","GET /api/v1/health":0},)"
                         R"("route_delays":{"POST /ngx/api/roi":"7ms"},"delay":"5ms"})",
                         at(0s))
                  .empty());
  int failed = 0;
  for (int i = 0; i < 100; ++i) {
    const auto treatment = control.treat_request(at(0s), faulty);
    failed += treatment.kind == Kind::fail ? 1 : 0;
    EXPECT_EQ(treatment.delay, 12ms);
    const auto other = control.treat_request(at(0s), sound);
    EXPECT_EQ(other.kind, Kind::serve);
    EXPECT_EQ(other.delay, 5ms);
  }
  EXPECT_EQ(failed, 25);
  EXPECT_THAT(control.counters.delays_dealt,
              testing::ElementsAre(testing::Pair(5, 100U), testing::Pair(12, 100U)));
}

TEST(Control, CountsRoutesAndKeepsTheLastUploads) {
  Control control({}, 1, at(0s));
  control.counters.count_answer(find_route("GET", "/ngx/health")->index, 200);
  control.counters.count_answer(find_route("GET", "/ngx/health")->index, 500);
  control.counters.count_answer({}, 404);
  for (std::uint64_t i = 0; i < Counters::max_uploads + 5; ++i)
    control.counters.count_upload({"abc", 10 * i, i});
  const auto json = boost::json::parse(control.to_json());
  EXPECT_EQ(boost::json::serialize(json.at("routes")),
            R"({"GET /ngx/health":{"requests":2,"by_status":{"200":1,"500":1}}})");
  EXPECT_EQ(boost::json::serialize(json.at("requests_by_status")), R"({"200":1,"404":1,"500":1})");
  EXPECT_EQ(json.at("uploads_total").to_number<std::size_t>(), Counters::max_uploads + 5);
  EXPECT_EQ(json.at("uploads").as_array().size(), Counters::max_uploads);
  EXPECT_EQ(boost::json::serialize(json.at("uploads").at(0)), R"({"sha256":"abc","bytes":50,"rows":5})");
}

TEST(Control, LimitsTheRate) {
  Control control({}, 1, at(0s));
  EXPECT_TRUE(control.patch(R"({"rate_limit":"2/s"})", at(0s)).empty());
  EXPECT_EQ(control.treat_request(at(0s)).kind, Kind::serve);
  EXPECT_EQ(control.treat_request(at(0s)).kind, Kind::serve);
  const auto refused = control.treat_request(at(0s));
  EXPECT_EQ(refused.kind, Kind::limit);
  EXPECT_EQ(refused.retry_after, 500ms);
  EXPECT_EQ(control.treat_request(at(500ms)).kind, Kind::serve);
}

TEST(Control, LeaksWhatItWasTold) {
  Control control({}, 1, at(10s));
  EXPECT_TRUE(control.patch(R"({"leak_per_call":"1KiB","leak_per_second":"1MiB"})", at(10s)).empty());
  control.call_began();
  control.call_began();
  EXPECT_EQ(control.counters.leaked_bytes, 2048U);
  control.leak(at(10049ms));
  EXPECT_EQ(control.counters.leaked_bytes, 2048U);
  for (int step = 1; step <= 20; ++step) control.leak(at(10s + step * 50ms));
  EXPECT_NEAR(static_cast<double>(control.counters.leaked_bytes), 2048 + 1048576, 20);  // whole bytes a step
}

TEST(Control, LeaksByRequestAndByConnection) {
  Control control({}, 1, at(0s));
  EXPECT_TRUE(control.patch(R"({"leak_per_request":"4KiB","leak_per_connection":"64KiB"})", at(0s)).empty());
  control.connection_began();
  EXPECT_EQ(control.counters.websocket_connections, 1U);
  EXPECT_EQ(control.counters.leaked_bytes, 65'536U);
  control.treat_request(at(1s));
  control.treat_request(at(1s));
  EXPECT_EQ(control.counters.leaked_bytes, 65'536U + 2 * 4'096U);
}

/// Of this process, in MiB.
double resident() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t all = 0, present = 0;
  in >> all >> present;
  return static_cast<double>(present) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

TEST(Control, WhatBreathesDoesNotLeak) {
  Control control({}, 1, at(0s));
  EXPECT_TRUE(control.patch(R"({"breathing":"20MiB"})", at(0s)).empty());
  const double before = resident();
  for (int breath = 0; breath < 5; ++breath) {
    control.leak(at(breath * 10s + 9900ms));
    EXPECT_NEAR(resident() - before, 19.8, 2) << breath;
    control.leak(at(breath * 10s + 10s));
    EXPECT_NEAR(resident() - before, 0, 2) << breath << ": the system has it back each time";
  }
  EXPECT_EQ(control.counters.leaked_bytes, 0U);
}

TEST(Control, ShowsWhatIsOnAndWhatWasCounted) {
  Control control({}, 1, at(0s));
  EXPECT_TRUE(
      control.patch(R"({"delay":"20ms","error_rate":0.5,"rtf":1.25,"stall":"1s/2s"})", at(0s)).empty());
  EXPECT_TRUE(control.patch(R"({"stall":null,"error_rate":"off"})", at(0s)).empty());
  control.treat_request(at(0s));
  ++control.counters.requests_by_status[200];
  const auto json = boost::json::parse(control.to_json());
  EXPECT_EQ(json.at("delay").as_string(), "20ms");
  EXPECT_EQ(json.at("rtf").as_string(), "1.25");
  EXPECT_TRUE(json.at("stall").is_null());
  EXPECT_TRUE(json.at("error_rate").is_null());
  EXPECT_EQ(json.at("requests_by_status").at("200").to_number<int>(), 1);
  EXPECT_EQ(json.at("delays_dealt").at("20").to_number<int>(), 1);
  for (const char* counter : {"requests", "requests_dropped", "messages_dropped", "websocket_connections",
                              "voice_calls", "turns", "frames_received", "events_lost", "leaked_bytes"}) {
    EXPECT_TRUE(json.at(counter).is_number()) << counter;
  }
}

TEST(Control, APatchIsAllOrNothing) {
  Control control({}, 1, at(0s));
  EXPECT_THAT(control.patch(R"({"rtf":0.5,"delay":5,"rate_limit":100})", at(0s)),
              testing::ElementsAre(testing::StartsWith("delay: \"5\" is not a delay"),
                                   "rate_limit: \"100\" is not a rate; write requests per second: 100/s"));
  EXPECT_EQ(control.rtf(), std::nullopt);
  for (const char* body : {"", "[]", "1", "{"}) {
    EXPECT_THAT(control.patch(body, at(0s)),
                testing::ElementsAre(R"(the body must be a JSON object, for example {"delay":"20ms"})"));
  }
}

}  // namespace
}  // namespace soundcheck::reference_agent
