#include <gmock/gmock.h>

#include <fmt/format.h>

#include "runner/importer/js_options.hpp"
#include "runner/importer/k6_thresholds.hpp"
#include "tests/unit/importer/imports.hpp"

namespace soundcheck::importer {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

profile::Load load_of(const std::string& options) {
  const profile::Profile profile =
      loaded_profile(import_text("k6", "export const options = {" + options + "};"));
  EXPECT_TRUE(profile.api.has_value()) << options;
  return profile.api.value_or(profile::Load{});
}

TEST(K6, ShortForms) {
  const profile::Load constant = load_of("vus: 20, duration: '2m'");
  EXPECT_EQ(constant.users, 20U);
  EXPECT_EQ(constant.duration, 2min);
  const profile::Load shared = load_of("vus: 5, iterations: 100");
  EXPECT_EQ(shared.users, 5U);
  EXPECT_EQ(shared.duration, 10min);
  const profile::Load ramp = load_of("stages: [{duration: '10s', target: 5}]");
  ASSERT_EQ(ramp.stages.size(), 2U);
  EXPECT_EQ(ramp.stages[0].level, 1);  // as k6: one user is there from the start
  EXPECT_EQ(ramp.stages[1].level, 5);
  EXPECT_EQ(ramp.stages[1].ramp, 10s);
}

TEST(K6, Executors) {
  const auto scenario = [](const std::string& keys) { return load_of("scenarios: {s: {" + keys + "}}"); };
  EXPECT_EQ(scenario("executor: 'constant-vus', vus: 3, duration: '9s'").users, 3U);
  EXPECT_EQ(scenario("executor: 'per-vu-iterations', vus: 3, iterations: 2, maxDuration: '7s'").duration, 7s);
  EXPECT_EQ(scenario("executor: 'shared-iterations', vus: 3, iterations: 2, maxDuration: '7s'").users, 3U);
  const profile::Load rate =
      scenario("executor: 'constant-arrival-rate', rate: 90, timeUnit: '1m', duration: '1d', maxVUs: 7");
  ASSERT_TRUE(rate.rate);
  EXPECT_DOUBLE_EQ(rate.rate->per_second, 1.5);
  EXPECT_EQ(rate.duration, 24h);
  EXPECT_EQ(rate.max_in_progress, 7U);
  EXPECT_EQ(rate.arrivals, shape::Spacing::even);
  const profile::Load wave = scenario(
      "executor: 'ramping-arrival-rate', startRate: 1, stages: [{target: 10, duration: '1m'}, {target: 10, "
      "duration: 5000}]");
  ASSERT_EQ(wave.stages.size(), 3U);
  EXPECT_TRUE(wave.stages[1].open);
  EXPECT_DOUBLE_EQ(wave.stages[1].level, 10);
  EXPECT_EQ(wave.stages[2].ramp, 5s);
  const profile::Load ramp = scenario(
      "executor: 'ramping-vus', startVUs: 0, startTime: '5s', stages: [{target: 2, duration: '1s'}]");
  EXPECT_EQ(ramp.stages.size(), 1U);
  EXPECT_EQ(ramp.start, 5s);
}

TEST(K6, ThresholdsBecomeObjectives) {
  const profile::Profile profile = loaded_profile(import_text("k6", document("spike.k6.js")));
  std::vector<std::string> objectives;
  for (const profile::Objective& o : profile.system.objectives)
    objectives.push_back(o.metric + " " + o.aggregation + " " + o.levels.front().bound.text);
  EXPECT_THAT(objectives, ElementsAre("api.service_time p95 < 500ms", "api.service_time mean < 200ms",
                                      "api.error_rate  < 2%", "api.success_rate  > 98%", "api.rate  > 50/s"));
  EXPECT_TRUE(profile.system.objectives[2].abort_on_fail);
  EXPECT_EQ(profile.system.objectives[2].grace, 10s);
}

TEST(K6, Durations) {
  EXPECT_EQ(k6_duration("1m30s"), 90s);
  EXPECT_EQ(k6_duration("1500"), 1500ms);
  EXPECT_EQ(k6_duration("1d12h"), 36h);
  EXPECT_EQ(k6_duration("0.5d"), 12h);
  for (const char* wrong : {"", "x", "d", "1x", "-1s", "99999999999d"})
    EXPECT_EQ(k6_duration(wrong), std::nullopt) << wrong;
}

TEST(K6, TheScriptIsReadPastCommentsTextsAndExpressions) {
  const Script script =
      read_script({"// options = {\nconst s = 'options = {', t = `${'`'} options`; /* { */\nconst N = 4;\nif "
                   "(a / b) x = /[\"'`]/;\n"
                   "module.exports.options = { 'vus': N, nested: { a: -1.5e3, b: 1_000, }, code: f(1, [2, "
                   "{}]), last: null };",
                   "given"});
  ASSERT_TRUE(script.options);
  EXPECT_EQ(script.options->find("vus")->text, "4");
  EXPECT_EQ(script.options->find("nested")->find("a")->text, "-1.5e3");
  EXPECT_EQ(script.options->find("nested")->find("b")->text, "1000");
  EXPECT_TRUE(script.options->find("code")->broken);
  EXPECT_EQ(script.options->find("code")->text, "f(1, [2, {}])");
  EXPECT_EQ(script.options->find("last")->kind, profile::Value::Kind::null);
}

TEST(K6, CodeIsTakenByItsFallbackOrSaid) {
  const Imported imported = import_text(
      "k6", "export const options = { vus: __ENV.VUS || 10, duration: __ENV.D ?? '1m', rps: f() };");
  EXPECT_EQ(loaded_profile(imported).api->users, 10U);
  EXPECT_THAT(imported.lost, Contains("options.vus: `__ENV.VUS || 10` is code, 10 is taken"));
  EXPECT_THAT(imported.lost, Contains("options.duration: `__ENV.D ?? '1m'` is code, 1m is taken"));
}

TEST(K6, Refusals) {
  EXPECT_EQ(refusal("k6", "export default function () {}"),
            "given:1:1: options: the script has no options as an object; they are found in: export const "
            "options = { "
            "... };");
  EXPECT_EQ(refusal("k6", "export const options = {\n  vus: 1,\n"),
            "given:1:24: this { is not closed; the script was cut off");
  EXPECT_EQ(refusal("k6", "export const options = {\n  stages: [{target: 1} {target: 2}]\n};"),
            "given:2:24: a comma or ] is expected here");
  EXPECT_EQ(refusal("k6", "k6 run --vus 50 script.js\n"),
            "given:1:1: this is a command, not a script; import the script; --vus 50 --duration 3m of the "
            "command are "
            "--users 50 --duration 3m of a run");
  EXPECT_THAT(refusal("k6", "export const options = { scenarios: {a: {executor: 'constant-vu', vus: 1}} };"),
              HasSubstr("scenario a: the executor constant-vu; did you mean \"constant-vus\"?"));
}

/// A profile without a load is none: better no file than one that asks for what the script does not say.
TEST(K6, ALoadThatIsCodeIsRefused) {
  const std::string cure =
      "; the script is not run: write the values in their place, or defaults: __ENV.USERS || 10";
  EXPECT_EQ(
      refusal("k6", "const S = [{duration: '1m', target: 5}];\nexport const options = {\n stages: S };"),
      "given:3:1: options.stages: no stage can be carried over: options.stages: `S` is code or no list" +
          cure);
  EXPECT_EQ(
      refusal("k6", "export const options = {\n stages: [] };"),
      "given:2:1: options.stages: no stage can be carried over: options.stages: none has a length" + cure);
  EXPECT_EQ(
      refusal("k6", "export const options = { stages: [{duration: '0s', target: 5}] };"),
      "given:1:1: options.stages: no stage can be carried over: options.stages: none has a length" + cure);
  EXPECT_EQ(
      refusal("k6", "export const options = { stages: [\n{duration: '1m', target: __ENV.T}] };"),
      "given:1:1: options.stages: no stage can be carried over: options.stages[0].target: `__ENV.T` is "
      "code or no number; line 2: a stage without target and duration; options.stages: none has a length" +
          cure);
  EXPECT_EQ(
      refusal("k6", "\nexport const options = { vus: 5, scenarios: SC };"),
      "given:2:1: options.scenarios: no scenario can be carried over: options.scenarios: `SC` is code or "
      "no object" +
          cure);
  EXPECT_THAT(refusal("k6", "const f = x();\nexport const options = {\n  stages,\n};"),
              HasSubstr("given:3:1: options.stages: no stage can be carried over"));
}

TEST(K6, AScenarioThatIsCodeIsListedBesideOthers) {
  const Imported imported = import_text("k6",
                                        "export const options = { scenarios: {\n"
                                        "a: {executor: 'ramping-vus', stages: S},\n"
                                        "b: {executor: 'constant-vus', vus: 3, duration: '1m'}} };");
  EXPECT_EQ(loaded_profile(imported).api->users, 3U);
  EXPECT_THAT(imported.lost, Contains("options.scenarios.a.stages: `S` is code or no list"));
}

TEST(K6, NoUsersAreOne) {
  for (const char* options :
       {"vus: 0, duration: '1m'", "vus: 0", "scenarios: {a: {executor: 'per-vu-iterations', vus: 0}}"}) {
    const Imported imported = import_text("k6", fmt::format("export const options = {{ {} }};", options));
    EXPECT_EQ(loaded_profile(imported).api->users, 1U) << options;
    EXPECT_THAT(imported.lost, Contains(HasSubstr("vus: 0 users do nothing; 1 is taken"))) << options;
  }
}

TEST(K6, TheSameThresholdTwiceIsOneObjective) {
  const profile::Profile profile = loaded_profile(import_text(
      "k6",
      "export const options = { vus: 1, duration: '1m', thresholds: { http_req_failed: ['rate<0.01', "
      "'rate<0.01', {threshold: 'rate<0.01', abortOnFail: true}, 'rate<0.02'] } };"));
  ASSERT_THAT(profile.system.objectives, SizeIs(2));
  EXPECT_TRUE(profile.system.objectives[0].abort_on_fail) << "if either does";
  EXPECT_FALSE(profile.system.objectives[1].abort_on_fail);
}

TEST(Locust, UsersRateAndTime) {
  const profile::Profile profile =
      loaded_profile(import_text("locust", "locust -u 100 -r 12.5 -t 1h30m -s 20"));
  EXPECT_EQ(profile.api->users, 100U);
  EXPECT_DOUBLE_EQ(profile.api->spawn_rate.per_second, 12.5);
  EXPECT_EQ(profile.duration, 90min);
  EXPECT_EQ(profile.drain, 20s);
  EXPECT_EQ(loaded_profile(import_text("locust", "/venv/bin/locust --users=3 --run-time=90")).duration, 90s);
  EXPECT_EQ(loaded_profile(import_text("locust", "locust -u100")).duration, 10min);
}

TEST(Locust, NumbersBelowZeroAreNoOptions) {
  const Imported imported = import_text("locust", "locust -u 5 -t 1m --processes -1 --stop-timeout 0");
  EXPECT_EQ(loaded_profile(imported).drain, 1ms) << "the shortest that a profile takes";
  EXPECT_THAT(imported.lost, ElementsAre("--processes -1: use --threads for more of this machine"));
  EXPECT_EQ(refusal("locust", "locust --processes -u 5"), "given:1:8: the option --processes has no value");
}

TEST(Locust, ValuesThatMayBePasswordsAreNotShown) {
  const Imported imported = import_text(
      "locust", "locust -u 5 -t 1m --web-auth admin:hunter2 --tls-key hunter2 --host http://ann:hunter2@h");
  EXPECT_THAT(imported.lost, ElementsAre("--web-auth: the web page", "--tls-key: the web page",
                                         "--host: its name and password; set api.headers in the system"));
  EXPECT_EQ(imported.target, "http://h");
}

TEST(Locust, WhatARunTakesAndWhatIsLost) {
  const Imported imported = import_text("locust", document("locust.txt"));
  EXPECT_EQ(imported.target, "https://learning.example.com");
  EXPECT_EQ(imported.arguments,
            " --csv results/nightly --html 'reports/load test.html' --user-class AnalystUser");
  EXPECT_THAT(imported.lost, SizeIs(5));
}

TEST(Locust, VariablesOfTheShell) {
  const Imported imported =
      import_text("locust", "locust -u ${USERS:-50} -t 1m --host $API_URL --csv $OUT/run");
  EXPECT_EQ(loaded_profile(imported).api->users, 50U);
  EXPECT_EQ(imported.target, "");
  EXPECT_THAT(imported.lost, Contains("--host $API_URL: name the target with --target"));
  EXPECT_EQ(imported.arguments, " --csv \"$OUT/run\"");
  EXPECT_EQ(refusal("locust", "locust -u $USERS"), "given:1:8: \"$USERS\" is not a number from 1 to 1000000");
}

TEST(Locust, Refusals) {
  EXPECT_EQ(
      refusal("locust", "python x.py"),
      "given:1:1: there is no locust command here; for example: locust --headless -u 100 -r 10 -t 5m --host "
      "http://127.0.0.1:8000");
  EXPECT_EQ(refusal("locust", "locust --user 5"),
            "given:1:8: unknown option --user; did you mean \"users\"?");
  EXPECT_EQ(refusal("locust", "locust -u many"), "given:1:8: \"many\" is not a number from 1 to 1000000");
  EXPECT_EQ(refusal("locust", "locust -t"), "given:1:8: the option -t has no value");
  EXPECT_EQ(refusal("locust", "locust -t 5x"),
            "given:1:8: \"5x\" is not a time up to 168h; write for example 5m or 1h30m");
}

}  // namespace
}  // namespace soundcheck::importer
