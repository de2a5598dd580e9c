#include "tools/reference_agent/faults.hpp"

#include <gtest/gtest.h>

#include "tools/reference_agent/apis/routes.hpp"

namespace soundcheck::reference_agent {
namespace {

using namespace std::chrono_literals;

TEST(Faults, ParsesEveryFault) {
  Faults f;
  EXPECT_EQ(set_fault(f, "delay", "20ms"), std::nullopt);
  EXPECT_EQ(std::get<ConstantDelay>(*f.delay).value, 20ms);
  EXPECT_EQ(set_fault(f, "delay", "5ms:95%, 50ms:5%"), std::nullopt);
  const auto& mixture = std::get<MixtureDelay>(*f.delay);
  ASSERT_EQ(mixture.parts.size(), 2U);
  EXPECT_EQ(mixture.parts[1].value, 50ms);
  EXPECT_EQ(mixture.parts[1].percent, 5);
  EXPECT_EQ(set_fault(f, "delay", "uniform(5ms,1.5s)"), std::nullopt);
  EXPECT_EQ(std::get<UniformDelay>(*f.delay).max, 1500ms);
  EXPECT_EQ(set_fault(f, "answer_delay", "exponential(500us)"), std::nullopt);
  EXPECT_EQ(std::get<ExponentialDelay>(*f.answer_delay).mean, 500us);
  EXPECT_EQ(set_fault(f, "error_rate", "5%"), std::nullopt);
  EXPECT_DOUBLE_EQ(f.error_rate, 0.05);
  EXPECT_EQ(set_fault(f, "drop_rate", "0.25"), std::nullopt);
  EXPECT_DOUBLE_EQ(f.drop_rate, 0.25);
  EXPECT_EQ(set_fault(f, "stall", "2s/10s"), std::nullopt);
  EXPECT_EQ(f.stall->stalled, 2s);
  EXPECT_EQ(f.stall->period, 10s);
  EXPECT_EQ(set_fault(f, "rate_limit", "100/s"), std::nullopt);
  EXPECT_EQ(f.rate_limit, 100.0);
  EXPECT_EQ(set_fault(f, "leak_per_call", "64KiB"), std::nullopt);
  EXPECT_EQ(f.leak_per_call, 65536U);
  EXPECT_EQ(set_fault(f, "leak_per_request", "4KiB"), std::nullopt);
  EXPECT_EQ(f.leak_per_request, 4096U);
  EXPECT_EQ(set_fault(f, "leak_per_connection", "1KiB"), std::nullopt);
  EXPECT_EQ(f.leak_per_connection, 1024U);
  EXPECT_EQ(set_fault(f, "breathing", "20MiB"), std::nullopt);
  EXPECT_EQ(f.breathing, 20U << 20);
  EXPECT_EQ(set_fault(f, "leak_per_second", "1MiB"), std::nullopt);
  EXPECT_EQ(f.leak_per_second, 1048576U);
  EXPECT_EQ(set_fault(f, "rtf", "1.2"), std::nullopt);
  EXPECT_EQ(f.rtf, 1.2);
  EXPECT_EQ(set_fault(f, "route_errors", "GET /ngx/health=5%; POST /ngx/api/roi=0.5"), std::nullopt);
  ASSERT_EQ(f.route_errors.size(), 2U);
  EXPECT_EQ(all_routes()[f.route_errors[1].route].text(), "POST /ngx/api/roi");
  EXPECT_EQ(f.route_errors[1].value, 0.5);
  EXPECT_EQ(set_fault(f, "route_delays", "GET /ngx/api/conversations/{id}=20ms"), std::nullopt);
  EXPECT_EQ(std::get<ConstantDelay>(f.route_delays.at(0).value).value, 20ms);
  EXPECT_EQ(set_fault(f, "lost_conversations", "1%"), std::nullopt);
  EXPECT_EQ(f.lost_conversations, 0.01);
  EXPECT_EQ(set_fault(f, "first_token", "0ms"), std::nullopt);
  EXPECT_EQ(std::get<ConstantDelay>(*f.first_token).value, 0ms);
  EXPECT_EQ(set_fault(f, "token_interval", "5ms"), std::nullopt);
  EXPECT_EQ(std::get<ConstantDelay>(*f.token_interval).value, 5ms);
  EXPECT_EQ(set_fault(f, "token_lifetime", "2s"), std::nullopt);
  EXPECT_EQ(f.token_lifetime, 2s);
  EXPECT_EQ(set_fault(f, "import_rate", "10/s"), std::nullopt);
  EXPECT_EQ(f.import_rate, 10.0);
  EXPECT_EQ(set_fault(f, "import_failures", "1"), std::nullopt);
  EXPECT_EQ(f.import_failures, 1.0);
  EXPECT_EQ(set_fault(f, "call_duration", "1s"), std::nullopt);
  EXPECT_EQ(std::get<ConstantDelay>(*f.call_duration).value, 1s);
  EXPECT_EQ(set_fault(f, "call_failures", "0%"), std::nullopt);
  EXPECT_EQ(f.call_failures, 0.0);
  EXPECT_EQ(f.written.size(), fault_keys.size());
}

TEST(Faults, SwitchesOffEveryFault) {
  Faults f;
  for (const auto& [key, text] :
       {std::pair{"delay", "20ms"},
        {"error_rate", "1"},
        {"stall", "1s/2s"},
        {"rate_limit", "1/s"},
        {"leak_per_call", "1B"},
        {"leak_per_request", "1B"},
        {"leak_per_connection", "1B"},
        {"leak_per_second", "1B"},
        {"breathing", "1B"},
        {"rtf", "1"},
        {"answer_delay", "1ms"},
        {"drop_rate", "1"},
        {"route_errors", "GET /ngx/health=5%"},
        {"route_delays", "GET /ngx/health=uniform(1ms,2ms); GET /api/v1/health=5ms"},
        {"lost_conversations", "1%"},
        {"first_token", "0ms"},
        {"token_interval", "5ms:50%,9ms:50%"},
        {"token_lifetime", "2s"},
        {"import_rate", "10/s"},
        {"import_failures", "1"},
        {"call_duration", "1s"},
        {"call_failures", "0"}}) {
    ASSERT_EQ(set_fault(f, key, text), std::nullopt) << key;
    ASSERT_TRUE(f.written.contains(key)) << key;
    ASSERT_EQ(set_fault(f, key, "off"), std::nullopt) << key;
  }
  EXPECT_FALSE(f.delay || f.stall || f.rate_limit || f.rtf || f.answer_delay);
  EXPECT_EQ(f.error_rate + f.drop_rate, 0);
  EXPECT_EQ(f.leak_per_call + f.leak_per_request + f.leak_per_connection + f.leak_per_second + f.breathing,
            0U);
  EXPECT_TRUE(f.route_errors.empty() && f.route_delays.empty());
  EXPECT_FALSE(f.first_token || f.token_interval || f.token_lifetime || f.import_rate || f.call_duration ||
               f.call_failures);
  EXPECT_EQ(f.lost_conversations + f.import_failures, 0);
  EXPECT_TRUE(f.written.empty());
}

struct Mistake {
  const char* key;
  const char* text;
  const char* message;
};
class FaultMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(FaultMistakes, SaysWhatToWriteAndChangesNothing) {
  Faults f;
  EXPECT_EQ(set_fault(f, GetParam().key, GetParam().text), GetParam().message);
  EXPECT_TRUE(f.written.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, FaultMistakes,
    testing::Values(
        Mistake{"delay", "5",
                "delay: \"5\" is not a delay; write a duration (20ms), a mixture (5ms:95%,50ms:5%), "
                "uniform(5ms,20ms) "
                "or exponential(20ms)"},
        Mistake{"delay", "5ms:90%,50ms:5%",
                "delay: the parts of \"5ms:90%,50ms:5%\" add up to 95%; change the percentages so that they "
                "add up to "
                "100%"},
        Mistake{"delay", "5ms:99.5%,50ms:0.5%",
                "delay: \"5ms:99.5%\" is not a part of a mixture; write a duration and a whole percentage: "
                "50ms:5%"},
        Mistake{"delay", "5:100%",
                "delay: \"5\" is not a duration; write a number and a unit: 500us, 20ms, 2s or 1m"},
        Mistake{"delay", "uniform(5ms)", "delay: \"uniform(5ms)\" needs two durations: uniform(5ms,20ms)"},
        Mistake{"delay", "uniform(20ms,5ms)",
                "delay: \"uniform(20ms,5ms)\" begins above its end; write the smaller duration first"},
        Mistake{"answer_delay", "exponential(x)",
                "answer_delay: \"x\" is not a duration; write a number and a unit: 500us, 20ms, 2s or 1m"},
        Mistake{"answer_delay", "exponential(61m)",
                "answer_delay: \"61m\" is more than an hour; write at most 60m"},
        Mistake{"error_rate", "101%",
                "error_rate: \"101%\" is not a share; write 0.05 or 5%, at most 1 or 100%"},
        Mistake{"drop_rate", "-1", "drop_rate: \"-1\" is not a share; write 0.05 or 5%, at most 1 or 100%"},
        Mistake{"stall", "2s", "stall: \"2s\" is not a stall; write how long in how long: 2s/10s"},
        Mistake{"stall", "10s/2s",
                "stall: \"10s/2s\" must stall for more than zero and less than its period; write for example "
                "2s/10s"},
        Mistake{"rate_limit", "100", "rate_limit: \"100\" is not a rate; write requests per second: 100/s"},
        Mistake{"leak_per_call", "1MB",
                "leak_per_call: \"1MB\" is not an amount of memory; write a number and a unit: 512B, 64KiB, "
                "1MiB, at "
                "most 64GiB"},
        Mistake{"leak_per_second", "1e99GiB",
                "leak_per_second: \"1e99GiB\" is not an amount of memory; write a number and a unit: 512B, "
                "64KiB, "
                "1MiB, at most 64GiB"},
        Mistake{"rtf", "0",
                "rtf: \"0\" is not a real-time factor; write a number above 0, for example 0.5 or 1.2"},
        Mistake{"rtf", "nan",
                "rtf: \"nan\" is not a real-time factor; write a number above 0, for example 0.5 or 1.2"},
        Mistake{
            "slow", "1",
            "slow: there is no fault of this name; the faults are delay, error_rate, stall, rate_limit, "
            "leak_per_call, leak_per_request, leak_per_connection, leak_per_second, breathing, rtf, "
            "answer_delay, drop_rate, route_errors, route_delays, "
            "lost_conversations, first_token, token_interval, token_lifetime, import_rate, import_failures, "
            "call_duration, call_failures"},
        Mistake{"route_errors", "GET /ngx/health",
                "route_errors: \"GET /ngx/health\" names no value; write a route and a value: POST "
                "/ngx/api/conversations=5%"},
        Mistake{"route_errors", "GET /ngx/health=2",
                "route_errors: \"2\" is not a share; write 0.05 or 5%, at most 1 or 100%"},
        Mistake{"route_delays", "GET /ngx/healthy=5ms",
                "route_delays: there is no route \"GET /ngx/healthy\"; write method and pattern as "
                "docs/reference_agent.md and GET /control do, for example GET /ngx/api/conversations/{id}"}));

}  // namespace
}  // namespace soundcheck::reference_agent
