#include "tools/reference_agent/apis/phone_calls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace soundcheck::reference_agent {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// So long after a moment of 2023.
Moment at(core::Duration d) {
  const auto wall = std::chrono::milliseconds(1'700'000'000'123) + d;
  return {core::TimePoint{d}, std::chrono::system_clock::time_point(
                                  std::chrono::duration_cast<std::chrono::system_clock::duration>(wall))};
}

class PhoneCallsTest : public testing::Test {
 protected:
  Call create(PhoneCalls& calls, core::Duration when = 1s) {
    const auto call = calls.create("+1", "+2", "front-desk", at(when));
    EXPECT_TRUE(call.has_value());
    return call.value_or(Call{});
  }
  static void end(PhoneCalls& calls, const std::string& id, core::Duration when = 2s) {
    const auto call = calls.find(id);
    ASSERT_TRUE(call.has_value()) << id;
    calls.end(*call, at(when));
  }
  static std::vector<std::string> ids(PhoneCalls& calls, std::string_view status = "",
                                      std::size_t limit = 99) {
    std::vector<std::string> result;
    for (const auto& call : calls.list(status, limit)) result.push_back(call.id());
    return result;
  }
  static std::vector<std::string> texts(PhoneCalls& calls, const std::string& id) {
    std::vector<std::string> result;
    for (const auto& turn : calls.transcript(*calls.find(id))) result.push_back(turn.text);
    return result;
  }
  static std::int64_t number(Database& database, const char* sql) {
    return Statement(database, sql).number().value_or(-1);
  }

  support::TemporaryFolder folder_;
  const std::string path_ = folder_.path() / "agent.db";
  Database database_{path_};
};

TEST_F(PhoneCallsTest, CountsCallsAndTheirDurations) {
  PhoneCalls calls(database_, 100);
  const Call first = create(calls, 1s);
  const Call second = create(calls, 2s);
  EXPECT_EQ(first.id(), "c-000001");
  EXPECT_EQ(calls.in_progress(), 2);
  EXPECT_EQ(calls.mean_seconds(), 0);
  calls.end(first, at(3s));
  calls.end(second, at(8s));
  EXPECT_EQ(calls.total(), 2);
  EXPECT_EQ(calls.ended(), 2);
  EXPECT_EQ(calls.in_progress(), 0);
  EXPECT_DOUBLE_EQ(calls.mean_seconds(), 4);
}

TEST_F(PhoneCallsTest, WritesACallAsJson) {
  PhoneCalls calls(database_, 100);
  const auto call = calls.create("+1", "a \"b\"", "front-desk", at(0s));
  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->to_json(),
            R"({"id":"c-000001","status":"in_progress","from":"+1","to":"a \"b\"","agent":"front-desk",)"
            R"("started_at":"2023-11-14T22:13:20.123Z"})");
  const Call ended = calls.end(*call, at(1050ms));
  EXPECT_THAT(ended.to_json(), testing::HasSubstr(R"("status":"ended")"));
  EXPECT_THAT(ended.to_json(), testing::EndsWith(R"(,"duration_seconds":1.050})"));
  EXPECT_EQ(calls.find("c-000001")->to_json(), ended.to_json());
}

TEST_F(PhoneCallsTest, ADurationIsNeverNegative) {
  PhoneCalls calls(database_, 100);
  EXPECT_EQ(calls.end(create(calls, 5s), at(4s)).duration_ms, 0) << "the clock of the wall was put back";
}

TEST_F(PhoneCallsTest, ListsNewestFirst) {
  PhoneCalls calls(database_, 100);
  for (int i = 0; i < 5; ++i) create(calls);
  end(calls, "c-000002");
  end(calls, "c-000005");
  EXPECT_THAT(ids(calls, "", 2), ElementsAre("c-000005", "c-000004"));
  EXPECT_THAT(ids(calls, "in_progress"), ElementsAre("c-000004", "c-000003", "c-000001"));
  EXPECT_THAT(ids(calls, "ended"), ElementsAre("c-000005", "c-000002"));
  EXPECT_THAT(ids(calls, "ended", 1), ElementsAre("c-000005"));
  EXPECT_EQ(calls.count(""), 5);
  EXPECT_EQ(calls.count("in_progress"), 3);
  EXPECT_EQ(calls.count("ended"), 2);
}

TEST_F(PhoneCallsTest, TheOldestEndedCallsLeave) {
  PhoneCalls calls(database_, 3);
  for (int i = 0; i < 3; ++i) create(calls);
  EXPECT_FALSE(calls.create("+1", "+2", "front-desk", at(1s)).has_value()) << "all are in progress";
  end(calls, "c-000003");
  end(calls, "c-000002");
  create(calls);
  EXPECT_FALSE(calls.find("c-000002").has_value());
  EXPECT_THAT(ids(calls), ElementsAre("c-000004", "c-000003", "c-000001"));
  EXPECT_EQ(calls.ended(), 2) << "of those that have left, too";
  EXPECT_EQ(calls.count("ended"), 1);
  EXPECT_DOUBLE_EQ(calls.mean_seconds(), 1);
}

TEST_F(PhoneCallsTest, IsBoundedWhateverComes) {
  constexpr int capacity = 10;
  PhoneCalls calls(database_, capacity);
  for (int i = 0; i < 20 * capacity; ++i) {
    const Call call = create(calls);
    for (int turn = 0; turn < 9; ++turn) calls.add_turn(call.id(), {"caller", "hello"});
    calls.end(call, at(2s));
    ASSERT_LE(number(database_, "SELECT count(*) FROM phone_calls"), capacity);
    ASSERT_LE(number(database_, "SELECT count(*) FROM phone_turns"), 5 * capacity);
  }
  EXPECT_EQ(number(database_, "SELECT min(id) FROM phone_calls"), 19 * capacity + 1);
  EXPECT_EQ(number(database_, "SELECT count(*) FROM phone_turns"), 5 * capacity);
  EXPECT_EQ(calls.count(""), capacity);
  EXPECT_EQ(calls.total(), 20 * capacity);
}

TEST_F(PhoneCallsTest, FindsOnlyWhatIsWrittenLikeAnId) {
  PhoneCalls calls(database_, 100);
  create(calls);
  EXPECT_TRUE(calls.find("c-000001").has_value());
  for (const char* id : {"", "c-", "c-1", "c-0000001", "c-000001x", "C-000001", "c-000002", "c--00001",
                         "c-99999999999999999999999999"}) {
    EXPECT_FALSE(calls.find(id).has_value()) << id;
  }
}

TEST_F(PhoneCallsTest, KeepsTheTurnsOfEachCallInOrder) {
  PhoneCalls calls(database_, 100);
  create(calls);
  create(calls);
  calls.add_turn("c-000001", {"caller", "check my balance"});
  calls.add_turn("c-000002", {"caller", "good morning"});
  calls.add_turn("c-000001", {"agent", "your balance is twenty dollars"});
  calls.add_turn("c-000009", {"caller", "nobody hears this"});
  EXPECT_THAT(texts(calls, "c-000001"), ElementsAre("check my balance", "your balance is twenty dollars"));
  EXPECT_EQ(calls.transcript(*calls.find("c-000001"))[1].speaker, "agent");
  EXPECT_EQ(number(database_, "SELECT count(*) FROM phone_turns"), 3);
}

TEST_F(PhoneCallsTest, ATranscriptIsTheLastTurns) {
  PhoneCalls calls(database_, 1000);
  create(calls);
  for (int i = 0; i < PhoneCalls::max_transcript_turns + 5; ++i)
    calls.add_turn("c-000001", {"caller", std::to_string(i)});
  const auto kept = texts(calls, "c-000001");
  ASSERT_EQ(kept.size(), PhoneCalls::max_transcript_turns);
  EXPECT_EQ(kept.front(), "5");
  EXPECT_EQ(kept.back(), "1004");
}

TEST_F(PhoneCallsTest, TellsItsObservers) {
  PhoneCalls calls(database_, 100);
  std::vector<std::string> heard;
  calls.on_created = [&](const Call& call) { heard.push_back(call.status + " " + call.id()); };
  calls.on_ended = [&](const Call& call) {
    heard.push_back(call.status + " " + call.id());
    EXPECT_TRUE(calls.find(call.id())->ended()) << "told after the change";
  };
  calls.end(create(calls), at(2s));
  EXPECT_THAT(heard, ElementsAre("in_progress c-000001", "ended c-000001"));
}

TEST_F(PhoneCallsTest, AnybodyCanReadThemInTheFileMeanwhile) {
  PhoneCalls calls(database_, 100);
  create(calls);
  create(calls);
  calls.add_turn("c-000001", {"caller", "check my balance"});
  end(calls, "c-000001", 2500ms);
  Database reader(path_);
  Statement select(reader, "SELECT caller, callee, agent, status, started_ms, duration_ms FROM phone_calls");
  auto rows = select.query();
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.text(0), "+1");
  EXPECT_EQ(rows.text(1), "+2");
  EXPECT_EQ(rows.text(2), "front-desk");
  EXPECT_EQ(rows.text(3), "ended");
  EXPECT_EQ(rows.integer(4), 1'700'000'001'123);
  EXPECT_EQ(rows.integer(5), 1500);
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.text(3), "in_progress");
  EXPECT_TRUE(rows.is_null(5));
  EXPECT_FALSE(rows.next());
  EXPECT_EQ(
      number(reader,
             "SELECT count(*) FROM phone_turns WHERE call=1 AND speaker='caller' AND text LIKE '%balance'"),
      1);
}

TEST_F(PhoneCallsTest, TheNextAgentKnowsThemAndHasNoneInProgress) {
  {
    PhoneCalls calls(database_, 100);
    for (int i = 0; i < 4; ++i) create(calls);
    end(calls, "c-000001", 5s);
    calls.add_turn("c-000001", {"caller", "check my balance"});
  }
  Database again(path_);
  PhoneCalls calls(again, 2);
  EXPECT_EQ(calls.total(), 4);
  EXPECT_EQ(calls.in_progress(), 0);
  EXPECT_EQ(calls.count("ended"), 4);
  EXPECT_DOUBLE_EQ(calls.mean_seconds(), 4) << "of the one whose end was seen";
  EXPECT_THAT(texts(calls, "c-000001"), ElementsAre("check my balance"));
  EXPECT_EQ(calls.find("c-000002")->duration_ms, std::nullopt);
  EXPECT_EQ(create(calls).id(), "c-000005") << "ids are given out once";
  EXPECT_THAT(ids(calls), ElementsAre("c-000005", "c-000004")) << "this agent keeps two";
}

TEST_F(PhoneCallsTest, WhatTheDatabaseRefusesLeavesNoTrace) {
  PhoneCalls calls(database_, 2);
  create(calls);
  end(calls, "c-000001");
  create(calls);
  database_.execute(
      "CREATE TRIGGER full BEFORE INSERT ON phone_calls BEGIN SELECT raise(ABORT, 'full'); END");
  EXPECT_THROW(calls.create("+1", "+2", "front-desk", at(1s)), DatabaseError);
  EXPECT_THAT(ids(calls), ElementsAre("c-000002", "c-000001"));
  EXPECT_EQ(calls.count(""), 2);
  EXPECT_EQ(calls.in_progress(), 1);
  database_.execute("DROP TRIGGER full");
  EXPECT_EQ(create(calls).id(), "c-000003");
  EXPECT_EQ(calls.count(""), 2);
}

}  // namespace
}  // namespace soundcheck::reference_agent
