// All APIs of the agent without sockets: a request in, an answer out, at a time that the test sets.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "tools/reference_agent/apis/apis.hpp"

namespace soundcheck::reference_agent {

class ApiTest : public testing::Test {
 protected:
  explicit ApiTest(const Options& options = small());
  static Options small();

  /// Every answer must be JSON, and every failure must have the form of one.
  ApiReply ask(std::string_view method, std::string_view target, std::string_view body = {});
  /// The JSON of an answer of this status.
  boost::json::value expect(int status, std::string_view method, std::string_view target,
                            std::string_view body = {});
  /// The "code" of an error of this status.
  std::string error_code(int status, std::string_view method, std::string_view target,
                         std::string_view body = {});
  /// Changes faults, as PATCH /control does.
  void set_faults(std::string_view json);

  std::string authorization;
  std::string api_key;
  std::string accept;
  core::Duration time = std::chrono::seconds(10);  ///< since the agent's clocks were at zero
  Moment now() const;

  Control control{{}, 1, core::TimePoint{}};
  Database database;
  PhoneCalls calls;
  Apis apis;
};

}  // namespace soundcheck::reference_agent
