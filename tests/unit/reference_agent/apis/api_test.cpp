#include "tests/unit/reference_agent/apis/api_test.hpp"

#include <gmock/gmock.h>

namespace soundcheck::reference_agent {

namespace json = boost::json;
using namespace std::chrono_literals;

/// The agents of these tests have run for 1.5 seconds when the test begins.
ApiTest::ApiTest(const Options& options)
    : calls(database, options.max_rows), apis(options, database, calls, control, core::TimePoint{8500ms}) {}

Options ApiTest::small() {
  Options options;
  options.max_rows = 10;
  return options;
}

Moment ApiTest::now() const {
  return {core::TimePoint{time}, std::chrono::system_clock::time_point(
                                     std::chrono::duration_cast<std::chrono::system_clock::duration>(time))};
}

ApiReply ApiTest::ask(std::string_view method, std::string_view target, std::string_view body) {
  ApiRequest request;
  request.method = method;
  request.target = target;
  request.body = body;
  request.authorization = authorization;
  request.api_key = api_key;
  request.accept = accept;
  const ApiReply reply = apis.answer(request, now());
  if (reply.status == 204 || !reply.events.empty()) {
    EXPECT_EQ(reply.body, "");
    return reply;
  }
  boost::system::error_code error;
  json::parse(reply.body, error);
  EXPECT_FALSE(error) << reply.body;
  if (reply.status >= 400) {
    EXPECT_THAT(reply.body, testing::MatchesRegex(R"(\{"error":\{"code":"[a-z_]+","message":".+"\}\})"));
  }
  return reply;
}

json::value ApiTest::expect(int status, std::string_view method, std::string_view target,
                            std::string_view body) {
  const auto reply = ask(method, target, body);
  EXPECT_EQ(reply.status, status) << method << " " << target << " " << reply.body;
  boost::system::error_code error;
  return json::parse(reply.body, error);
}

std::string ApiTest::error_code(int status, std::string_view method, std::string_view target,
                                std::string_view body) {
  const auto reply = expect(status, method, target, body);
  const auto* code = reply.is_object() && reply.as_object().contains("error")
                         ? reply.at("error").at("code").if_string()
                         : nullptr;
  return code == nullptr ? "none" : std::string(*code);
}

void ApiTest::set_faults(std::string_view text) { EXPECT_TRUE(control.patch(text, now().steady).empty()); }

}  // namespace soundcheck::reference_agent
