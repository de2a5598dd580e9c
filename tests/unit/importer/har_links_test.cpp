#include "runner/importer/har_links.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

namespace soundcheck::importer {
namespace {

using testing::ElementsAre;
using testing::FieldsAre;
using testing::IsEmpty;

boost::json::value json(std::string_view text) { return boost::json::parse(text); }

class HarLinks : public testing::Test {
 protected:
  std::string body(std::string_view text) {
    Step step;
    links.set_body(secrets, step, json(text));
    return step.json ? boost::json::serialize(*step.json) : "text: " + step.text;
  }
  Draft draft;
  Secrets secrets{draft};
  Links links;
};

TEST_F(HarLinks, AnIdOfAnAnswerInALaterPath) {
  links.path("/api/calls");
  links.learn(0, "/api/calls", json(R"({"id":"c-1","items":[{"id":7}]})"));
  EXPECT_EQ(links.path("/api/calls/c-1/items/7"), "/api/calls/{{call_id}}/items/{{call_id_2}}");
  EXPECT_THAT(links.used(),
              ElementsAre(FieldsAre(0U, "/id", "call_id"), FieldsAre(0U, "/items/0/id", "call_id_2")));
}

TEST_F(HarLinks, WhatTheClientSentFirstIsItsOwn) {
  links.path("/rooms/blue-42-room");
  links.learn(0, "/rooms", json(R"({"id":"blue-42-room"})"));
  EXPECT_EQ(links.path("/rooms/blue-42-room"), "/rooms/blue-42-room");
  EXPECT_THAT(links.used(), IsEmpty());
}

TEST_F(HarLinks, SmallNumbersOnlyWhereIdsStand) {
  links.learn(0, "/orders", json(R"({"id":3,"count":5})"));
  EXPECT_EQ(links.query(secrets, "page=3&order_id=3&n=5"), "page=3&order_id={{order_id}}&n=5");
  EXPECT_EQ(body(R"({"page":3})"), R"({"page":3})");
  EXPECT_EQ(links.path("/orders/5"), "/orders/5");
}

TEST_F(HarLinks, ANumberInABodyStaysANumber) {
  links.learn(0, "/orders", json(R"({"id":3})"));
  EXPECT_EQ(body(R"({"order_id":3,"note":"n"})"), R"(text: {"order_id":{{order_id}},"note":"n"})");
  EXPECT_EQ(body(R"({"order_id":"3"})"), R"({"order_id":"{{order_id}}"})");
}

TEST_F(HarLinks, TokensInHeaders) {
  links.learn(2, "/login", json(R"({"access_token":"abc.def.123"})"));
  EXPECT_EQ(links.header("Bearer abc.def.123"), "Bearer {{access_token}}");
  EXPECT_EQ(links.header("abc.def.123"), "{{access_token}}");
  EXPECT_EQ(links.header("Bearer other"), std::nullopt);
  EXPECT_THAT(links.used(), ElementsAre(FieldsAre(2U, "/access_token", "access_token")));
}

TEST_F(HarLinks, PointersAreEscapedAndNamesAreNoBuiltInOnes) {
  links.learn(0, "/x", json(R"({"a/b~c":{"user_id":"u-900100"}})"));
  EXPECT_EQ(links.path("/u/u-900100"), "/u/{{their_user_id}}");
  EXPECT_THAT(links.used(), ElementsAre(FieldsAre(0U, "/a~1b~0c/user_id", "their_user_id")));
}

TEST_F(HarLinks, OtherSecretsAreHidden) {
  EXPECT_EQ(body(R"({"password":"pw","name":"${x} {{y}}"})"),
            R"({"password":"${PASSWORD}","name":"$${x} { {y}}"})");
}

}  // namespace
}  // namespace soundcheck::importer
