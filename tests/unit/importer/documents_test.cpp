// Documents as other tools write them, from end to end: the text that people get (golden files), and that our
// own loader takes it.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include "tests/support/golden.hpp"
#include "tests/unit/importer/imports.hpp"

namespace soundcheck::importer {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

TEST(ImportedDocument, CurlCommandsOfABrowser) {
  const Imported imported = import_text("curl", document("browser_curls.txt"));
  support::expect_golden("import_curl.yaml", imported.system);
  EXPECT_THAT(loaded_system(imported).api->tasks, SizeIs(6));
}

TEST(ImportedDocument, RecordingOfChrome) {
  const Imported imported = import_text("har", document("chrome.har"));
  support::expect_golden("import_chrome_har.yaml", imported.system);
  EXPECT_THAT(requests(loaded_system(imported)),
              ElementsAre("GET /login", "POST /api/auth/login", "GET /account", "GET /account/orders",
                          "GET /api/users/{{their_user_id}}/orders?limit=20", "POST /api/orders",
                          "GET /api/orders/{{order_id}}/lines?order_id={{order_id_2}}"));
}

TEST(ImportedDocument, RecordingOfFirefox) {
  const Imported imported = import_text("har", document("firefox.har"));
  support::expect_golden("import_firefox_har.yaml", imported.system);
  EXPECT_THAT(requests(loaded_system(imported)), SizeIs(3));
}

TEST(ImportedDocument, OpenApi) {
  const Imported imported = import_text("openapi", document("telephony.openapi.yaml"));
  support::expect_golden("import_openapi.yaml", imported.system);
  EXPECT_THAT(loaded_system(imported).api->tasks, SizeIs(13));
  EXPECT_EQ(imported.target, "https://eu.api.example.com");
}

TEST(ImportedDocument, Swagger) {
  const Imported imported = import_text("openapi", document("petstore.swagger.json"));
  support::expect_golden("import_swagger.yaml", imported.system);
  EXPECT_THAT(requests(loaded_system(imported)),
              ElementsAre("GET /v1/pets?tags=cat&tags=cat", "POST /v1/pets", "GET /v1/pets/10",
                          "POST /v1/pets/10", "POST /v1/pets/1/photo"));
}

TEST(ImportedDocument, Postman) {
  const Imported imported = import_text("postman", document("orders.postman.json"));
  support::expect_golden("import_postman.yaml", imported.system);
  const profile::System system = loaded_system(imported);
  EXPECT_THAT(requests(system),
              ElementsAre("GET /v1/health", "GET /v1/users/{{user_id_2}}/orders?state=open&page=1",
                          "GET /v1/archive?year={{random_int(0, 1000)}}",
                          "PUT /v1/orders/{{order_id}}/payment", "POST /graphql", "POST /v1/imports"));
  ASSERT_TRUE(system.api->login);
  EXPECT_THAT(system.api->login->steps, SizeIs(2));
}

/// Registering prepares logging in, so it comes along to where each user logs in.
TEST(ImportedDocument, PostmanFolderThatRegistersFirst) {
  const Imported imported = import_text("postman", document("agent/agentiq.postman.json"));
  const profile::System system = loaded_system(imported);
  ASSERT_TRUE(system.api->login);
  std::vector<std::string> paths;
  for (const profile::Step& step : system.api->login->steps) paths.push_back(step.request.path);
  EXPECT_THAT(paths, ElementsAre("/agentiq/api/auth/register", "/agentiq/api/auth/login"));
  EXPECT_THAT(
      imported.lost,
      ElementsAre("POST /agentiq/api/auth/register is sent once by each user, before its first task: what "
                  "follows it there seems to need it"));
}

/// Chrome gives compressed answers as base64.
TEST(ImportedDocument, RecordingWithAnswersInBase64) {
  const Imported imported = import_text("har", document("agent/agentiq.har"));
  EXPECT_THAT(requests(loaded_system(imported)),
              ElementsAre("POST /agentiq/api/auth/login", "GET /agentiq/api/interactions?limit=5&offset=0",
                          "GET /agentiq/api/interactions/{{interaction_id}}", "POST /agentiq/api/ai/drafts",
                          "GET /agentiq/api/analytics/quality-metrics"));
  EXPECT_THAT(imported.system, HasSubstr("No path was found that answers without credentials"));
}

TEST(ImportedDocument, K6Stages) {
  const Imported imported = import_text("k6", document("spike.k6.js"));
  support::expect_golden("import_k6_stages.yaml", imported.profile + "---\n" + imported.system);
  loaded_profile(imported);
}

TEST(ImportedDocument, K6Scenarios) {
  const Imported imported = import_text("k6", document("scenarios.k6.js"));
  support::expect_golden("import_k6_scenarios.yaml", imported.profile);
  EXPECT_THAT(loaded_profile(imported).workloads, SizeIs(7));
}

TEST(ImportedDocument, Locust) {
  const Imported imported = import_text("locust", document("locust.txt"));
  support::expect_golden("import_locust.yaml", imported.profile);
  loaded_profile(imported);
}

/// Nobody's token may end up in a file that goes into a repository.
TEST(ImportedDocument, NoSecretIsWritten) {
  const std::vector<std::pair<std::string, std::string>> documents{
      {"curl", "browser_curls.txt"}, {"har", "chrome.har"}, {"postman", "orders.postman.json"}};
  for (const auto& [name, file] : documents) {
    const Imported imported = import_text(name, document(file));
    for (const char* secret :
         {"hunter2", "eyJhbGciOiJIUzI1NiJ9", "s3cret", "5f3c9a", "r-88213", "k-123", "tok_77"})
      EXPECT_THAT(imported.system, Not(HasSubstr(secret))) << file;
  }
}

TEST(ImportedDocument, OnlyKeepsWhatIsAskedFor) {
  Request request;
  request.only = "/orders";
  EXPECT_THAT(requests(loaded_system(import_text("har", document("chrome.har"), request))),
              testing::AllOf(SizeIs(4), Each(HasSubstr("/orders"))));
  request.only = "createToken";
  EXPECT_THAT(requests(loaded_system(import_text("openapi", document("telephony.openapi.yaml"), request))),
              ElementsAre("POST /v2/tokens"));
}

/// As many operations as the largest public documents have; schemas that all use each other.
TEST(ImportedDocument, LargeOpenApi) {
  std::string text =
      R"({"openapi":"3.0.3","info":{"title":"large","version":"1"},"paths":{"/health":{"get":{}})";
  for (int i = 0; i < 700; ++i) {
    text += fmt::format(
        R"(,"/things/{0}":{{"post":{{"operationId":"make{0}","requestBody":{{"content":{{"application/json":{{"schema":{{"$ref":"#/components/schemas/S{1}"}}}}}}}}}}}})",
        i, i % 30);
  }
  text += R"(},"components":{"schemas":{)";
  for (int i = 0; i < 30; ++i) {
    text += fmt::format(R"({}"S{}":{{"type":"object","required":["a","b"],"properties":{{)",
                        i == 0 ? "" : ",", i);
    text += fmt::format(
        R"("a":{{"$ref":"#/components/schemas/S{}"}},"b":{{"$ref":"#/components/schemas/S{}"}}}}}})",
        (i + 1) % 30, (i + 7) % 30);
  }
  text += "}}}";
  Request request;
  request.only = "make1";
  const Imported imported = import_text("openapi", text, request);
  EXPECT_THAT(loaded_system(imported).api->tasks, SizeIs(111));
  EXPECT_THAT(refusal("openapi", text), HasSubstr("the system file would have"));
}

}  // namespace
}  // namespace soundcheck::importer
