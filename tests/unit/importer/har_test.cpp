// Recordings of browsers: which requests are sent again, and what is hidden in them.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include "tests/unit/importer/imports.hpp"

namespace soundcheck::importer {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// An entry: method, address, further keys of the request, type of the answer, further keys of the entry.
std::string entry(const std::string& method, const std::string& url, const std::string& request = "",
                  const std::string& answer = "application/json", const std::string& more = "") {
  return fmt::format(
      R"({{"pageref":"p","request":{{"method":"{}","url":"{}"{}}},"response":{{"status":200,"content":{{"mimeType":"{}"}}}}{}}})",
      method, url, request, answer, more);
}

std::string recording(const std::string& entries, const std::string& title = "Start") {
  return fmt::format(R"({{"log":{{"pages":[{{"id":"p","title":"{}"}}],"entries":[{}]}}}})", title, entries);
}

TEST(Har, TitlesAndReferersShowNoParameters) {
  const Imported imported = import_text(
      "har", recording(entry("GET", "https://h/cb?code=hunter2",
                             R"(,"headers":[{"name":"Referer","value":"https://h/in?access_token=hunter2"},)"
                             R"({"name":"X-Session-Id","value":"hunter2"}])"),
                       "https://ann:hunter2@h/cb?token=hunter2"));
  EXPECT_THAT(imported.system, AllOf(HasSubstr("# Page: https://h/cb\n"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(imported.needed, ElementsAre("CODE", "X_SESSION_ID"));
}

TEST(Har, SecretsInBodiesOfAnyContentType) {
  const auto body = [](const std::string& text) {
    const Imported imported = import_text(
        "har", recording(entry("POST", "https://h/a",
                               fmt::format(R"(,"postData":{{"mimeType":"text/plain","text":"{}"}})", text))));
    EXPECT_EQ(loaded_system(imported).api->tasks.at(0).steps.at(0).request.content_type, "text/plain");
    return loaded_system(imported).api->tasks.at(0).steps.at(0).request.body;
  };
  EXPECT_EQ(body("grant_type=password&password=hunter2"), "grant_type=password&password=from-outside");
  EXPECT_EQ(body(R"({\"password\":\"hunter2\",\"pin\":12})"),
            R"({"password":"from-outside","pin":from-outside})");
  EXPECT_EQ(body("a note, nothing else"), "a note, nothing else");
}

/// Voice backends answer with sound: that is data, and no decoration of a page.
TEST(Har, OnlyWhatAPageIsMadeOfIsStatic) {
  const std::string entries =
      entry("POST", "https://h/text-to-speech", "", "audio/mpeg") + "," +
      entry("GET", "https://h/calls/1/recording", "", "audio/wav", R"(,"_resourceType":"fetch")") + "," +
      entry("GET", "https://h/data.js", "", "text/javascript", R"(,"_resourceType":"xhr")") + "," +
      entry("GET", "https://h/ring.mp3", "", "audio/mpeg", R"(,"_resourceType":"media")") + "," +
      entry("GET", "https://h/app.js", "", "text/javascript");
  const Imported imported = import_text("har", recording(entries));
  EXPECT_THAT(requests(loaded_system(imported)),
              ElementsAre("POST /text-to-speech", "GET /calls/1/recording", "GET /data.js"));
  EXPECT_THAT(imported.lost, ElementsAre("2 requests for static files"));
}

}  // namespace
}  // namespace soundcheck::importer
