#include "runner/verdict/worst_level.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace soundcheck::verdict {
namespace {

ObjectiveResult objective(const std::string& level, double value = 1) {
  ObjectiveResult o;
  o.value = value;
  o.level_name = level;
  o.bounds = {{"excellent", "< 500ms"}, {"acceptable", "< 1s"}};
  o.worst = "critical";
  return o;
}

TEST(WorstLevel, NoDataIsWorseThanAWarningAndBetterThanCritical) {
  EXPECT_LT(severity(Level::target), severity(Level::warning));
  EXPECT_LT(severity(Level::warning), severity(Level::no_data));
  EXPECT_LT(severity(Level::no_data), severity(Level::critical));
}

TEST(CommonLevel, IsTheWorstOneThatWasReached) {
  EXPECT_EQ(common_level(std::vector{objective("excellent")}), "excellent");
  EXPECT_EQ(common_level(std::vector{objective("acceptable"), objective("excellent")}), "acceptable");
  EXPECT_EQ(common_level(std::vector{objective("excellent"), objective("critical"), objective("acceptable")}),
            "critical");
}

TEST(CommonLevel, IsEmptyWhereNoNameFitsAll) {
  EXPECT_EQ(common_level({}), "");
  ObjectiveResult other = objective("good");
  other.bounds.front().first = "good";
  EXPECT_EQ(common_level(std::vector{objective("excellent"), other}), "") << "other names";
  ObjectiveResult plain = objective("target");
  plain.bounds = {{"target", "< 1s"}};
  EXPECT_EQ(common_level(std::vector{plain}), "") << "the usual names say nothing that the marks do not say";
  ObjectiveResult missing = objective("no_data");
  missing.value.reset();
  EXPECT_EQ(common_level(std::vector{objective("excellent"), missing}), "") << "no data is no level";
}

}  // namespace
}  // namespace soundcheck::verdict
