// The AI Calling Platform as shipped, at small scale against the reference agent: keys, the mix of tasks,
// imports that are worked off and measured, and ones that fail; a queue that stays short, and one that does
// not.
#include <gmock/gmock.h>

#include "tests/loopback/system_run.hpp"

namespace soundcheck::loopback {
namespace {

using testing::HasSubstr;

class Calling : public SystemRun {
 protected:
  static inline const Arguments brief{"--duration", "5s", "--set", "system.api.think_time=20ms"};
  /// An open model has no pauses; calls are due two seconds after they were scheduled.
  static inline const Arguments six_seconds{"--duration", "6s"};
  /// The mix of the full system, and looks at the queue.
  static inline const Arguments everything =
      hurry + Arguments{"--set", "api.tasks=[health, schedule, retry, dashboard, queue_depth]"};
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

TEST_F(Calling, SchedulingKeepsItsRateAndTheQueueShort) {
  start_agent({"--call-duration", "100ms"});
  const Ended ended = run_profile("ai_calling_platform/scheduling", six_seconds + no_cpu);
  expect_exit(ended, 0);
  EXPECT_EQ(requests("POST /calling/api/calls/schedule"), succeeded("schedule"));
  EXPECT_GE(succeeded("schedule"), 52 * 6 - 1);
  EXPECT_EQ(requests("GET /calling/api/queue"), succeeded("watch/queue_depth")) << "never too deep";
  EXPECT_GE(succeeded("watch/queue_depth"), 5) << "a look a second";
  expect_verdict("verdict_calling_scheduling_pass.txt", ended);
}

TEST_F(Calling, CallsThatNeverEndFillTheQueue) {
  start_agent({"--call-duration", "60m"});
  const Ended ended = run_profile("ai_calling_platform/scheduling",
                                  six_seconds + no_cpu + Arguments{"--set", "api.rate=700/s"});
  expect_exit(ended, 1);
  EXPECT_GT(succeeded("watch/queue_depth"), 0) << "short at first: calls are due after two seconds";
  EXPECT_GT(failed("watch/queue_depth"), 0) << "then more than 1,000 wait for the 100 lines";
  EXPECT_EQ(failed("schedule"), 0);
  expect_verdict("verdict_calling_scheduling_fail.txt", ended);
}

TEST_F(Calling, TheFullSystemRetriesWhatFailed) {
  start_agent({"--call-duration", "100ms", "--call-failures", "30%"});
  const Ended ended = run_profile("ai_calling_platform/full", everything + no_cpu);
  expect_exit(ended, 0);
  expect_mix({{"health", 1}, {"schedule", 6}, {"retry", 2}, {"dashboard", 3}, {"queue_depth", 1}});
  EXPECT_GT(requests("POST /calling/api/calls/{id}/retry"), 0);
  EXPECT_EQ(requests("POST /calling/api/calls/{id}/retry"), succeeded("retry"));
  EXPECT_EQ(requests("GET /calling/api/queue"), succeeded("queue_depth"));
  EXPECT_EQ(failed("queue_depth") + failed("retry"), 0);
  EXPECT_EQ(seen("/requests_by_status/404"), 0) << "calls are those that the list showed";
  expect_verdict("verdict_calling_full_pass.txt", ended);
}

TEST_F(Calling, ADeepQueueFailsTheFullSystem) {
  start_agent({"--import-rate", "1/s"});
  const Ended ended = run_profile(
      "ai_calling_platform/full",
      everything + no_cpu + Arguments{"--set", "workloads[name=imports].api.rate=2/s", "--set", "drain=1s"});
  expect_exit(ended, 1);
  EXPECT_GT(failed("queue_depth"), 0) << "the rows of the imports wait";
  EXPECT_EQ(failed("schedule") + failed("dashboard"), 0);
  expect_verdict("verdict_calling_full_fail.txt", ended);
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
