// Substitution, extends, overrides and search: the ways in which a document is put together.
#include "runner/profile/load.hpp"

#include <chrono>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/profile/objectives.hpp"
#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Load : public testing::Test {
 protected:
  /// Loads without mistakes, or fails the test and gives an empty profile.
  Profile loaded() {
    EXPECT_THAT(workspace_.mistakes(), IsEmpty());
    return workspace_.load().profile.value_or(Profile{});
  }
  void set(const std::string& path, const std::string& value) {
    workspace_.request.overrides.emplace_back(path, value);
  }

  Workspace workspace_;
};

TEST_F(Load, MinimalDocumentsTakeTheDefaults) {
  const Profile profile = loaded();
  EXPECT_EQ(profile.name, "p");
  EXPECT_EQ(profile.system.name, "sys");
  EXPECT_EQ(profile.duration, 30s);
  EXPECT_EQ(profile.warm_up, 0s);
  EXPECT_EQ(profile.drain, 10s);
  EXPECT_EQ(profile.seed, 1U);
  ASSERT_TRUE(profile.api.has_value());
  EXPECT_EQ(profile.api->users, 1U);
  EXPECT_DOUBLE_EQ(profile.api->spawn_rate.per_second, 10);
  EXPECT_FALSE(profile.websocket.has_value());
  EXPECT_FALSE(profile.ai_pipeline.has_value());
  ASSERT_TRUE(profile.system.api.has_value());
  EXPECT_EQ(profile.system.api->timeout, 10s);
  EXPECT_EQ(profile.system.api->think_time.mean(), 0s);
  ASSERT_EQ(profile.system.api->tasks.size(), 1U);
  const HttpTask& task = profile.system.api->tasks[0];
  EXPECT_EQ(task.weight, 1U);
  ASSERT_EQ(task.steps.size(), 1U);
  EXPECT_EQ(task.steps[0].request.method, "GET");
  EXPECT_EQ(task.steps[0].request.path, "/a");
  EXPECT_THAT(task.steps[0].request.check.status, ElementsAre(StatusRange(200, 200)));
}

TEST_F(Load, BodiesAndMessagesBecomeJson) {
  workspace_.write("systems/sys.yaml", R"(
health_path: /health
api:
  headers: {Authorization: "Bearer x"}
  tasks:
    - name: a
      steps:
        - request: POST /a
          body: {text: hello, number: 3, quoted: "3", yes: true, none: ~, list: [1.5, "{{uuid}}"]}
          check:
            status: [200, 201]
            body_contains: id
            json: {/n: 3, /s: "3", /o: {a: []}}
            json_exists: [/id]
          extract: {a_id: /id}
        - request: PUT /a/{{a_id}}
          body: plain {{a_id}}
          content_type: text/plain
        - request: PATCH /a
          body: {}
          content_type: application/merge-patch+json
websocket:
  path: /ws
  exchange:
    - send: {type: echo, id: "{{iteration}}"}
    - expect: {contains: echo, json: {/id: "{{iteration}}"}}
      within: 2s
    - wait: 100ms
    - send: plain
)");
  const Profile profile = loaded();
  ASSERT_TRUE(profile.system.api.has_value());
  EXPECT_THAT(profile.system.api->headers,
              ElementsAre(std::pair<std::string, std::string>("Authorization", "Bearer x")));
  const auto& steps = profile.system.api->tasks[0].steps;
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0].request.body,
            R"({"text":"hello","number":3,"quoted":"3","yes":true,"none":null,"list":[1.5E0,"{{uuid}}"]})");
  EXPECT_EQ(steps[0].request.content_type, "application/json");
  EXPECT_THAT(steps[0].request.check.status, ElementsAre(StatusRange(200, 200), StatusRange(201, 201)));
  EXPECT_EQ(steps[0].request.check.body_contains, "id");
  ASSERT_EQ(steps[0].request.check.json.size(), 4U);
  EXPECT_EQ(steps[0].request.check.json[0].expected, "3");
  EXPECT_EQ(steps[0].request.check.json[1].expected, "\"3\"");
  EXPECT_EQ(steps[0].request.check.json[2].expected, R"({"a":[]})");
  EXPECT_EQ(steps[0].request.check.json[3].pointer, "/id");
  EXPECT_EQ(steps[0].request.check.json[3].expected, std::nullopt);
  ASSERT_EQ(steps[0].request.extract.size(), 1U);
  EXPECT_EQ(steps[0].request.extract[0].variable, "a_id");
  EXPECT_EQ(steps[0].request.extract[0].text, "/id");
  EXPECT_EQ(steps[1].request.body, "plain {{a_id}}");
  EXPECT_EQ(steps[1].request.content_type, "text/plain");
  EXPECT_EQ(steps[2].request.body, "{}");
  EXPECT_EQ(steps[2].request.content_type, "application/merge-patch+json");
  ASSERT_TRUE(profile.system.websocket.has_value());
  const auto& exchange = profile.system.websocket->exchange;
  ASSERT_EQ(exchange.size(), 4U);
  EXPECT_EQ(exchange[0].kind, ExchangeStep::Kind::send);
  EXPECT_EQ(exchange[0].text, R"({"type":"echo","id":"{{iteration}}"})");
  EXPECT_EQ(exchange[1].kind, ExchangeStep::Kind::expect);
  EXPECT_EQ(exchange[1].duration, 2s);
  EXPECT_EQ(exchange[1].match.contains, "echo");
  ASSERT_EQ(exchange[1].match.json.size(), 1U);
  EXPECT_EQ(exchange[1].match.json[0].expected, "\"{{iteration}}\"");
  EXPECT_EQ(exchange[2].kind, ExchangeStep::Kind::wait);
  EXPECT_EQ(exchange[2].duration, 100ms);
  EXPECT_EQ(exchange[3].text, "plain");
}

TEST_F(Load, EnvironmentIsSubstituted) {
  workspace_.environment = {{"TIME", "45s"}, {"EMPTY", ""}, {"NAME", "x"}};
  workspace_.write("p.yaml",
                   "system: sys\nduration: ${TIME}\nwarm_up: ${MISSING:-5s}\ndrain: ${EMPTY:-7s}\n"
                   "api: {users: \"1${MISSING:-2}\"}\ndescription: a ${NAME}${NAME} $${NAME} $5 {${NAME}}\n");
  const Profile profile = loaded();
  EXPECT_EQ(profile.duration, 45s);
  EXPECT_EQ(profile.warm_up, 5s);
  EXPECT_EQ(profile.drain, 7s);
  EXPECT_EQ(profile.api->users, 12U);
  EXPECT_EQ(profile.description, "a xx ${NAME} $5 {x}");
}

TEST_F(Load, EnvironmentCannotAddStructure) {
  workspace_.environment = {{"BODY", "true, admin: {a: 1}"}, {"FLAG", "true"}};
  workspace_.write("systems/sys.yaml",
                   "health_path: /h\napi:\n  tasks:\n    - name: a\n      steps:\n"
                   "        - request: POST /a\n          body: {x: \"${BODY}\", flag: '${FLAG}'}\n");
  const Profile profile = loaded();
  EXPECT_EQ(profile.system.api->tasks[0].steps[0].request.body,
            R"({"x":"true, admin: {a: 1}","flag":"true"})");
}

TEST_F(Load, SecretsStayOutOfTheSavedText) {
  workspace_.environment = {{"TOKEN", "hunter2"}};
  workspace_.write("systems/sys.yaml",
                   "health_path: /h\napi:\n  headers: {Authorization: \"Bearer ${TOKEN}\"}\n"
                   "  tasks: [{name: a, steps: [{request: GET /a}]}]\n");
  const Profile profile = loaded();
  EXPECT_EQ(profile.system.api->headers[0].second, "Bearer hunter2");
  EXPECT_THAT(profile.source_text, Not(HasSubstr("hunter2")));
  EXPECT_THAT(profile.source_text, HasSubstr("Bearer ${TOKEN}"));
  EXPECT_EQ(profile.source_hash.size(), 64U);
}

TEST_F(Load, HashFollowsWhatIsRunAndNotWhereItLies) {
  const std::string hash = loaded().source_hash;
  Workspace elsewhere;
  EXPECT_EQ(elsewhere.load().profile->source_hash, hash);
  set("duration", "31s");
  EXPECT_NE(loaded().source_hash, hash);
}

TEST_F(Load, ExtendsMergesMapsAndReplacesLists) {
  workspace_.write("base.yaml", "system: sys\nduration: 1m\nwarm_up: 3s\napi: {users: 7, spawn_rate: 3/s}\n");
  workspace_.write("middle.yaml", "extends: base.yaml\nduration: 2m\nwebsocket: {connections: 2}\n");
  workspace_.write("p.yaml", "extends: middle\nwebsocket: ~\napi: {users: 9}\n");
  const Profile profile = loaded();
  EXPECT_EQ(profile.duration, 2min);
  EXPECT_EQ(profile.warm_up, 3s);
  EXPECT_EQ(profile.api->users, 9U);
  EXPECT_DOUBLE_EQ(profile.api->spawn_rate.per_second, 3);
  EXPECT_FALSE(profile.websocket.has_value());
  EXPECT_THAT(profile.source_text, Not(HasSubstr("extends")));
}

TEST_F(Load, SystemsExtendToo) {
  workspace_.write(
      "systems/mine.yaml",
      "extends: sys\napi:\n  timeout: 3s\n  tasks: [{name: only, steps: [{request: GET /only}]}]\n");
  workspace_.request.system = "mine";
  const Profile profile = loaded();
  EXPECT_EQ(profile.system.name, "mine");
  EXPECT_EQ(profile.system.health_path, "/health");
  EXPECT_EQ(profile.system.api->timeout, 3s);
  ASSERT_EQ(profile.system.api->tasks.size(), 1U);
  EXPECT_EQ(profile.system.api->tasks[0].name, "only");
}

TEST_F(Load, ASystemNamedBesideAProfileMayHaveFewerParts) {
  workspace_.write("p.yaml", "system: other\nduration: 30s\napi: {users: 2}\nwebsocket: {connections: 3}\n");
  workspace_.request.system = "sys";
  const Profile profile = loaded();
  EXPECT_EQ(profile.api->users, 2U);
  EXPECT_FALSE(profile.websocket) << "the system has only an api";
  // Nothing would be left.
  workspace_.write("p.yaml", "system: other\nduration: 30s\nwebsocket: {connections: 3}\n");
  EXPECT_THAT(workspace_.mistakes(),
              ElementsAre("p.yaml:3:12: websocket: the system sys declares no websocket; remove this key, or "
                          "declare it in the system file"));
}

TEST_F(Load, MistakesNameTheFileTheyAreIn) {
  workspace_.write("base.yaml", "system: sys\nduration: 30\napi: {users: 0}\n");
  workspace_.write("p.yaml", "extends: base\nseeds: 1\napi: {spawn_rate: 1}\n");
  EXPECT_THAT(
      workspace_.mistakes(),
      ElementsAre("base.yaml:2:11: duration: a duration needs a unit (found \"30\"); write a unit, for "
                  "example 30s or 30ms",
                  "base.yaml:3:14: api.users: the number must be from 1 to 1000000 (found \"0\")",
                  "p.yaml:2:1: seeds: unknown key \"seeds\"; did you mean \"seed\"?",
                  "p.yaml:3:19: api.spawn_rate: a rate needs a unit (found \"1\"); write a unit, for "
                  "example 1/s"));
}

TEST_F(Load, ExtendsInACircle) {
  workspace_.write("p.yaml", "extends: b\n");
  workspace_.write("b.yaml", "extends: c\n");
  workspace_.write("c.yaml", "extends: b\n");
  EXPECT_THAT(workspace_.mistakes(),
              ElementsAre("c.yaml:1:10: extends: extends runs in a circle: p -> b -> c -> b (found \"b\")"));
}

TEST_F(Load, MistakesOfProfileSystemAndCommandLineComeTogether) {
  workspace_.write("p.yaml", "system: sys\nduration: 30\napi: {users: 1}\n");
  workspace_.write("systems/sys.yaml", std::string(minimal_system) + "apy: 1\n");
  set("api.users", "x");
  EXPECT_THAT(workspace_.mistakes(),
              ElementsAre("command line: api.users: this is not a whole number (found \"x\"); write a number "
                          "from 1 to 1000000",
                          "p.yaml:2:11: duration: a duration needs a unit (found \"30\"); write a unit, for "
                          "example 30s or 30ms",
                          "systems/sys.yaml:7:1: apy: unknown key \"apy\"; did you mean \"api\"?"));
}

TEST_F(Load, OverridesReachBothDocuments) {
  workspace_.write("systems/sys.yaml", std::string(minimal_system) +
                                           "    - {name: b, weight: 5, steps: [{request: GET /b}]}\n"
                                           "websocket: {path: /ws}\n");
  set("duration", "90s");
  set("api.users", "20");
  set("websocket.connections", "4");
  set("system.api.tasks[name=b].weight", "0");
  set("system.api.tasks[0].weight", "3");
  set("system.api.tasks[0].steps[0].check.status", "[200, 204]");
  set("system.api.headers", "{X-A: \"1\"}");
  set("duration", "95s");
  const Profile profile = loaded();
  EXPECT_EQ(profile.duration, 95s);
  EXPECT_EQ(profile.api->users, 20U);
  EXPECT_EQ(profile.websocket->users, 4U);
  EXPECT_EQ(profile.system.api->tasks[0].weight, 3U);
  EXPECT_EQ(profile.system.api->tasks[1].weight, 0U);
  EXPECT_THAT(profile.system.api->tasks[0].steps[0].request.check.status,
              ElementsAre(StatusRange(200, 200), StatusRange(204, 204)));
  EXPECT_EQ(profile.system.api->headers[0].first, "X-A");
  EXPECT_THAT(profile.source_text, HasSubstr("duration: 95s"));
}

TEST_F(Load, AnOverrideCanRemoveAKey) {
  workspace_.write("p.yaml", std::string(minimal_profile) + "seed: 5\nai_pipeline: {calls: 1}\n");
  set("ai_pipeline", "~");
  set("seed", "~");
  const Profile profile = loaded();
  EXPECT_FALSE(profile.ai_pipeline.has_value());
  EXPECT_EQ(profile.seed, 1U);
  EXPECT_THAT(profile.source_text, Not(HasSubstr("seed")));
}

TEST_F(Load, AnOverrideCanRemoveAnElementOfAList) {
  workspace_.write("systems/sys.yaml", std::string(minimal_system) + R"(objectives:
  - {name: Fast, metric: api.response_time, aggregation: p95, target: "< 1s"}
  - {name: Good, metric: api.success_rate, target: "> 99%"}
)");
  set("system.objectives[name=Fast]", "~");
  const Profile profile = loaded();
  ASSERT_EQ(profile.system.objectives.size(), 1U);
  EXPECT_EQ(profile.system.objectives[0].name, "Good");
}

TEST_F(Load, BadOverridesAreMistakesOfTheCommandLine) {
  for (const char* path : {"", ".", "a.", ".a", "a..b", "a[", "a[]", "[0]", "a]b[0]c", "a[0]b"}) {
    Workspace workspace;
    workspace.request.overrides = {{path, "1"}};
    ASSERT_FALSE(workspace.mistakes().empty()) << path;
    EXPECT_THAT(workspace.mistakes()[0], testing::StartsWith("command line: ")) << path;
  }
  set("api.userz", "1");
  set("duration.x", "1");
  set("api[0]", "1");
  set("system.api.tasks[7].weight", "1");
  set("system.api.tasks[x].weight", "1");
  set("system.api.tasks[name=b].weight", "1");
  set("system.api.timeout", "1");
  set("warm_up", "[1");
  set("system", "sis");
  EXPECT_THAT(
      workspace_.mistakes(),
      ElementsAre(
          "command line: api.userz: unknown key \"userz\"; did you mean \"users\"?",
          "command line: api[0]: [0] needs a list, but this is a map",
          "command line: duration.x: \"x\" cannot be looked up in a single value",
          "command line: system: there is no such system (found \"sis\"); did you mean \"sys\"?",
          "command line: warm_up: this is not valid YAML: end of sequence flow not found; check brackets "
          "and quotes"));
  workspace_.request.overrides.pop_back();
  EXPECT_THAT(
      workspace_.mistakes(),
      testing::IsSupersetOf(
          {"command line: system.api.tasks[7].weight: there is no element [7]; the list has 1, counted from "
           "0",
           "command line: system.api.tasks[x].weight: [x] is neither an index nor name=value; write for "
           "example [0] or [name=login]",
           "command line: system.api.tasks[name=b].weight: no element has name \"b\"; known: a",
           "command line: system.api.timeout: a duration needs a unit (found \"1\"); write a unit, for "
           "example 1s or 1ms"}));
}

TEST_F(Load, ProfilesAreFoundByNamePathAndFolderOrder) {
  Workspace second;
  second.write("p.yaml", "system: sys\nduration: 2s\napi: {users: 1}\n");
  second.write("team/baseline.yaml", "system: sys\nduration: 3s\napi: {users: 1}\n");
  workspace_.request.folders = {workspace_.folder, second.folder};
  EXPECT_EQ(loaded().duration, 30s);
  workspace_.request.profile = "team/baseline";
  EXPECT_EQ(loaded().duration, 3s);
  EXPECT_EQ(loaded().name, "team/baseline");
  workspace_.request.profile = (second.folder / "p.yaml").string();
  EXPECT_EQ(loaded().duration, 2s);
  EXPECT_EQ(loaded().name, "p");
}

TEST_F(Load, AProfileElsewhereBringsItsSystem) {
  Workspace mine;
  mine.write("deep/q.yaml", "system: ../systems/own.yaml\nduration: 4s\napi: {users: 1}\n");
  mine.write("systems/own.yaml", minimal_system);
  mine.write("r.yaml", "system: own\nduration: 5s\napi: {users: 1}\n");
  workspace_.request.profile = (mine.folder / "deep/q.yaml").string();
  EXPECT_EQ(loaded().system.name, "own");
  workspace_.request.profile = (mine.folder / "r.yaml").string();
  EXPECT_EQ(loaded().duration, 5s);
}

TEST_F(Load, UnknownProfilesGetTheNearestName) {
  workspace_.request.profile = "pp";
  EXPECT_THAT(workspace_.mistakes(),
              ElementsAre("command line: profile: there is no such profile (found \"pp\"); known: p"));
  workspace_.request.profile = "gone.yaml";
  EXPECT_THAT(workspace_.mistakes(),
              ElementsAre("command line: profile: there is no such profile file (found \"gone.yaml\")"));
  workspace_.write("shapes/spike.yaml", "extends: p\n");
  workspace_.request.profile = "spike";
  EXPECT_THAT(workspace_.mistakes(),
              ElementsAre("command line: profile: there is no such profile (found \"spike\"); did you mean "
                          "\"shapes/spike\"?"));
  workspace_.write("agentiq/spike.yaml", "extends: p\n");
  EXPECT_THAT(workspace_.mistakes(),
              ElementsAre("command line: profile: there is no such profile (found \"spike\"); did you mean "
                          "\"agentiq/spike\" or \"shapes/spike\"?"));
  for (int i = 0; i < 20; ++i) workspace_.write(fmt::format("many{}.yaml", i), "extends: p\n");
  workspace_.request.profile = "something else";
  EXPECT_THAT(workspace_.mistakes(),
              ElementsAre("command line: profile: there is no such profile (found \"something else\"); "
                          "run_load_tests --list shows them"));
  workspace_.write("folder.yaml/x", "");
  workspace_.request.profile = "folder";
  EXPECT_THAT(workspace_.mistakes(), ElementsAre("folder.yaml: this is not a file; name a .yaml file"));
  workspace_.write("big.yaml", std::string(1'000'001, '#'));
  workspace_.request.profile = "big";
  EXPECT_THAT(workspace_.mistakes(),
              ElementsAre("big.yaml: the file is too large for a profile; the limit is 1 MB"));
}

TEST_F(Load, HostileDocumentsAreRefusedQuickly) {
  std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    laughs += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i) laughs += std::string(i == 0 ? "*" : ", *") + static_cast<char>(c - 1);
    laughs += "]\n";
  }
  for (const std::string& text :
       {laughs, std::string(100'000, '['), std::string(100'000, '{'), std::string("\0\0\0", 3),
        std::string("\xff\xfe\xfd"), std::string("? ? ?"), std::string("&a"), std::string("*"),
        std::string("--- --- ---"), std::string("%YAML 9\n")}) {
    workspace_.write("p.yaml", text);
    EXPECT_FALSE(workspace_.load().profile.has_value());
    EXPECT_THAT(workspace_.mistakes(), Not(IsEmpty()));
  }
}

TEST_F(Load, EveryPrefixOfADocumentIsEitherFineOrRefused) {
  const std::string text = "extends: base\nduration: \"${X:-1m}\"\napi: {users: 3, spawn_rate: 1/s}\n";
  workspace_.write("base.yaml", minimal_profile);
  for (std::size_t n = 0; n <= text.size(); ++n) {
    workspace_.write("p.yaml", text.substr(0, n));
    const LoadResult result = workspace_.load();
    ASSERT_EQ(result.profile.has_value(), result.diagnostics.empty()) << n;
  }
}

TEST_F(Load, TheCatalogListsNamesAndDescriptions) {
  workspace_.write("p.yaml", std::string(minimal_profile) + "description: the first\n");
  workspace_.write("b/c.yaml", "extends: ../p.yaml\n");
  workspace_.write("broken.yaml", "a: [\n");
  const auto profiles = list_profiles(workspace_.request.folders);
  ASSERT_EQ(profiles.size(), 3U);
  EXPECT_EQ(profiles[0].name, "b/c");
  EXPECT_EQ(profiles[0].description, "the first");
  EXPECT_EQ(profiles[1].name, "broken");
  EXPECT_THAT(profiles[1].description, HasSubstr("cannot be read: "));
  EXPECT_EQ(profiles[2].name, "p");
  EXPECT_EQ(profiles[2].file, workspace_.folder / "p.yaml");
  const auto systems = list_systems(workspace_.request.folders);
  ASSERT_EQ(systems.size(), 1U);
  EXPECT_EQ(systems[0].name, "sys");
  EXPECT_TRUE(list_profiles({"/no/such/folder"}).empty());
}

}  // namespace
}  // namespace soundcheck::profile
