#include "tools/reference_agent/call_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace soundcheck::reference_agent {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

Moment at(core::Duration d) {
  return {core::TimePoint{d},
          std::chrono::system_clock::time_point{std::chrono::milliseconds(1'700'000'000'123)}};
}

std::vector<std::string> ids(const CallStore::Page& page) {
  std::vector<std::string> result;
  for (const Call* call : page.calls) result.push_back(call->id());
  return result;
}

TEST(CallStore, CountsCallsAndTheirDurations) {
  CallStore store;
  const Call* first = store.create("+1", "+2", "front-desk", at(1s));
  const Call* second = store.create("+1", "+2", "front-desk", at(2s));
  EXPECT_EQ(first->id(), "c-000001");
  EXPECT_EQ(store.in_progress(), 2U);
  EXPECT_EQ(store.mean_duration(), 0s);
  store.end(*first, at(3s));
  store.end(*second, at(8s));
  EXPECT_EQ(store.total(), 2U);
  EXPECT_EQ(store.ended(), 2U);
  EXPECT_EQ(store.in_progress(), 0U);
  EXPECT_EQ(store.mean_duration(), 4s);
}

TEST(CallStore, WritesACallAsJson) {
  CallStore store;
  const Call* call = store.create("+1", "a \"b\"", "front-desk", at(1s));
  EXPECT_EQ(call->to_json(),
            R"({"id":"c-000001","status":"in_progress","from":"+1","to":"a \"b\"","agent":"front-desk",)"
            R"("started_at":"2023-11-14T22:13:20.123Z"})");
  store.end(*call, at(2500ms));
  EXPECT_THAT(call->to_json(), testing::EndsWith(R"(,"duration_seconds":1.500})"));
  EXPECT_THAT(call->to_json(), testing::HasSubstr(R"("status":"ended")"));
}

TEST(CallStore, ListsNewestFirst) {
  CallStore store;
  for (int i = 0; i < 5; ++i) store.create("+1", "+2", "front-desk", at(1s));
  store.end(*store.find("c-000002"), at(2s));
  store.end(*store.find("c-000005"), at(2s));
  EXPECT_THAT(ids(store.list(CallStore::Filter::all, 2)), ElementsAre("c-000005", "c-000004"));
  EXPECT_EQ(store.list(CallStore::Filter::all, 2).total, 5U);
  EXPECT_THAT(ids(store.list(CallStore::Filter::in_progress, 9)),
              ElementsAre("c-000004", "c-000003", "c-000001"));
  EXPECT_THAT(ids(store.list(CallStore::Filter::ended, 9)), ElementsAre("c-000005", "c-000002"));
}

TEST(CallStore, TheOldestEndedCallsLeave) {
  CallStore store(3);
  for (int i = 0; i < 3; ++i) ASSERT_NE(store.create("+1", "+2", "front-desk", at(1s)), nullptr);
  EXPECT_EQ(store.create("+1", "+2", "front-desk", at(1s)), nullptr);
  store.end(*store.find("c-000003"), at(2s));
  store.end(*store.find("c-000002"), at(2s));
  ASSERT_NE(store.create("+1", "+2", "front-desk", at(3s)), nullptr);
  EXPECT_EQ(store.find("c-000002"), nullptr);
  EXPECT_THAT(ids(store.list(CallStore::Filter::all, 9)), ElementsAre("c-000004", "c-000003", "c-000001"));
  EXPECT_EQ(store.ended(), 2U);
}

TEST(CallStore, FindsOnlyWhatIsWrittenLikeAnId) {
  CallStore store;
  store.create("+1", "+2", "front-desk", at(1s));
  EXPECT_NE(store.find("c-000001"), nullptr);
  for (const char* id : {"", "c-", "c-1", "c-0000001", "c-000001x", "C-000001", "c-000002", "c--00001",
                         "c-99999999999999999999999999"}) {
    EXPECT_EQ(store.find(id), nullptr) << id;
  }
}

TEST(CallStore, KeepsTheLastTurnsOfATranscript) {
  CallStore store;
  store.create("+1", "+2", "front-desk", at(1s));
  for (std::size_t i = 0; i < CallStore::max_transcript_turns + 5; ++i) {
    store.add_turn("c-000001", {"caller", std::to_string(i)});
  }
  store.add_turn("c-000009", {"caller", "nobody hears this"});
  const Call* call = store.find("c-000001");
  ASSERT_EQ(call->transcript.size(), CallStore::max_transcript_turns);
  EXPECT_EQ(call->transcript.front().text, "5");
}

TEST(CallStore, TellsItsObservers) {
  CallStore store;
  std::vector<std::string> heard;
  store.on_created = [&](const Call& call) { heard.push_back("created " + call.id()); };
  store.on_ended = [&](const Call& call) { heard.push_back("ended " + call.id()); };
  store.end(*store.create("+1", "+2", "front-desk", at(1s)), at(2s));
  EXPECT_THAT(heard, ElementsAre("created c-000001", "ended c-000001"));
}

}  // namespace
}  // namespace soundcheck::reference_agent
