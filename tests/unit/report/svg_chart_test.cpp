#include "runner/report/svg_chart.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "runner/report/text.hpp"

namespace soundcheck::report {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::size_t times(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

Chart chart(std::vector<std::optional<double>> values) {
  Chart c{"Response time", {}, {{"p95", "b", std::move(values), Line::Join::worst, false}}, 0, human_time};
  for (std::size_t i = 0; i < c.lines[0].values.size(); ++i) c.at.push_back(static_cast<double>(i + 1));
  return c;
}

TEST(SvgChart, WithoutValuesThereIsNone) {
  EXPECT_THAT(svg_chart(chart({})), IsEmpty());
  EXPECT_THAT(svg_chart(chart({std::nullopt, std::nullopt})), IsEmpty());
}

TEST(SvgChart, TheLargestValueLiesBelowTheTopAndZeroOnTheAxis) {
  const std::string svg = svg_chart(chart({0.0, 0.4}));
  EXPECT_THAT(svg, HasSubstr("M347.0 194.0L630.0 "));
  EXPECT_THAT(svg, HasSubstr(">400 ms</text>"));
  EXPECT_THAT(svg, HasSubstr(">0</text>"));
}

TEST(SvgChart, AGapBreaksTheLine) {
  const std::string svg = svg_chart(chart({1.0, 1.0, std::nullopt, 2.0, 2.0}));
  const std::size_t path = svg.find("<path class=\"line b\"");
  ASSERT_NE(path, std::string::npos);
  EXPECT_EQ(times(svg.substr(path, svg.find("/>", path) - path), "M"), 2U);
}

TEST(SvgChart, LongRunsAreThinnedAndTheirPeaksStay) {
  std::vector<std::optional<double>> hour(3600, 0.01);
  hour[1801] = 3.0;
  const std::string svg = svg_chart(chart(std::move(hour)));
  EXPECT_LT(svg.size(), 30'000U);
  EXPECT_THAT(svg, HasSubstr("p95: 3.00 s"));
  EXPECT_THAT(svg, HasSubstr(">1:00:00</text>"));
}

TEST(SvgChart, AMeanOfSeveralRowsIsTheirMean) {
  Chart c = chart(std::vector<std::optional<double>>(600, 0.0));
  for (std::size_t i = 0; i < 600; i += 2) c.lines[0].values[i] = 1.0;
  c.lines[0].join = Line::Join::mean;
  c.label = human_number;
  EXPECT_THAT(svg_chart(c), HasSubstr("p95: 0.50"));
}

TEST(SvgChart, NamesAreHarmless) {
  Chart c = chart({1.0});
  c.title = "<script>alert(1)</script>";
  c.lines[0].name = "a & \"b\"";
  const std::string svg = svg_chart(c);
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
  EXPECT_THAT(svg, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(svg, HasSubstr("a &amp; &quot;b&quot;"));
}

TEST(SvgChart, TheWarmUpIsShaded) {
  Chart c = chart({1.0, 1.0, 1.0, 1.0});
  EXPECT_THAT(svg_chart(c), Not(HasSubstr("warm-up")));
  c.warm_up_seconds = 2;
  EXPECT_THAT(svg_chart(c), HasSubstr("<rect class=\"warm-up\" x=\"64\" y=\"10\" width=\"283.0\""));
}

}  // namespace
}  // namespace soundcheck::report
