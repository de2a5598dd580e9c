// Requests made from OpenAPI documents: paths, cookies, what --only leaves.
#include <gmock/gmock.h>

#include "tests/unit/importer/imports.hpp"

namespace soundcheck::importer {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

Imported imported(const std::string& paths, const std::string& more = "", const Request& request = {}) {
  return import_text("openapi",
                     R"({"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":)" + paths + more + "}",
                     request);
}

TEST(OpenApi, ParametersThatThePathNamesAndNobodyDeclares) {
  const Imported given = imported(
      R"({"/calls/{id}/turns/{turn}/{id}":{"get":{"parameters":[{"name":"id","in":"path","example":"c 7"},{"name":"not_there","in":"path"}]}}})");
  EXPECT_THAT(requests(loaded_system(given)), ElementsAre("GET /calls/c%207/turns/1/c%207"));
  EXPECT_THAT(given.lost,
              ElementsAre("/calls/{id}/turns/{turn}/{id}: turn = 1 is made up; put in one that exists"));
}

TEST(OpenApi, CookiesOfParametersAndOfSecurity) {
  const Imported given = imported(
      R"({"/a":{"get":{"parameters":[{"name":"tenant","in":"cookie","required":true,"example":"acme"},)"
      R"({"name":"locale","in":"cookie","required":true,"example":"en"}]}}})",
      R"(,"security":[{"session":[]}],"components":{"securitySchemes":{"session":{"type":"apiKey","in":"cookie","name":"sid"}}})");
  EXPECT_THAT(loaded_system(given).api->headers,
              ElementsAre(Pair("Cookie", "tenant=acme; locale=en; sid=from-outside")));
  EXPECT_THAT(given.needed, ElementsAre("SESSION"));
}

TEST(OpenApi, ATaskThatIsOffIsOnIfNothingElseIsLeft) {
  Request request;
  request.only = "deleteCall";
  const Imported given =
      imported(R"({"/calls":{"get":{},"delete":{"operationId":"deleteCall ${x}"}}})", "", request);
  EXPECT_EQ(loaded_system(given).api->tasks.at(0).weight, 1U);
  EXPECT_THAT(given.lost,
              Contains("the task deleteCall $${x} has the weight 1 all the same: nothing else is left"));
}

}  // namespace
}  // namespace soundcheck::importer
