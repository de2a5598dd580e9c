#include "runner/app/request_kind.hpp"

#include <gtest/gtest.h>

namespace soundcheck::app {
namespace {

using core::Subsystem;

profile::HttpTask task(const std::string& name, const std::vector<std::string>& methods) {
  profile::HttpTask out;
  out.name = name;
  for (const std::string& method : methods) {
    profile::Step& step = out.steps.emplace_back();
    step.kind = profile::Step::Kind::request;
    step.request.method = method;
  }
  return out;
}

TEST(RequestKind, IsTheMethodIfThereIsOne) {
  profile::System system;
  EXPECT_EQ(request_kind(system, Subsystem::api, "list"), "");
  system.api.emplace();
  system.api->tasks = {task("list", {"GET", "GET"}), task("create", {"POST", "GET"})};
  EXPECT_EQ(request_kind(system, Subsystem::api, "list"), "GET");
  EXPECT_EQ(request_kind(system, Subsystem::api, "burst/list"), "GET") << "of a workload called burst";
  EXPECT_EQ(request_kind(system, Subsystem::api, "create"), "") << "two methods";
  EXPECT_EQ(request_kind(system, Subsystem::api, "absent"), "");
  system.api->tasks[1].steps[1].request.name = "list";
  EXPECT_EQ(request_kind(system, Subsystem::api, "create"), "POST") << "the other one counts under list";
  EXPECT_EQ(request_kind(system, Subsystem::api, "list"), "GET");
}

TEST(RequestKind, OtherSubsystemsAreOfOneKind) {
  const profile::System system;
  EXPECT_EQ(request_kind(system, Subsystem::websocket, "ping"), "WebSocket");
  EXPECT_EQ(request_kind(system, Subsystem::ai_pipeline, "call_opus"), "call");
}

}  // namespace
}  // namespace soundcheck::app
