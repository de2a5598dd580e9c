#include "protocols/core/metric.hpp"

#include <gtest/gtest.h>

#include <set>

#include "protocols/core/failure.hpp"

namespace soundcheck::core {
namespace {

TEST(Names, EveryCounterHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < counter_count; ++i) {
    const std::string_view name = to_string(static_cast<Counter>(i));
    EXPECT_FALSE(name.empty()) << "counter " << i;
    names.insert(name);
  }
  EXPECT_EQ(names.size(), counter_count);
}

TEST(Names, EveryMetricIsFoundByItsName) {
  for (std::size_t i = 0; i < metric_count; ++i) {
    const auto metric = static_cast<Metric>(i);
    EXPECT_EQ(metric_from_string(info(metric).name), metric);
    EXPECT_TRUE(info(metric).unit == "s" || info(metric).unit == "ratio" || info(metric).unit == "1/s");
  }
  EXPECT_EQ(metric_from_string("responsetime"), std::nullopt);
}

TEST(Names, EverySubsystemIsFoundByItsName) {
  for (const Subsystem subsystem : all_subsystems)
    EXPECT_EQ(subsystem_from_string(to_string(subsystem)), subsystem);
  EXPECT_EQ(subsystem_from_string("voice"), std::nullopt);
}

TEST(Names, EveryStageHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < stage_count; ++i) names.insert(to_string(static_cast<Stage>(i)));
  EXPECT_EQ(names.size(), stage_count);
  EXPECT_FALSE(names.contains(""));
}

}  // namespace
}  // namespace soundcheck::core
