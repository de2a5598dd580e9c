// What decides which requests are sent: conditions, loops, pauses, polls, ends without a failure.
#include "tests/unit/http/http_session_fixture.hpp"

namespace soundcheck::http {
namespace {

using support::names;
using testing::HasSubstr;
using testing::Not;

core::Expression expression(std::string_view text) {
  return std::get<core::Expression>(core::Expression::compile(text, names()));
}

SetStep set(std::string_view name, std::string_view value) {
  return {{{names().slot(name), support::text(value)}}};
}

template <class... S>
std::vector<Step> steps(S... items) {
  std::vector<Step> out;
  (out.emplace_back(std::move(items)), ...);
  return out;
}

RequestStep extracting(RequestStep step, std::string_view name, std::string pointer) {
  step.extract.push_back({names().slot(name), std::string(name), PointerSource{std::move(pointer)}});
  return step;
}

class Steps : public HttpSessionTest {
 protected:
  /// Paths of the requests, in the order in which they were sent.
  std::vector<std::string> paths() const {
    std::vector<std::string> out;
    const std::string& text = network.written();
    for (std::size_t at = text.find(" HTTP/1.1\r\n"); at != text.npos;
         at = text.find(" HTTP/1.1\r\n", at + 1)) {
      const std::size_t line = text.rfind('\n', at);
      const std::size_t path = text.find(' ', line == text.npos ? 0 : line + 1) + 1;
      out.push_back(text.substr(path, at - path));
    }
    return out;
  }
  void answers(std::initializer_list<std::string> bodies) {
    auto& script = network.on_dial();
    for (const std::string& body : bodies) script.expect_request().reply(ok(body), 10ms);
  }
};

TEST_F(Steps, SetKeepsAValueForTheStepsThatFollow) {
  one_task(steps(set("a", "{{user_id}}"), set("b", "{{a}}-{{a}}"), request("GET", "/{{b}}")));
  answers({""});
  run_times(1);
  EXPECT_THAT(paths(), ElementsAre("/42-42"));
  EXPECT_EQ(count(Counter::started), 1) << "only requests are counted";
}

TEST_F(Steps, AConditionChoosesTheSteps) {
  const auto choice = [](std::string_view condition) {
    return WhenStep{expression(condition), steps(request("GET", "/then")), steps(request("GET", "/else"))};
  };
  one_task(steps(set("n", "2"), choice("{{n}} > 1"), choice("{{n}} > 2"), request("GET", "/end")));
  answers({"", "", ""});
  run_times(1);
  EXPECT_THAT(paths(), ElementsAre("/then", "/else", "/end"));
}

TEST_F(Steps, AConditionThatCannotBeJudgedIsAFailure) {
  one_task(steps(WhenStep{expression("{{missing}} + 1 > 0"), {}, {}}, request("GET", "/never")));
  run_times(1);
  EXPECT_THAT(
      probe.failure_texts(),
      ElementsAre("check: when: {{missing}} + 1 > 0 cannot be judged: a value to calculate with is empty"));
  EXPECT_EQ(count(Counter::started), 1) << "what ends has begun";
}

TEST_F(Steps, ALoopCountsFromZero) {
  one_task(steps(
      RepeatStep{support::text("3"), 3, {}, names().slot("index"), steps(request("GET", "/{{index}}"))}));
  answers({"", "", ""});
  run_times(1);
  EXPECT_THAT(paths(), ElementsAre("/0", "/1", "/2"));
}

TEST_F(Steps, ALoopInALoopHasItsOwnCount) {
  const core::Slot index = names().slot("index");
  RepeatStep inner{support::text("2"), 2, {}, index, steps(request("GET", "/inner/{{index}}"))};
  RepeatStep outer{
      support::text("2"), 2, {}, index, steps(std::move(inner), request("GET", "/outer/{{index}}"))};
  one_task(steps(std::move(outer)));
  answers({"", "", "", "", "", ""});
  run_times(1);
  EXPECT_THAT(paths(), ElementsAre("/inner/0", "/inner/1", "/outer/0", "/inner/0", "/inner/1", "/outer/1"));
}

TEST_F(Steps, ALoopEndsWithItsConditionAndAtItsBound) {
  const core::Slot index = names().slot("index");
  const auto pages = [&](std::uint64_t at_most) {
    return RepeatStep{support::text("{{count}}"), at_most, expression("{{index}} < {{pages}}"), index,
                      steps(request("GET", "/{{index}}"))};
  };
  one_task(steps(set("count", "100"), set("pages", "2"), pages(50), set("pages", "9"), pages(3)));
  answers({"", "", "", "", ""});
  run_times(1);
  EXPECT_THAT(paths(), ElementsAre("/0", "/1", "/0", "/1", "/2"));
}

TEST_F(Steps, ACountThatIsNoNumberIsAFailure) {
  one_task(
      steps(set("count", "many"), RepeatStep{support::text("{{count}}"), 5, {}, names().slot("index"), {}}));
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: repeat: the count is not a whole number"));
}

TEST_F(Steps, AFailureEndsTheTaskUnlessItMayGoOn) {
  RequestStep optional = request("GET", "/optional");
  optional.goes_on = true;
  one_task(steps(std::move(optional), request("GET", "/needed"), request("GET", "/never")));
  const std::string bad = answer("500 Oops", "");
  network.on_dial().expect_request().reply(bad).expect_request().reply(bad);
  run_times(1);
  EXPECT_THAT(paths(), ElementsAre("/optional", "/needed"));
  EXPECT_EQ(probe.failures().size(), 2U);
}

TEST_F(Steps, AFailureInsideALoopEndsTheTask) {
  one_task(
      steps(RepeatStep{support::text("5"), 5, {}, names().slot("index"), steps(request("GET", "/{{index}}"))},
            request("GET", "/never")));
  network.on_dial().expect_request().reply(ok("")).expect_request().reply(answer("500 Oops", ""));
  run_times(1);
  EXPECT_THAT(paths(), ElementsAre("/0", "/1"));
}

TEST_F(Steps, StopTaskIsNoFailure) {
  WhenStep empty{expression("{{total}} == 0"), steps(StopStep{"nothing to view"}), {}};
  one_task(steps(extracting(request("GET", "/list"), "total", "/total"), std::move(empty),
                 request("GET", "/detail")));
  answers({R"({"total":0})", R"({"total":1})", ""});
  run_times(2);
  EXPECT_THAT(paths(), ElementsAre("/list", "/list", "/detail"));
  EXPECT_THAT(probe.skips(), ElementsAre("nothing to view"));
  EXPECT_EQ(count(Counter::skipped), 1);
  EXPECT_THAT(probe.failures(), IsEmpty());
}

TEST_F(Steps, APauseIsNotPartOfTheTimes) {
  one_task(steps(request("GET", "/a"), PauseStep{core::Pause::constant(2s)}, request("GET", "/b")));
  answers({"", ""});
  run_times(1);
  EXPECT_EQ(timeline.now(), at(2s + 20ms));
  EXPECT_THAT(probe.values(id, Metric::response_time), ElementsAre(10'000, 10'000));
  EXPECT_THAT(probe.values(id, Metric::lateness), ElementsAre(0, 0));
}

TEST_F(Steps, ADrainCutsPausesShort) {
  one_task(steps(request("GET", "/a"), PauseStep{core::Pause::constant(1h)}, request("GET", "/b")));
  answers({"", ""});
  auto drain = [&]() -> core::Task<void> {
    co_await timeline.sleep_until(at(1s));
    timeline.drain();
  };
  group.spawn(drain());
  run_times(1);
  EXPECT_EQ(timeline.now(), at(1s + 10ms));
  EXPECT_EQ(count(Counter::succeeded), 2) << "what the task has begun it finishes";
}

TEST_F(Steps, ResultsCountUnderTheNameOfTheStep) {
  RequestStep named = request("GET", "/a");
  named.counted_under = core::TaskId{id + 1};
  one_task(steps(std::move(named), request("GET", "/b")));
  answers({"", ""});
  run_times(1);
  EXPECT_EQ(probe.counter(id + 1, Counter::succeeded), 1);
  EXPECT_THAT(probe.values(id + 1, Metric::response_time), ElementsAre(10'000));
  EXPECT_EQ(count(Counter::succeeded), 1);
}

TEST_F(Steps, VariablesOfATaskDoNotOutliveIt) {
  one_task(steps(WhenStep{expression("empty {{own}}"), steps(request("GET", "/fresh")), {}}, set("own", "1"),
                 WhenStep{expression("empty {{kept}}"), steps(request("GET", "/first")), {}},
                 set("kept", "1")));
  workload.tasks[0].own = {names().slot("own")};
  answers({"", "", ""});
  run_times(2);
  EXPECT_THAT(paths(), ElementsAre("/fresh", "/first", "/fresh"));
}

TEST_F(Steps, VariablesOfAUserAreSetOnceInOrder) {
  workload.given.resize(names().slot("tenant") + 1);
  workload.given[names().slot("tenant")] = "acme";
  workload.variables =
      SetStep{{{names().slot("caller"), support::text("{{tenant}}-{{random_int(1, 1000000)}}")},
               {names().slot("mail"), support::text("{{caller}}@example.com")}}};
  one_task(steps(request("GET", "/{{mail}}")));
  answers({"", ""});
  run_times(2);
  ASSERT_EQ(paths().size(), 2U);
  EXPECT_THAT(paths()[0], testing::MatchesRegex("/acme-[0-9]+@example.com"));
  EXPECT_EQ(paths()[0], paths()[1]);
}

// Polls

PollStep poll(core::Duration within) {
  return {extracting(request("GET", "/state"), "state", "/state"), expression("{{state}} == done"), 500ms,
          within};
}

TEST_F(Steps, APollEndsWhenItsConditionHolds) {
  one_task(steps(request("POST", "/import"), poll(60s)));
  answers({"", R"({"state":"queued"})", R"({"state":"running"})", R"({"state":"done"})"});
  run_times(1);
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_EQ(count(Counter::succeeded), 4);
  EXPECT_EQ(timeline.now(), at(10ms + 1s + 10ms)) << "every half second from the first";
  EXPECT_THAT(probe.values(id, Metric::completion_time), ElementsAre(1'010'000))
      << "from the end of the answer before to the end of the one that fulfils it";
  EXPECT_THAT(probe.values(id, Metric::lateness), ElementsAre(0, 0, 0, 0));
}

TEST_F(Steps, ThePauseBeforeAPollIsPartOfTheCompletion) {
  one_task(steps(request("POST", "/import"), PauseStep{core::Pause::constant(2s)}, poll(60s)));
  answers({"", R"({"state":"done"})"});
  run_times(1);
  EXPECT_THAT(probe.values(id, Metric::completion_time), ElementsAre(2'010'000));
}

TEST_F(Steps, APollWithoutAnAnswerBeforeItCountsFromItsStart) {
  one_task(steps(poll(60s)));
  answers({R"({"state":"done"})"});
  run_times(1);
  EXPECT_THAT(probe.values(id, Metric::completion_time), ElementsAre(10'000));
}

TEST_F(Steps, APollThatIsNotFulfilledInTimeIsADeadline) {
  one_task(steps(poll(1200ms), request("GET", "/never")));
  const std::string queued = R"({"state":"queued"})";
  answers({queued, queued, queued});
  run_times(1);
  EXPECT_THAT(
      probe.failure_texts(),
      ElementsAre(
          "deadline: GET /state: {{state}} == done was not reached within 1.2s; at last state is queued"));
  EXPECT_EQ(count(Counter::started), 3);
  EXPECT_EQ(count(Counter::succeeded), 2) << "the last one failed";
  EXPECT_THAT(probe.values(id, Metric::completion_time), IsEmpty());
}

TEST_F(Steps, APollMayFailAndTheTaskGoOn) {
  PollStep optional = poll(600ms);
  optional.request.goes_on = true;
  one_task(steps(std::move(optional), request("GET", "/after")));
  network.on_dial()
      .expect_request()
      .reply(answer("503 Busy", ""))
      .expect_request()
      .reply(ok(R"({"state":"queued"})"))
      .expect_request()
      .reply(ok(""));
  run_times(1);
  EXPECT_THAT(paths(), ElementsAre("/state", "/state", "/after"));
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: GET /state: status 503, expected 200",
                                                 HasSubstr("was not reached within 0.6s")));
}

TEST_F(Steps, AFailedRequestEndsThePoll) {
  one_task(steps(poll(60s), request("GET", "/never")));
  network.on_dial().expect_request().reply(answer("404 Gone", ""));
  run_times(1);
  EXPECT_THAT(probe.failure_texts(), ElementsAre("check: GET /state: status 404, expected 200"));
}

TEST_F(Steps, AKillEndsAPoll) {
  one_task(steps(poll(1h)));
  answers({R"({"state":"queued"})"});
  auto kill = [&]() -> core::Task<void> {
    co_await timeline.sleep_until(at(200ms));
    network.kill_all();
  };
  group.spawn(kill());
  run_times(1);
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_EQ(timeline.now(), at(200ms));
}

// Kinds of users

TEST_F(Steps, ClassesHaveExactSharesAndTheirOwnTasks) {
  workload.classes = {{"reader", 3, {}, {1, 0}}, {"writer", 1, core::Pause::constant(7s), {0, 1}}};
  one_task(steps(request("GET", "/read")));
  workload.tasks.push_back({id + 1, 1, steps(request("GET", "/write"))});
  workload.think_time = core::Pause::constant(1s);
  int writers = 0;
  for (std::uint64_t user = 0; user < 1'000; ++user) writers += workload.class_of(user)->name == "writer";
  EXPECT_NEAR(writers, 250, 2);
  std::uint64_t writer = 0;
  while (workload.class_of(writer)->name != "writer") ++writer;
  auto& script = network.on_dial();
  for (int i = 0; i < 5; ++i) script.expect_request().reply(ok(""));
  HttpSession session(workload, {endpoint, network, timeline, probe, 1, writer});
  EXPECT_EQ(session.think_time(), core::Duration(7s));
  run(repeat(session, 5));
  EXPECT_THAT(paths(), testing::Each("/write"));
}

TEST(Longest, AddsUpAndSaturates) {
  const std::vector<Step> two = steps(request("GET", "/a"), PauseStep{core::Pause::constant(1s)}, poll(60s));
  EXPECT_EQ(longest(two, 10s), core::Duration(10s + 2s + 60s + 10s));
  const std::vector<Step> many = steps(RepeatStep{support::text("9"), 10'000, {}, 0, two});
  EXPECT_EQ(longest(many, 10s), core::Duration(24h));
  const std::vector<Step> either = steps(WhenStep{{}, two, steps(request("GET", "/a"))});
  EXPECT_EQ(longest(either, 10s), longest(two, 10s));
}

}  // namespace
}  // namespace soundcheck::http
