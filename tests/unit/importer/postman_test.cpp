// Postman collections: what becomes of their variables, secrets and bodies.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include "tests/unit/importer/imports.hpp"

namespace soundcheck::importer {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

/// A collection of one request: its keys beside the method, and those of the item and of the collection.
std::string collection(const std::string& request, const std::string& item = "",
                       const std::string& top = "") {
  return fmt::format(
      R"({{"info":{{"name":"V"}}{},"item":[{{"name":"One","request":{{"method":"POST",{}}}{}}}]}})", top,
      request, item);
}

Imported imported(const std::string& request, const std::string& item = "", const std::string& top = "") {
  return import_text("postman", collection(request, item, top));
}

profile::RequestStep step_of(const Imported& given) {
  return loaded_system(given).api->tasks.at(0).steps.at(0).request;
}

constexpr const char* address = R"("url":"https://h/a")";

TEST(Postman, VariablesOfTheCollectionAreHiddenLikeWhatTheyHold) {
  const Imported given = imported(
      R"("url":"https://h/a","header":[{"key":"X-Api-Key","value":"{{mine}}"},{"key":"X-Admin","value":"{{admin}}"},)"
      R"({"key":"X-Region","value":"{{region}}"}])",
      "",
      R"(,"auth":{"type":"bearer","bearer":[{"key":"token","value":"{{tok}}"}]},"variable":[)"
      R"({"key":"mine","value":"hunter2"},{"key":"admin","value":"sk_live_hunter2"},{"key":"tok","value":"hunter2"},)"
      R"({"key":"region","value":"eu"}])");
  EXPECT_THAT(given.system, Not(HasSubstr("hunter2")));
  EXPECT_THAT(given.needed, UnorderedElementsAre("X_API_KEY", "ADMIN", "API_TOKEN"));
  EXPECT_THAT(
      loaded_system(given).api->headers,
      AllOf(Contains(Pair("X-Region", "eu")), Contains(Pair("Authorization", "Bearer from-outside"))));
}

TEST(Postman, VariablesInTheHostLeaveTheTargetOpen) {
  const auto open = [](const std::string& url, const std::string& shown) {
    const Imported given = imported("\"url\":\"" + url + "\"");
    EXPECT_EQ(given.target, "") << url;
    EXPECT_THAT(given.lost, ElementsAre("the address " + shown + ": name the target with --target"));
    return step_of(given).path;
  };
  EXPECT_EQ(open("https://{{host}}/api?a=1", "https://{{host}}"), "/api?a=1");
  EXPECT_EQ(open("http://localhost:{{port}}/api", "http://localhost:{{port}}"), "/api");
  EXPECT_EQ(open("https://api-{{env}}.example.com/x", "https://api-{{env}}.example.com"), "/x");
  EXPECT_EQ(open("{{protocol}}://{{host}}/api", "{{protocol}}://{{host}}"), "/api");
  EXPECT_EQ(open("{{host}}:{{port}}/api", "{{host}}:{{port}}"), "/api");
  EXPECT_EQ(open("{{protocol}}{{host}}/api", "{{protocol}}{{host}}"), "/api");
  EXPECT_EQ(open("{{baseUrl}}api", "{{baseUrl}}"), "/api");
  EXPECT_EQ(open("{{baseUrl}}", "{{baseUrl}}"), "/");
  EXPECT_EQ(open("https://ann:hunter2@{{host}}/api", "https://{{host}}"), "/api");
}

TEST(Postman, WhatIsRefusedAsAWholeSaysWhy) {
  EXPECT_EQ(
      refusal("postman", collection(R"("url":"ftp://ann:hunter2@h/a?key=hunter2")")),
      "given:1:1: item: no request of the collection can be carried over; the reasons: One: \"ftp://h/a\" is "
      "not an http address");
  Request request;
  request.only = "Two";
  EXPECT_EQ(
      refusal("postman", collection(address), request),
      "given:1:1: item: no request of the collection can be carried over; none has \"Two\" in its name or "
      "address");
}

TEST(Postman, AVariableInAQueryKeepsNoOtherSecretThere) {
  const Imported given = imported(R"("url":"https://h/a?page={{page}}&api_key=hunter2&q=1")");
  EXPECT_THAT(given.needed, ElementsAre("PAGE", "API_KEY"));
  EXPECT_THAT(given.system, HasSubstr("/a?page=${PAGE}&api_key=${API_KEY}&q=1"));
}

TEST(Postman, ARawBodyWithVariablesOutsideOfQuotesIsJson) {
  const Imported given = imported(
      std::string(address) + R"(,"body":{"mode":"raw","raw":"{\"n\": {{n}}, \"password\": \"hunter2\"}"})");
  EXPECT_EQ(step_of(given).body, R"({"n":from-outside,"password":"from-outside"})");
  EXPECT_EQ(step_of(given).content_type, "application/json");
  EXPECT_THAT(given.needed, ElementsAre("N", "PASSWORD"));
}

TEST(Postman, ARawBodyThatIsAForm) {
  const Imported given =
      imported(std::string(address) + R"(,"body":{"mode":"raw","raw":"a={{a}}&password=hunter2"})");
  EXPECT_EQ(step_of(given).body, "a=from-outside&password=from-outside");
  EXPECT_THAT(given.system, Not(HasSubstr("hunter2")));
}

TEST(Postman, FieldsOfForms) {
  const Imported encoded = imported(
      std::string(address) +
          R"(,"body":{"mode":"urlencoded","urlencoded":[{"key":"a b","value":"{{pw}}"},{"key":"code","value":"hunter2"}]})",
      "", R"(,"variable":[{"key":"pw","value":"x y"}])");
  EXPECT_EQ(step_of(encoded).body, "a%20b=x%20y&code=from-outside");
  const Imported parts = imported(
      std::string(address) +
      R"(,"body":{"mode":"formdata","formdata":[{"key":"meta","value":"{\"pin\": 1234}"},{"key":"n","value":"{{n}}"}]})");
  EXPECT_THAT(parts.system, AllOf(HasSubstr("${PIN}"), HasSubstr("${N}"), Not(HasSubstr("1234"))));
}

TEST(Postman, GraphQl) {
  const auto body = [](const std::string& variables) {
    return imported(
        std::string(address) +
        R"(,"body":{"mode":"graphql","graphql":{"query":"query Q { a }","operationName":"Q","variables":")" +
        variables + "\"}}");
  };
  EXPECT_EQ(
      step_of(body(R"({\"id\": {{id}}, \"token\": \"hunter2\"})")).body,
      R"({"query":"query Q { a }","variables":{"id":from-outside,"token":"from-outside"},"operationName":"Q"})");
  EXPECT_THAT(body("{id: 1}").lost, ElementsAre("One: the GraphQL variables, which are no JSON"));
  EXPECT_THAT(body("").lost, IsEmpty());
}

TEST(Postman, PartsOfAForm) {
  const Imported given = imported(
      std::string(address) +
      R"(,"body":{"mode":"formdata","formdata":[{"key":"meta","value":"{}","contentType":"application/json"},)"
      R"({"key":"files","type":"file","src":["/a/x.wav","/a/y.wav"]},{"key":"none","type":"file","src":null}]})");
  EXPECT_THAT(given.lost,
              Contains("the content type application/json of the field meta in POST /a: only files have "
                       "one here"));
  std::vector<std::string> files;
  for (const auto& part : step_of(given).multipart) files.push_back(part.filename);
  EXPECT_THAT(files, ElementsAre("", "x.wav", "y.wav", "none.csv"));
}

TEST(Postman, TheLanguageOfARawBodyIsItsContentType) {
  const auto type = [](const std::string& language) {
    return step_of(imported(std::string(address) +
                            R"(,"body":{"mode":"raw","raw":"<a/>","options":{"raw":{"language":")" +
                            language + "\"}}}"))
        .content_type;
  };
  EXPECT_EQ(type("xml"), "application/xml");
  EXPECT_EQ(type("text"), "text/plain");
  EXPECT_EQ(
      step_of(imported(std::string(address) + R"(,"header":[{"key":"Content-Type","value":"{{type}}"}],)" +
                       R"("body":{"mode":"raw","raw":"<a/>","options":{"raw":{"language":"xml"}}})"))
          .content_type,
      "from-outside");
}

TEST(Postman, AnotherHostAndCredentialsInTheAddress) {
  const Imported given =
      imported(R"("url":"https://bob:hunter2@h/a","header":[{"key":"Host","value":"tenant.example.com"}])");
  EXPECT_THAT(
      loaded_system(given).api->headers,
      UnorderedElementsAre(Pair("Host", "tenant.example.com"), Pair("Authorization", "Basic from-outside")));
  EXPECT_THAT(given.system, Not(HasSubstr("hunter2")));
}

TEST(Postman, NamesOfFoldersAreNoTemplates) {
  const Imported given = import_text(
      "postman",
      R"({"info":{"name":"V ${v}"},"item":[{"name":"Calls {{v}} ${x}","item":[{"name":"One","request":"https://h/a"},)"
      R"({"name":"Sub ${y}","item":[{"name":"Two","request":"https://h/b"}]}]}]})");
  const profile::System system = loaded_system(given);
  EXPECT_EQ(system.api->tasks.at(0).name, "Calls { {v}} ${x}");
  EXPECT_EQ(system.api->tasks.at(1).name, "Calls { {v}} ${x} / Sub ${y}");
}

TEST(Postman, StatementsAreListedWithoutTheirTexts) {
  const Imported given = imported(
      address,
      R"(,"event":[{"listen":"prerequest","script":{"exec":["pm.environment.set(\"password\", \"hunter2\");"]}},)"
      R"({"listen":"test","script":{"exec":["const r = pm.response.json();","pm.expect(r.token).to.eql('hunter2');"]}}])");
  EXPECT_THAT(given.lost,
              ElementsAre("One: the pre-request script's `pm.environment.set(\"password\", \"…\")`"));
  EXPECT_THAT(given.system, AllOf(HasSubstr("/token: \"${TOKEN}\""), Not(HasSubstr("hunter2"))));
}

}  // namespace
}  // namespace soundcheck::importer
