// Rows of data files: which user gets which, and what happens when none is left.
#include "protocols/http/data_feeds.hpp"

#include "tests/unit/http/http_session_fixture.hpp"

namespace soundcheck::http {
namespace {

using support::names;
using testing::HasSubstr;

class DataFeedsTest : public HttpSessionTest {
 protected:
  void feed(std::string csv, core::FeedOrder order) {
    auto table = std::get<0>(core::DataTable::from_csv(std::move(csv)));
    workload.data.push_back({"contacts", std::move(table), order});
  }
  /// A draw of the first file's column.
  static DataDraw cell(const char* name, std::size_t column) { return {0, {{names().slot(name), column}}}; }

  void run_user(core::FeedShare share, int times) {
    HttpSession session(workload, {endpoint, network, timeline, probe, 1, share.index},
                        std::make_shared<Feeders>(workload.data, share, 9));
    run(until_ended(session, times));
  }
  core::Task<void> until_ended(HttpSession& session, int times) {
    for (int i = 0; i < times; ++i) {
      co_await session.run_one(timeline.now(), core::TimePoint::max());
      if (session.ended()) break;
    }
    session.close();
  }
  void answer_all(int requests) {
    support::Script& script = network.on_dial();
    for (int i = 0; i < requests; ++i) script.expect_request().reply(ok("{}"));
  }
};

constexpr const char* three_rows = "name,phone\nAda,+1\nBen,+2\nCho,+3\n";

TEST_F(DataFeedsTest, EachTaskTakesARow) {
  feed(three_rows, core::FeedOrder::circular);
  one_task({request("GET", "/{{contacts.name}}"), request("GET", "/{{contacts.name}}/{{contacts.phone}}")});
  workload.tasks[0].draws = {{0, {{names().slot("contacts.name"), 0}, {names().slot("contacts.phone"), 1}}}};
  answer_all(8);
  run_user({1, 2}, 4);
  std::string paths;
  for (std::size_t at = network.written().find("GET "); at != std::string::npos;
       at = network.written().find("GET ", at + 1))
    paths += network.written().substr(at + 4, network.written().find(" HTTP", at) - at - 4) + " ";
  EXPECT_EQ(paths, "/Ben /Ben/+2 /Ada /Ada/+1 /Cho /Cho/+3 /Ben /Ben/+2 ");
}

TEST_F(DataFeedsTest, AUserWithoutARowEnds) {
  feed(three_rows, core::FeedOrder::unique);
  one_task({request("GET", "/{{contacts.name}}")});
  workload.tasks[0].draws = {cell("contacts.name", 0)};
  answer_all(2);
  run_user({0, 2}, 10);
  EXPECT_EQ(count(Counter::succeeded), 2);
  EXPECT_EQ(probe.skips(), (std::vector<std::string>{"all rows of contacts are used up"}));
  EXPECT_THAT(network.written(), HasSubstr("GET /Ada "));
  EXPECT_THAT(network.written(), HasSubstr("GET /Cho "));
}

TEST_F(DataFeedsTest, AUserThatNeverGetsARowSendsNothing) {
  feed(three_rows, core::FeedOrder::unique);
  one_task({request("GET", "/")});
  workload.user_draws = {cell("contacts.name", 0)};
  run_user({3, 4}, 10);
  EXPECT_EQ(network.dials(), 0U);
  EXPECT_EQ(probe.skips().size(), 1U);
}

TEST_F(DataFeedsTest, TheLoginKeepsTheUsersOwnRow) {
  feed(three_rows, core::FeedOrder::circular);
  workload.user_draws = {cell("contacts.name", 0)};
  workload.variables.values = {{names().slot("own"), support::text("{{contacts.name}}")}};
  workload.login.emplace();
  workload.login->task = 7;
  workload.login->steps = {request("POST", "/login/{{contacts.name}}")};
  one_task({request("GET", "/{{own}}/{{contacts.name}}"), request("GET", "/again/{{contacts.name}}")});
  workload.tasks[0].draws = {cell("contacts.name", 0)};
  network.on_dial()
      .expect_request()
      .reply(ok(""))
      .expect_request()
      .reply(answer("401 Unauthorized", ""))
      .expect_request()
      .reply(ok(""))
      .expect_request()
      .reply(ok(""))
      .expect_request()
      .reply(ok(""));
  run_user({0, 1}, 1);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  const std::string& written = network.written();
  const std::size_t first = written.find("POST /login/Ada ");
  EXPECT_NE(first, std::string::npos);
  EXPECT_NE(written.find("POST /login/Ada ", first + 1), std::string::npos) << "also in the middle of a task";
  EXPECT_THAT(written, HasSubstr("GET /Ada/Ben "));
  EXPECT_THAT(written, HasSubstr("GET /again/Ben ")) << "the task goes on with its own row";
}

}  // namespace
}  // namespace soundcheck::http
