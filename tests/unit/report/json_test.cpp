#include "runner/report/json.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <limits>

#include "runner/report/json_writer.hpp"
#include "tests/support/golden.hpp"
#include "tests/unit/report/example_results.hpp"

namespace soundcheck::report {

namespace {

using support::expect_golden;

TEST(Json, Pass) { expect_golden("result_pass.json", to_json(passing_run())); }
TEST(Json, Fail) { expect_golden("result_fail.json", to_json(rate_limited_run())); }

TEST(Json, EveryResultParsesAndHasTheSuccessOfEverySubsystem) {
  for (const RunResult& r :
       {passing_run(), rate_limited_run(), invalid_run(), no_data_run(), partial_run(), RunResult{}}) {
    const boost::json::value parsed = boost::json::parse(to_json(r));
    for (const char* subsystem : {"api", "websocket", "ai_pipeline"}) {
      EXPECT_TRUE(parsed.at(subsystem).at("success").is_bool());
      EXPECT_TRUE(parsed.at(subsystem).at("skipped").is_bool());
    }
    EXPECT_EQ(parsed.at("schema_version").as_int64(), schema_version);
    EXPECT_EQ(parsed.at("exit_code").as_int64(), r.exit_code);
    EXPECT_EQ(parsed.at("partial").as_bool(), r.partial);
  }
}

TEST(Json, PercentilesAreInTheBaseUnit) {
  const boost::json::value parsed = boost::json::parse(to_json(passing_run()));
  const boost::json::value& metric = parsed.at("ai_pipeline").at("total").at("metrics").at("voice_to_voice");
  EXPECT_EQ(metric.at("unit").as_string(), "s");
  EXPECT_NEAR(metric.at("p50").as_double(), 0.9, 0.001);
  EXPECT_NEAR(metric.at("p999").as_double(), 1.35, 0.002);
}

TEST(JsonWriter, NumbersAreFiniteAlways) {
  JsonWriter json;
  json.begin_array(JsonWriter::Layout::one_line);
  json.value(std::numeric_limits<double>::infinity());
  json.value(-std::numeric_limits<double>::infinity());
  json.value(std::numeric_limits<double>::quiet_NaN());
  json.value(1e-7);
  json.value(0.1);
  json.value(2.0);
  json.value(std::numeric_limits<std::int64_t>::min());
  json.value(std::numeric_limits<std::uint64_t>::max());
  json.value(std::optional<double>{});
  json.end();
  EXPECT_EQ(json.take(),
            "[null, null, null, 1e-07, 0.1, 2, -9223372036854775808, 18446744073709551615, null]\n");
}

TEST(JsonWriter, TextIsEscapedAndMadeValid) {
  JsonWriter json;
  json.value("a\"b\\c\n\r\t\x01\x7f ü \xff\xc3");
  EXPECT_EQ(json.take(), "\"a\\\"b\\\\c\\n\\r\\t\\u0001\x7f ü \uFFFD\uFFFD\"\n");
}

TEST(JsonWriter, LayoutOfNestedAndEmptyScopes) {
  JsonWriter json;
  json.begin_object();
  json.key("empty");
  json.begin_array();
  json.end();
  json.key("row");
  json.begin_object(JsonWriter::Layout::one_line);
  json.member("a", 1);
  json.key("inner");
  json.begin_array();
  json.value(true);
  json.value("x");
  json.end();
  json.end();
  json.end();
  EXPECT_EQ(json.take(), "{\n  \"empty\": [],\n  \"row\": {\"a\": 1, \"inner\": [true, \"x\"]}\n}\n");
}

}  // namespace
}  // namespace soundcheck::report
