#include "runner/report/html.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/support/golden.hpp"
#include "tests/unit/report/example_results.hpp"

namespace soundcheck::report {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<RunResult> all_runs() {
  return {passing_run(), rate_limited_run(), invalid_run(),    no_data_run(),
          partial_run(), ended_early_run(),  own_levels_run(), RunResult{}};
}

/// What is open at the end, or was closed in the wrong order.
std::string unbalanced(const std::string& html) {
  std::vector<std::string> open;
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const std::size_t end = html.find('>', at);
    const bool closing = html[at + 1] == '/';
    const std::size_t begin = at + (closing ? 2 : 1);
    const std::string name = html.substr(begin, html.find_first_of(" >\n/", begin) - begin);
    if (name == "!DOCTYPE" || name == "meta" || name == "br" || html[end - 1] == '/') continue;
    if (!closing) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + "> at " + html.substr(at, 60);
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "<" + open.back() + ">";
}

TEST(Html, Pass) { support::expect_golden("result_pass.html", to_html(passing_run())); }

TEST(Html, EveryElementIsClosed) {
  for (const RunResult& r : all_runs()) EXPECT_THAT(unbalanced(to_html(r)), IsEmpty());
}

TEST(Html, NeedsNoNetworkAndNoScript) {
  for (const RunResult& r : all_runs()) {
    const std::string html = to_html(r);
    for (const char* outside : {"src=", "href=", "url(", "@import", "<script", "<link", "<iframe"})
      EXPECT_THAT(html, Not(HasSubstr(outside)));
  }
}

TEST(Html, SaysWhatTheExitCodeSays) {
  EXPECT_THAT(to_html(passing_run()), HasSubstr("<div class=\"badge good\">PASS</div>"));
  EXPECT_THAT(to_html(rate_limited_run()), HasSubstr("<div class=\"badge fail\">FAIL</div>"));
  EXPECT_THAT(to_html(own_levels_run()), HasSubstr("<div class=\"badge fail\">FAIL: critical</div>"));
  EXPECT_THAT(to_html(partial_run()), HasSubstr("<div class=\"badge warn\">INTERRUPTED</div>"));
  EXPECT_THAT(to_html(invalid_run()), AllOf(HasSubstr("<div class=\"badge fail\">FAIL: INVALID</div>"),
                                            HasSubstr("The run is invalid: ")));
}

TEST(Html, ShowsFailuresWithTheirCure) {
  const std::string html = to_html(rate_limited_run());
  EXPECT_THAT(html, AllOf(HasSubstr("429 Too Many Requests"), HasSubstr("lower the spawn rate"),
                          HasSubstr("status 500:  [2J&quot;boom&quot; line two")));
  EXPECT_THAT(to_html(passing_run()), HasSubstr("<h2>Failures</h2>\n<p class=\"soft\">None.</p>"));
}

TEST(Html, ShowsWhatWasSkippedAndWhy) {
  RunResult r = passing_run();
  EXPECT_THAT(to_html(r), Not(HasSubstr("<h2>Skipped</h2>")));
  r.subsystems[0].tasks[0].skips = {{"nothing to view", 12}};
  EXPECT_THAT(to_html(r), AllOf(HasSubstr("<h2>Skipped</h2>"), HasSubstr("nothing to view")));
  EXPECT_THAT(unbalanced(to_html(r)), IsEmpty());
}

TEST(Html, WhatATargetSaysStaysText) {
  RunResult r = passing_run();
  r.subsystems[0].tasks[0].failures = {{core::Stage::check, "</td><script>alert(1)</script>", 1}};
  r.profile_text = "</pre><img>\nsystem: x\n";
  r.notes = {"<b>"};
  const std::string html = to_html(r);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, HasSubstr("&lt;/pre&gt;&lt;img&gt;\nsystem: x\n"));
  EXPECT_THAT(unbalanced(html), IsEmpty());
}

}  // namespace
}  // namespace soundcheck::report
