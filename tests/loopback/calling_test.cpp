// The AI Calling Platform as shipped, at small scale against the reference agent: keys, the mix of tasks,
// imports that are worked off and measured, and ones that fail.
#include <gmock/gmock.h>

#include "tests/loopback/system_run.hpp"

namespace soundcheck::loopback {
namespace {

using testing::HasSubstr;

class Calling : public SystemRun {
 protected:
  static inline const Arguments brief{"--duration", "5s", "--set", "system.api.think_time=20ms"};
};

TEST_F(Calling, TheMixIsKeptAndEveryRequestHasItsKey) {
  start_agent({"--call-duration", "100ms", "--call-failures", "30%"});
  const Ended ended =
      run_profile("ai_calling_platform/average", hurry + no_cpu + Arguments{"--set", "api.think_time=20ms"});
  expect_exit(ended, 0);
  const double schedules = requests("POST /calling/api/calls/schedule");
  const double dashboards = requests("GET /calling/api/analytics/dashboard");
  expect_share(schedules, schedules + dashboards, 6.0 / 9, "schedules");
  EXPECT_EQ(seen("/api_keys/missing") + seen("/api_keys/wrong"), 0);
  EXPECT_EQ(requests("POST /calling/api/contacts/import"), 0) << "not in this profile";
  EXPECT_EQ(seen("/requests_by_status/404"), 0);
  expect_verdict("verdict_calling_pass.txt", ended);
}

TEST_F(Calling, ImportsAreWorkedOffAndMeasured) {
  start_agent({"--import-rate", "20000/s"});
  const Ended ended = run_profile("ai_calling_platform/bulk_import", brief + no_cpu);
  expect_exit(ended, 0);
  EXPECT_GE(seen("/uploads_total"), 10) << "ten at a time";
  EXPECT_EQ(seen("/uploads/0/rows"), 1000);
  EXPECT_EQ(figure("/api/total/metrics/completion_time/count"), seen("/uploads_total"));
  expect_verdict("verdict_calling_import_pass.txt", ended);
}

TEST_F(Calling, AFileArrivesByteByByte) {
  start_agent({"--import-rate", "20000/s"});
  write("contacts.csv", "name,phone\nAnn \"Annie\" Lee,+15550100\nJosé,+15550101\n");
  const Ended ended = run_profile(
      "ai_calling_platform/bulk_import",
      brief + no_cpu +
          Arguments{"--set",
                    "system.api.tasks[name=bulk_import].steps[0].multipart=[{name: file, file: " +
                        (folder_ / "contacts.csv").string() + "}]",
                    "--set",
                    "system.api.tasks[name=bulk_import].steps[0].check={status: 202, json: {/rows: 2}}"});
  expect_exit(ended, 0);
  const Ended sum = Program("/usr/bin/sha256sum", {"contacts.csv"}, folder_).wait(run_limit);
  const std::string digest = sum.out.substr(0, sum.out.find(' '));
  EXPECT_EQ(digest.size(), 64U);
  EXPECT_EQ(agent().control().find("/uploads/0/sha256"), digest);
}

TEST_F(Calling, AnImportThatFailsIsAFailure) {
  start_agent({"--import-rate", "20000/s", "--import-failures", "50%"});
  const Ended ended = run_profile("ai_calling_platform/bulk_import", brief + no_cpu);
  expect_exit(ended, 1);
  EXPECT_GT(failures("api", "check"), 0);
  expect_verdict("verdict_calling_import_fail.txt", ended);
}

TEST_F(Calling, AnEmptyOrWrongKeyIsRefusedAndShown) {
  start_agent();
  const Ended ended = run_profile("ai_calling_platform/smoke",
                                  brief + no_cpu + Arguments{"--set", "system.api.headers.X-API-Key=wrong"});
  expect_exit(ended, 1);
  EXPECT_GT(seen("/api_keys/wrong"), 0);
  EXPECT_THAT(ended.out, HasSubstr("401"));
}

}  // namespace
}  // namespace soundcheck::loopback
