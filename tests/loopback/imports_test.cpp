// Imports from end to end: another tool's document about the reference agent's own API is imported, the file
// is validated, and the command that the import prints at the end is run as it stands there, against the
// agent.
#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

#include "tests/loopback/system_run.hpp"

namespace soundcheck::loopback {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Imports : public SystemRun {
 protected:
  /// Everything after `import`; the file is written to `output`.
  Ended import_to(const std::string& output, const Arguments& arguments) {
    std::filesystem::create_directories((folder_ / output).parent_path());
    const auto typed = std::find(arguments.begin(), arguments.end(), "--");
    Arguments all{"import"};
    all.insert(all.end(), arguments.begin(), typed);
    all.insert(all.end(), {"--output", output});
    all.insert(all.end(), typed, arguments.end());
    imported_ = start_bare(all).wait(run_limit);
    EXPECT_EQ(imported_.exit_code, 0) << imported_.err;
    return imported_;
  }

  static std::string document(const std::string& name) {
    return std::string(SOUNDCHECK_SOURCE_DIR) + "/tests/data/import/agent/" + name;
  }

  /// The commands that the import printed at its end: to check the file, and to run it.
  std::vector<std::string> next_commands() const {
    std::vector<std::string> out;
    std::istringstream lines(imported_.err.substr(imported_.err.find("next: ")));
    for (std::string line; std::getline(lines, line);) {
      const std::size_t begin = line.find("run_load_tests ");
      if (begin != std::string::npos) out.push_back(line.substr(begin));
    }
    EXPECT_EQ(out.size(), 2U) << imported_.err;
    return out;
  }

  /// Runs one of them in a shell, with the agent's address and further options.
  Ended type(std::string command, const std::string& options = "",
             std::map<std::string, std::string> environment = {}) const {
    const std::size_t target = command.find("--target ");
    if (target != std::string::npos) {
      const std::size_t value = target + std::string("--target ").size();
      command.replace(value, std::min(command.find(' ', value), command.size()) - value, agent().url());
    }
    environment["SOUNDCHECK_DATA"] = SOUNDCHECK_SOURCE_DIR;
    environment["PATH"] = std::string(SOUNDCHECK_BIN_DIR) + ":/usr/bin:/bin";
    return Program("/bin/sh", {"-c", command + " " + options}, folder_, environment).wait(run_limit);
  }

  /// Checks the file, then runs it, with a new agent if the machine was busy with other things.
  Ended run_imported(const std::string& options, const std::map<std::string, std::string>& environment = {}) {
    const std::vector<std::string> commands = next_commands();
    if (commands.size() != 2) return {};
    const Ended checked = type(commands[0], "", environment);
    EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
    return run_undisturbed(
        [&] { return type(commands[1], "--output load-results.json " + options, environment); });
  }

  Ended imported_;
};

/// Before the load: an account with something in it.
std::string account(const std::string& email) {
  const std::string credentials = "email: " + email + R"(, password: "${PASSWORD}")";
  return "--set 'system.api.setup=[{request: POST /agentiq/api/auth/register, body: {" + credentials +
         ", name: Load}, check: {status: 201}}, {request: POST /agentiq/api/auth/login, body: {" +
         credentials +
         R"(}, extract: {seeding: /access_token}}, {request: POST /agentiq/api/demo/seed, headers: {Authorization: "Bearer {{seeding}}"}, body: {interactions: 20, chats: 5}, check: {status: 201}}]' )";
}

/// Ten users in a hurry, of a system that a smoke test would take a minute for.
constexpr const char* briefly =
    "--users 10 --spawn-rate 1000 --duration 3s --set system.api.think_time=20ms "
    "--set 'system.objectives=[{name: success, metric: api.success_rate, target: \"> 99%\"}]' ";

TEST_F(Imports, CurlCommandsOfARunbook) {
  start_agent();
  import_to("calling.yaml", {"curl", document("calling.sh")});
  EXPECT_THAT(imported_.err, HasSubstr("set before a run:\n  - API_KEY\n"));
  // As the file says: the rows of the upload are made up, so the real file is put beside it.
  write("contacts.csv", "name,phone\nAda,+15550100123\nBob,+15550100124\n");
  const std::string upload =
      "--set 'system.api.tasks[name=post_calling_api_contacts_import].steps[0].multipart=[{name: file, "
      "file: " +
      (folder_ / "contacts.csv").string() + "}]' ";
  const Ended ended = run_imported(briefly + upload, {{"API_KEY", "soundcheck"}});
  expect_exit(ended, 0);
  for (const char* route :
       {"GET /calling/health", "GET /calling/api/calls", "GET /calling/api/analytics/dashboard",
        "POST /calling/api/calls/schedule", "POST /calling/api/contacts/import", "GET /calling/api/queue"})
    EXPECT_GT(requests(route), 10) << route;
  EXPECT_EQ(seen("/api_keys/missing") + seen("/api_keys/wrong"), 0);
  EXPECT_EQ(seen("/uploads/0/rows"), 2);
  EXPECT_EQ(figure("/api/total/failed"), 0);
}

TEST_F(Imports, ARecordingWhoseAnswersAreUsedLater) {
  start_agent();
  import_to("inbox.yaml", {"har", document("agentiq.har")});
  // The recording has no page that answers without a token, and the file asks for one.
  EXPECT_THAT(read("inbox.yaml"), HasSubstr("No path was found that answers without credentials"));
  const Ended refused = type(next_commands().back(), "", {{"PASSWORD", "correct horse"}});
  EXPECT_EQ(refused.exit_code, 4);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("answered with status 401"),
                                 HasSubstr("name a health_path that needs no credentials"),
                                 HasSubstr("curl -i 'http://")));
  start_agent();
  const Ended ended =
      run_imported(briefly + account("load@example.com") + "--set system.health_path=/agentiq/health",
                   {{"PASSWORD", "correct horse"}});
  expect_exit(ended, 0);
  const double rounds = requests("POST /agentiq/api/auth/login") - 1;
  EXPECT_GT(rounds, 10);
  EXPECT_NEAR(requests("GET /agentiq/api/interactions/{id}"), rounds, 10) << "each user may be in the middle";
  EXPECT_NEAR(requests("POST /agentiq/api/ai/drafts"), rounds, 10);
  EXPECT_EQ(seen("/tokens/missing") + seen("/tokens/wrong"), 0);
  EXPECT_EQ(seen("/requests_by_status/404"), 0) << "details are of what the list showed";
  EXPECT_THAT(read("inbox.yaml"), Not(HasSubstr("correct horse")));
}

TEST_F(Imports, AnOpenApiDocumentWithExamples) {
  start_agent();
  import_to("sales.yaml", {"openapi", document("ngx.openapi.yaml")});
  const std::string first_conversation =
      "--set 'system.api.setup=[{request: POST /ngx/api/conversations, body: {customer: {name: Ada}}, check: "
      "{status: 201, json: {/conversation_id: n-000001}}}]' ";
  const std::string no_end =
      "--set 'system.api.tasks[name=sendMessage].steps[0].check={status: [200, 409]}' ";
  const Ended ended = run_imported(briefly + first_conversation + no_end);
  expect_exit(ended, 0);
  for (const char* route : {"GET /ngx/health", "POST /ngx/api/conversations",
                            "GET /ngx/api/conversations/{id}", "POST /ngx/api/conversations/{id}/messages",
                            "GET /ngx/api/conversations/{id}/recommendations", "POST /ngx/api/roi"})
    EXPECT_GT(requests(route), 10) << route;
  EXPECT_EQ(seen("/requests_by_status/400"), 0) << "bodies that were made from schemas are good";
  EXPECT_EQ(seen("/ngx/unknown_ids"), 0);
}

TEST_F(Imports, APostmanCollectionWithALogin) {
  start_agent();
  import_to("agentiq.yaml", {"postman", document("agentiq.postman.json")});
  const Ended ended = run_imported(briefly + account("postman@example.com"), {{"PASSWORD", "correct horse"}});
  expect_exit(ended, 0);
  EXPECT_EQ(seen("/logins"), 11) << "each user once, and the setup";
  EXPECT_EQ(requests("POST /agentiq/api/auth/register"), 11) << "before it logs in";
  for (const char* route :
       {"GET /agentiq/health", "GET /agentiq/api/interactions", "GET /agentiq/api/interactions/{id}",
        "POST /agentiq/api/ai/drafts", "GET /agentiq/api/analytics/ops-alerts"})
    EXPECT_GT(requests(route), 10) << route;
  EXPECT_EQ(seen("/tokens/missing") + seen("/tokens/wrong"), 0);
  EXPECT_EQ(seen("/requests_by_status/404"), 0);
}

TEST_F(Imports, OptionsOfAK6ScriptWithItsThresholds) {
  start_agent();
  import_to("profiles/ngx.yaml", {"k6", document("ngx.k6.js"), "--system", "ngx_sales_agent"});
  const std::string hurried = "--set system.api.think_time=20ms ";
  const Ended good = run_imported(hurried);
  expect_exit(good, 0);
  EXPECT_THAT(good.out, HasSubstr("FINAL RESULT"));
  EXPECT_GT(requests("POST /ngx/api/conversations/{id}/messages"), 10);
  EXPECT_EQ(figure("/timing/planned_seconds"), 4.5) << "the stages of the script";

  // Its threshold on failures is an objective like any other.
  change_faults(R"({"error_rate": "20%"})");
  expect_exit(run_imported(hurried), 1);
}

TEST_F(Imports, ALocustCommandLine) {
  start_agent();
  import_to("profiles/nightly.yaml",
            {"locust",       "--system",      "ngx_sales_agent", "--",      "locust",
             "-f",           "locustfile.py", "--headless",      "--users", "10",
             "--spawn-rate", "100",           "--run-time",      "8s",      "--host",
             agent().url(),  "--csv",         "results/nightly", "--html",  "results/load test.html"});
  EXPECT_THAT(imported_.err, HasSubstr("--locustfile locustfile.py: the code in it"));
  std::filesystem::create_directory(folder_ / "results");
  // On a machine that is shared, its CPU is not the target's alone.
  const Ended ended = run_imported(
      "--set system.api.think_time=20ms --set \"system.objectives[name=CPU of the target's machine]=~\"");
  expect_exit(ended, 0);
  EXPECT_GT(requests("POST /ngx/api/conversations/{id}/messages"), 10);
  EXPECT_EQ(figure("/timing/planned_seconds"), 8);
  EXPECT_THAT(read("results/nightly_stats.csv"), HasSubstr("Average Response Time"));
  EXPECT_THAT(read("results/load test.html"), HasSubstr("<html"));
}

}  // namespace
}  // namespace soundcheck::loopback
