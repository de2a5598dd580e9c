#include "tools/reference_agent/apis/calling_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reference_agent/apis/api_test.hpp"

namespace soundcheck::reference_agent {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

class CallingApiTest : public ApiTest {
 protected:
  static Options roomy() {
    Options options;
    options.max_rows = 1000;
    return options;
  }
  CallingApiTest() : ApiTest(roomy()) { api_key = "soundcheck"; }

  /// Uploads a file of so many contacts, of which every tenth has no valid number, and returns the answer.
  json::value import_contacts(int rows) {
    std::string csv = "name,phone\n";
    for (int i = 0; i < rows; ++i)
      csv += i % 10 == 9 ? "Nobody,none\n" : "Ada,+1555010" + std::to_string(10'000 + i) + "\n";
    return upload(csv, 202);
  }
  json::value upload(std::string_view csv, int status) {
    ApiRequest request;
    request.method = "POST";
    request.target = "/calling/api/contacts/import";
    request.api_key = api_key;
    request.content_type = "multipart/form-data; boundary=B";
    const auto body = apis.open_upload(request, now());
    EXPECT_NE(body, nullptr);
    body->add("--B\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n" + std::string(csv) +
              "\r\n--B--\r\n");
    request.upload = body.get();
    const auto reply = apis.answer(request, now());
    EXPECT_EQ(reply.status, status) << reply.body;
    return json::parse(reply.body);
  }
  /// Lets time pass as the agent does, in steps of 50 ms.
  void pass(core::Duration duration) {
    for (core::Duration step{}; step < duration; step += 50ms) {
      time += 50ms;
      apis.work(now());
    }
  }
  std::string schedule(std::string_view at = {}) {
    json::object body{{"contact", "Ada"}, {"phone", "+15550100123"}};
    if (!at.empty()) body["at"] = at;
    const auto reply = expect(201, "POST", "/calling/api/calls/schedule", json::serialize(body));
    EXPECT_EQ(reply.at("status").as_string(), "scheduled");
    return "/calling/api/calls/" + std::string(reply.at("call_id").as_string());
  }
  std::string status_of(const std::string& path) {
    return std::string(expect(200, "GET", path).at("status").as_string());
  }
};

TEST_F(CallingApiTest, EveryPathButHealthNeedsTheKey) {
  api_key = "";
  EXPECT_EQ(ask("GET", "/calling/health").body, R"({"status":"ok"})");
  int paths = 0;
  for (const auto& route : CallingApi::routes()) {
    if (route.name.pattern == "/calling/health") continue;
    EXPECT_EQ(error_code(401, route.name.method, route.name.pattern), "api_key_missing");
    ++paths;
  }
  EXPECT_EQ(paths, 8);
  api_key = "guess";
  EXPECT_EQ(error_code(401, "GET", "/calling/api/queue"), "api_key_wrong");
  EXPECT_EQ(upload("name,phone\n", 401).at("error").at("code").as_string(), "api_key_wrong");
  EXPECT_EQ(control.counters.api_keys.missing, 8U);
  EXPECT_EQ(control.counters.api_keys.wrong, 2U);
  EXPECT_EQ(control.counters.uploads_total, 0U);
}

TEST_F(CallingApiTest, AnImportIsWorkedOffAtItsRate) {
  set_faults(R"({"import_rate":"1000/s"})");
  const auto first = import_contacts(300);
  const auto second = import_contacts(100);
  EXPECT_EQ(first.at("import_id").as_string(), "m-000001");
  EXPECT_EQ(first.at("rows").to_number<int>(), 300);
  ASSERT_EQ(control.counters.uploads.size(), 2U);
  EXPECT_EQ(first.at("sha256").as_string(), control.counters.uploads[0].sha256);
  EXPECT_EQ(expect(200, "GET", "/calling/api/imports/m-000001").at("status").as_string(), "queued");
  EXPECT_EQ(expect(200, "GET", "/calling/api/queue").at("depth").as_int64(), 400);
  pass(200ms);
  EXPECT_EQ(ask("GET", "/calling/api/imports/m-000001").body,
            R"({"import_id":"m-000001","status":"processing","rows":300,"processed":200,"failed":20})");
  EXPECT_EQ(expect(200, "GET", "/calling/api/imports/m-000002").at("status").as_string(), "queued");
  const auto queue = expect(200, "GET", "/calling/api/queue");
  EXPECT_EQ(queue.at("import_rows_waiting").as_int64(), 200);
  EXPECT_EQ(queue.at("processed").as_int64(), 200);
  EXPECT_EQ(queue.at("failed").as_int64(), 20);
  EXPECT_EQ(queue.at("rate_per_second").as_double(), 20) << "200 in the last ten seconds";
  pass(200ms);
  EXPECT_EQ(ask("GET", "/calling/api/imports/m-000001").body,
            R"({"import_id":"m-000001","status":"done","rows":300,"processed":300,"failed":30})");
  EXPECT_EQ(expect(200, "GET", "/calling/api/imports/m-000002").at("status").as_string(), "done");
  EXPECT_EQ(expect(200, "GET", "/calling/api/queue").at("depth").as_int64(), 0);
}

TEST_F(CallingApiTest, TenImportsOfAThousandRowsTakeSeconds) {
  for (int i = 0; i < 10; ++i) import_contacts(1000);
  pass(2s);
  for (int i = 1; i <= 10; ++i) {
    const auto path = "/calling/api/imports/" + make_id("m", i);
    EXPECT_EQ(expect(200, "GET", path).at("status").as_string(), "done") << path;
  }
}

TEST_F(CallingApiTest, ImportsFailIfNothingInThemIsGoodOrIfTold) {
  upload("name,phone\nAda,none\n,+15550100123\n", 202);
  upload("name,phone\n", 202);
  set_faults(R"({"import_failures":1})");
  import_contacts(10);
  pass(100ms);
  EXPECT_EQ(ask("GET", "/calling/api/imports/m-000001").body,
            R"({"import_id":"m-000001","status":"failed","rows":2,"processed":2,"failed":2})");
  EXPECT_EQ(expect(200, "GET", "/calling/api/imports/m-000002").at("status").as_string(), "done");
  EXPECT_EQ(expect(200, "GET", "/calling/api/imports/m-000003").at("failed").as_int64(), 10);
}

TEST_F(CallingApiTest, RefusesWhatIsNoUpload) {
  EXPECT_EQ(error_code(415, "POST", "/calling/api/contacts/import", "name,phone\n"),
            "unsupported_media_type");
  EXPECT_EQ(upload("phone\n", 400).at("error").at("code").as_string(), "invalid_csv");
  EXPECT_EQ(error_code(404, "GET", "/calling/api/imports/m-000009"), "unknown_id");
  EXPECT_EQ(control.counters.uploads_total, 0U);
}

TEST_F(CallingApiTest, CallsAreMadeAndEndByThemselves) {
  set_faults(R"({"call_duration":"300ms","call_failures":"25%"})");
  std::vector<std::string> paths;
  for (int i = 0; i < 100; ++i) paths.push_back(schedule());
  EXPECT_EQ(status_of(paths[0]), "in_progress");
  EXPECT_EQ(error_code(409, "POST", paths[0] + "/retry"), "call_not_over");
  pass(300ms);
  int failed = 0;
  for (const auto& path : paths) failed += status_of(path) == "failed" ? 1 : 0;
  EXPECT_EQ(failed, 25);
  const auto list = expect(200, "GET", "/calling/api/calls?status=failed&limit=10");
  EXPECT_EQ(list.at("total").as_int64(), 25);
  EXPECT_EQ(list.at("items").as_array().size(), 10U);
  for (const auto& item : list.at("items").as_array()) EXPECT_EQ(item.at("status").as_string(), "failed");
  const auto dashboard = expect(200, "GET", "/calling/api/analytics/dashboard");
  EXPECT_EQ(dashboard.at("calls_total").as_int64(), 100);
  EXPECT_EQ(dashboard.at("completed").as_int64(), 75);
  EXPECT_EQ(dashboard.at("success_rate").as_double(), 0.75);
  EXPECT_EQ(json::serialize(dashboard.at("by_hour")),
            R"([{"hour":"1970-01-01T00:00:00.000Z","scheduled":100,"completed":75,"failed":25}])");
}

TEST_F(CallingApiTest, RetriesWhatIsOver) {
  set_faults(R"({"call_duration":"100ms","call_failures":1})");
  const auto call = schedule();
  pass(200ms);
  EXPECT_EQ(status_of(call), "failed");
  set_faults(R"({"call_failures":0})");
  EXPECT_EQ(ask("POST", call + "/retry").body, R"({"call_id":"k-000001","attempt":2,"status":"scheduled"})");
  pass(200ms);
  EXPECT_EQ(
      ask("GET", call).body,
      R"({"call_id":"k-000001","contact":"Ada","phone":"+15550100123","status":"completed","attempt":2,)"
      R"("at":"1970-01-01T00:00:10.000Z"})");
  EXPECT_EQ(error_code(404, "POST", "/calling/api/calls/k-000002/retry"), "unknown_id");
}

TEST_F(CallingApiTest, CallsWaitForTheirTimeAndForALine) {
  const auto later = schedule("1970-01-01T00:00:12Z");
  set_faults(R"({"call_duration":"1s"})");
  for (int i = 0; i < 150; ++i) schedule();
  pass(50ms);
  auto queue = expect(200, "GET", "/calling/api/queue");
  EXPECT_EQ(queue.at("calls_waiting").as_int64(), 50)
      << "a hundred lines are busy, and one call waits for its time";
  pass(1s);
  EXPECT_EQ(expect(200, "GET", "/calling/api/queue").at("calls_waiting").as_int64(), 0);
  EXPECT_EQ(status_of(later), "scheduled");
  pass(1s);
  EXPECT_EQ(status_of(later), "in_progress");
}

TEST_F(CallingApiTest, TheDepthStaysTrueWhenWaitingCallsArePushedOut) {
  set_faults(R"({"call_duration":"60m"})");
  for (int i = 0; i < 1500; ++i) schedule();  // a hundred have lines, the agent of this test keeps a thousand
  pass(50ms);
  const auto in = [&](const char* status) {
    return expect(200, "GET", std::string("/calling/api/calls?status=") + status).at("total").as_int64();
  };
  EXPECT_EQ(in("scheduled") + in("in_progress"), 1000);
  EXPECT_EQ(in("in_progress"), 100);
  EXPECT_EQ(expect(200, "GET", "/calling/api/queue").at("depth").as_int64(), 900);
}

TEST_F(CallingApiTest, RefusesBrokenCalls) {
  for (const char* body :
       {"", "{}", R"({"contact":"Ada","phone":"123"})", R"({"contact":"Ada","phone":"15550100123"})",
        R"({"contact":"Ada","phone":"+15550100123","at":"tomorrow"})"})
    EXPECT_EQ(ask("POST", "/calling/api/calls/schedule", body).status, 400) << body;
  EXPECT_EQ(error_code(400, "GET", "/calling/api/calls?status=lost"), "invalid_query");
  EXPECT_EQ(error_code(404, "GET", "/calling/api/calls/k-000001"), "unknown_id");
}

TEST_F(CallingApiTest, KeepsTheNewestCalls) {
  const auto first = schedule();
  for (int i = 0; i < 1000; ++i) schedule();
  EXPECT_EQ(ask("GET", first).status, 404);
  EXPECT_EQ(expect(200, "GET", "/calling/api/calls").at("total").as_int64(), 1000);
}

}  // namespace
}  // namespace soundcheck::reference_agent
