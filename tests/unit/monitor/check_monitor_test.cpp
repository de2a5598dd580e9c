// What is wrong with the places of monitors, said at their place in the system file before anybody is asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/monitor/make_monitor.hpp"
#include "runner/profile/check_file.hpp"
#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::monitor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class CheckMonitorTest : public testing::Test {
 protected:
  CheckMonitorTest() { workspace.request.check_monitor = check_monitor; }
  /// What is said of the minimal system with these monitors; they begin in line 8.
  std::vector<std::string> said_of(const std::string& monitors) {
    workspace.write("systems/sys.yaml", profile::minimal_system + ("monitors:\n" + monitors));
    return workspace.mistakes();
  }
  profile::Workspace workspace;
};

TEST_F(CheckMonitorTest, EachMistakeAtItsPlace) {
  workspace.write("systems/ca.pem", "no certificate\n");
  workspace.write("systems/own.pem", "none either\n");
  const std::string redis =
      "write it like redis://127.0.0.1:6379/0, and percent-encode what is no letter or digit in its password";
  const std::string http =
      "this is no URL of HTTP with a host and a port from 1 to 65535; write it like "
      "http://127.0.0.1:9187/metrics, and send a user name and password as a header";
  EXPECT_THAT(
      said_of(R"(  - {name: a, redis: {url: "redis://127.0.0.1:99999/0"}}
  - {name: b, redis: {url: "redis://127.0.0.1/jobs"}}
  - {name: c, postgresql: {connection: "host=db dbname=app prot=5432"}}
  - {name: d, postgresql: {connection: "postgresql://db:54321x/app"}}
  - {name: e, json: {url: "http://h:0/", series: [{name: a, pointer: /a}]}}
  - name: f
    prometheus:
      url: https://h:70000/metrics
      series: [{name: a, metric: a}]
      tls:
        ca: ca.pem
        certificate: own.pem
)"),
      ElementsAre(
          "systems/sys.yaml:8:28: monitors[0].redis.url: the port must be from 1 to 65535; " + redis,
          "systems/sys.yaml:9:28: monitors[1].redis.url: the database must be a number; " + redis,
          "systems/sys.yaml:10:40: monitors[2].postgresql.connection: this is no connection of PostgreSQL; "
          "write it like postgresql://monitor@127.0.0.1:5432/agentiq or host=127.0.0.1 dbname=agentiq",
          "systems/sys.yaml:11:40: monitors[3].postgresql.connection: the port must be from 1 to 65535; "
          "if its password holds a / or an @, percent-encode them as %2F and %40",
          "systems/sys.yaml:12:27: monitors[4].json.url: " + http,
          "systems/sys.yaml:15:12: monitors[5].prometheus.url: " + http,
          HasSubstr("systems/sys.yaml:18:9: monitors[5].prometheus.tls: systems/own.pem is no PEM key"),
          HasSubstr("systems/sys.yaml:18:13: monitors[5].prometheus.tls.ca: systems/ca.pem is no file"),
          HasSubstr("systems/sys.yaml:19:22: monitors[5].prometheus.tls.certificate: systems/own.pem")));
}

TEST_F(CheckMonitorTest, PasswordsOfTheEnvironmentAreNotRepeated) {
  workspace.environment = {{"REDIS_LOGIN", "ada:12/opensesame"},
                           {"DATABASE_URL", "postgresql://monitor:Zm9v/opensesame@db:5432/app"},
                           {"OTHER_URL", "postgresql://monitor:open@sesame@db:5432/app"},
                           {"ENDPOINT", "http://admin:opensesame/q"}};
  const auto said = said_of(R"(  - {name: a, redis: {url: "redis://${REDIS_LOGIN}@h"}}
  - {name: b, postgresql: {connection: "${DATABASE_URL}"}}
  - {name: c, postgresql: {connection: "${OTHER_URL}"}}
  - {name: d, json: {url: "${ENDPOINT}", series: [{name: a, pointer: /a}]}}
)");
  ASSERT_EQ(said.size(), 4u);
  for (const std::string& mistake : said) EXPECT_THAT(mistake, Not(HasSubstr("sesame")));
  EXPECT_THAT(said[0],
              HasSubstr("systems/sys.yaml:8:28: monitors[0].redis.url: the database must be a number"));
  EXPECT_THAT(said[2], HasSubstr("percent-encode those of its password, %40 for @ and %2F for /"));
}

TEST_F(CheckMonitorTest, ASystemAloneIsCheckedAsWell) {
  said_of("  - {name: a, redis: {url: \"redis://127.0.0.1:99999/0\"}}\n");
  workspace.request.profile = (workspace.folder / "systems/sys.yaml").string();
  const profile::FileCheck check = profile::check_file(workspace.request);
  EXPECT_EQ(check.kind, profile::FileKind::system);
  ASSERT_EQ(check.diagnostics.size(), 1u);
  EXPECT_EQ(check.diagnostics[0].path, "monitors[0].redis.url");
  EXPECT_EQ(check.diagnostics[0].line, 8);
}

TEST_F(CheckMonitorTest, WhatIsGoodIsGood) {
  workspace.environment = {{"REDIS_LOGIN", "ada:p%2Fss"}};
  EXPECT_THAT(said_of(R"(  - {name: a, redis: {url: "redis://${REDIS_LOGIN}@h:6380/3"}}
  - {name: b, postgresql: {connection: "host=/run/postgresql dbname=app"}}
  - {name: c, json: {url: "https://h/q", tls: {verify: false}, series: [{name: a, pointer: /a}]}}
  - {name: d, host: {}}
  - {name: e, process: {port: 80}}
)"),
              IsEmpty());
}

}  // namespace
}  // namespace soundcheck::monitor
