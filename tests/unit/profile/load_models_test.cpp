// How loads of different models meet: what extends and the command line bring replaces what was there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {
namespace {

using namespace std::chrono_literals;

Profile loaded(Workspace& workspace) {
  const LoadResult result = workspace.load();
  for (const Diagnostic& diagnostic : result.diagnostics) ADD_FAILURE() << diagnostic.to_string();
  return result.profile.value_or(Profile{});
}

TEST(LoadModels, ARateInsteadOfUsers) {
  Workspace workspace;
  workspace.write("base.yaml", "system: sys\nduration: 30s\napi: {users: 5, spawn_rate: 2/s, pacing: 1s}\n");
  workspace.write("p.yaml", "extends: base\napi: {rate: 20/s, arrivals: even}\n");
  const Profile profile = loaded(workspace);
  ASSERT_TRUE(profile.api.has_value());
  EXPECT_TRUE(profile.api->open());
  EXPECT_EQ(profile.api->users, 0U);
  EXPECT_DOUBLE_EQ(profile.api->rate->per_second, 20);
  EXPECT_EQ(profile.api->arrivals, shape::Spacing::even);
  EXPECT_FALSE(profile.api->pacing.has_value());
}

TEST(LoadModels, UsersInsteadOfStages) {
  Workspace workspace;
  workspace.write("base.yaml", "system: sys\napi: {stages: [{rate: 5/s, hold: 10s}], arrivals: even}\n");
  workspace.write("p.yaml", "extends: base\nduration: 30s\napi: {users: 7}\n");
  const Profile profile = loaded(workspace);
  ASSERT_TRUE(profile.api.has_value());
  EXPECT_FALSE(profile.api->open());
  EXPECT_EQ(profile.api->users, 7U);
  EXPECT_TRUE(profile.api->stages.empty());
}

TEST(LoadModels, TheCommandLineReplacesTheModelToo) {
  Workspace workspace;
  workspace.write("p.yaml", "system: sys\nduration: 30s\napi: {stages: [{users: 5, hold: 10s}]}\n");
  workspace.request.overrides = {{"api.users", "9"}, {"api.spawn_rate", "3/s"}};
  const Profile profile = loaded(workspace);
  EXPECT_EQ(profile.api->users, 9U);
  EXPECT_DOUBLE_EQ(profile.api->spawn_rate.per_second, 3);
}

TEST(LoadModels, TheSpawnRateAloneKeepsTheUsers) {
  Workspace workspace;
  workspace.write("p.yaml", "system: sys\nduration: 30s\napi: {users: 5}\n");
  workspace.request.overrides = {{"api.spawn_rate", "3/s"}};
  EXPECT_EQ(loaded(workspace).api->users, 5U);
}

TEST(LoadModels, StagesAndTheirOwnLengthMakeTheDuration) {
  Workspace workspace;
  workspace.write("p.yaml",
                  "system: sys\napi:\n  stages:\n    - {users: 1, hold: 30s}\n"
                  "    - {users: 100, ramp: 30s}\n    - {users: 1, ramp: 30s}\n"
                  "workloads:\n  - name: late\n    api: {rate: 1/s, start: 80s, duration: 40s}\n");
  const Profile profile = loaded(workspace);
  EXPECT_EQ(profile.duration, 120s) << "until the last load has ended";
  ASSERT_EQ(profile.api->stages.size(), 3U);
  EXPECT_EQ(profile.api->stages[1].level, 100);
  EXPECT_EQ(profile.api->stages[1].ramp, 30s);
  EXPECT_EQ(profile.api->stages_length(), 90s);
  ASSERT_EQ(profile.workloads.size(), 1U);
  EXPECT_EQ(profile.workloads[0].name, "late");
  EXPECT_EQ(profile.workloads[0].subsystem, core::Subsystem::api);
  EXPECT_EQ(profile.workloads[0].load.start, 80s);
}

}  // namespace
}  // namespace soundcheck::profile
