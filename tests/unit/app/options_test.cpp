#include "runner/app/options.hpp"

#include <gmock/gmock.h>

#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

using Arguments = std::vector<const char*>;

std::variant<Options, Message> parse(Arguments arguments) {
  arguments.insert(arguments.begin(), "run_load_tests");
  return parse_options(static_cast<int>(arguments.size()), arguments.data(), "the version\n");
}

Options options(const Arguments& arguments) {
  auto parsed = parse(arguments);
  if (const auto* message = std::get_if<Message>(&parsed)) ADD_FAILURE() << message->text;
  return std::holds_alternative<Options>(parsed) ? std::get<Options>(parsed) : Options{};
}

Message message(const Arguments& arguments) {
  auto parsed = parse(arguments);
  if (std::holds_alternative<Options>(parsed)) ADD_FAILURE() << "was accepted";
  return std::holds_alternative<Message>(parsed) ? std::get<Message>(parsed) : Message{};
}

TEST(OptionsTest, WithoutArgumentsTheQuickProfileRunsAgainstTheEmbeddedAgent) {
  const Options o = options({});
  EXPECT_EQ(o.profile, "") << "the system decides";
  EXPECT_EQ(o.system, std::nullopt);
  EXPECT_EQ(o.target, std::nullopt);
  EXPECT_EQ(o.target_pid, std::nullopt);
  EXPECT_EQ(o.output, std::nullopt);
  EXPECT_EQ(o.html, std::nullopt);
  EXPECT_EQ(o.csv, std::nullopt);
  EXPECT_EQ(o.results_dir, std::nullopt);
  EXPECT_EQ(o.env_file, std::nullopt);
  EXPECT_EQ(o.skipped, (plan::Skipped{false, false, false}));
  EXPECT_THAT(o.overrides, IsEmpty());
  EXPECT_EQ(o.threads, std::nullopt);
  EXPECT_EQ(o.idle_strategy, IdleStrategy::sleep);
  EXPECT_FALSE(o.fail_on_warning);
  EXPECT_FALSE(o.dry_run);
  EXPECT_FALSE(o.list);
}

TEST(OptionsTest, EveryOptionWithAValue) {
  const Options o = options({"--profile",
                             "soak",
                             "--system=mine.yaml",
                             "--target",
                             "http://127.0.0.1:8080",
                             "--target-pid",
                             "77",
                             "--output",
                             "out.json",
                             "--env-file",
                             ".env",
                             "--threads",
                             "4",
                             "--html",
                             "r.html",
                             "--csv",
                             "results",
                             "--results-dir=out",
                             "--fail-on",
                             "warning",
                             "--dry-run",
                             "--list"});
  EXPECT_EQ(o.profile, "soak");
  EXPECT_EQ(o.system, "mine.yaml");
  EXPECT_EQ(o.target, "http://127.0.0.1:8080");
  EXPECT_EQ(o.target_pid, 77);
  EXPECT_EQ(o.output, "out.json");
  EXPECT_EQ(o.html, "r.html");
  EXPECT_EQ(o.csv, "results");
  EXPECT_EQ(o.results_dir, "out");
  EXPECT_EQ(o.env_file, ".env");
  EXPECT_EQ(o.threads, 4U);
  EXPECT_TRUE(o.fail_on_warning);
  EXPECT_TRUE(o.dry_run);
  EXPECT_TRUE(o.list);
}

TEST(OptionsTest, PartsAreLeftOutOrRunAlone) {
  EXPECT_EQ(options({"--skip-api"}).skipped, (plan::Skipped{true, false, false}));
  EXPECT_EQ(options({"--skip-websocket"}).skipped, (plan::Skipped{false, true, false}));
  EXPECT_EQ(options({"--skip-ai"}).skipped, (plan::Skipped{false, false, true}));
  EXPECT_EQ(options({"--skip-api", "--skip-ai"}).skipped, (plan::Skipped{true, false, true}));
  EXPECT_EQ(options({"--only", "api"}).skipped, (plan::Skipped{false, true, true}));
  EXPECT_EQ(options({"--only", "websocket"}).skipped, (plan::Skipped{true, false, true}));
  EXPECT_EQ(options({"--only", "ai_pipeline"}).skipped, (plan::Skipped{true, true, false}));
}

struct KnobCase {
  Arguments arguments;
  const char* path;
  const char* value;
};

TEST(OptionsTest, KnobsAreOverridesOfTheProfile) {
  const KnobCase cases[]{
      {{"--duration", "90s"}, "duration", "90s"},
      {{"--run-time=5m"}, "duration", "5m"},
      {{"--users", "100"}, "api.users", "100"},
      {{"--spawn-rate", "10"}, "api.spawn_rate", "10/s"},
      {{"--spawn-rate", "600/min"}, "api.spawn_rate", "600/min"},
      {{"--connections", "50"}, "websocket.connections", "50"},
      {{"--calls", "10"}, "ai_pipeline.calls", "10"},
      {{"--set", "warm_up=2s"}, "warm_up", "2s"},
      {{"--set", "api.users="}, "api.users", ""},
      {{"--set", "system.api.tasks[name=list_calls].weight=0"},
       "system.api.tasks[name=list_calls].weight",
       "0"},
      {{"--set", "system.api.tasks[0].steps[0].request=GET /a?b=c"},
       "system.api.tasks[0].steps[0].request",
       "GET /a?b=c"},
      {{"--set", "system.api.headers.X=a=b"}, "system.api.headers.X", "a=b"},
      {{"--set", "system.ai_pipeline.clips=[yes_slt, no_rms]"},
       "system.ai_pipeline.clips",
       "[yes_slt, no_rms]"},
      {{"--set", "system.api.tasks[name=a].steps[0].check={status: [200, 201]}"},
       "system.api.tasks[name=a].steps[0].check",
       "{status: [200, 201]}"},
  };
  for (const KnobCase& c : cases) {
    EXPECT_THAT(options(c.arguments).overrides, ElementsAre(Pair(c.path, c.value))) << c.arguments.back();
  }
}

TEST(OptionsTest, TasksAndClassesByName) {
  const Options chosen = options({"--without-task", "detail", "--without-task=list all", "--task-weight",
                                  "a=b=3", "--user-class", "analyst", "--user-class", "agent"});
  EXPECT_THAT(chosen.tasks.without, ElementsAre("detail", "list all"));
  EXPECT_THAT(chosen.tasks.weights, ElementsAre(Pair("a=b", "3")));
  EXPECT_THAT(chosen.tasks.classes, ElementsAre("analyst", "agent"));
  const Message refused = message({"--task-weight", "list"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.text,
              HasSubstr("--task-weight 'list' is not NAME=N, for example --task-weight list=5"));
}

TEST(OptionsTest, TheOpenModelAndStagesAreOverridesToo) {
  EXPECT_THAT(options({"--rate", "200"}).overrides, ElementsAre(Pair("api.rate", "200/s")));
  EXPECT_THAT(options({"--stage", "30s:1", "--stage", "0s:100"}).overrides,
              ElementsAre(Pair("api.stages", "[{ramp: 30s, users: 1}, {ramp: 0s, users: 100}]"),
                          Pair("duration", "~")));
  EXPECT_THAT(options({"--stage", "1m:50/s", "--run-time", "2m"}).overrides,
              ElementsAre(Pair("duration", "2m"), Pair("api.stages", "[{ramp: 1m, rate: 50/s}]")));
}

TEST(OptionsTest, TheLoadIsSaidInOneWay) {
  for (const Arguments& both :
       {Arguments{"--users", "5", "--rate", "9"}, Arguments{"--rate", "9", "--stage", "1s:2"},
        Arguments{"--users", "5", "--stage", "1s:2"}}) {
    const Message refused = message(both);
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.text, HasSubstr("excludes --"));
  }
}

TEST(OptionsTest, EveryWrongStageIsSaidAtOnce) {
  const Message wrong = message({"--stage", "30s", "--stage", ":5"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_EQ(wrong.text,
            "run_load_tests: --stage '30s' is not TIME:N, for example --stage 30s:100\n"
            "run_load_tests: --stage ':5' is not TIME:N, for example --stage 30s:100\n");
}

TEST(OptionsTest, AKnobIsAppliedAfterWhatIsSet) {
  EXPECT_THAT(options({"--users", "5", "--set", "api.users=7", "--set", "seed=3"}).overrides,
              ElementsAre(Pair("api.users", "7"), Pair("seed", "3"), Pair("api.users", "5")));
}

struct WrongCase {
  Arguments arguments;
  const char* text;
};

TEST(OptionsTest, MistakesAreSaidExactly) {
  const std::string help = "Try: run_load_tests --help\n";
  const WrongCase cases[]{
      {{"--usres=5"}, "run_load_tests: unknown option --usres; did you mean \"--users\"?\n"},
      {{"--quux"}, "run_load_tests: unknown option --quux; run_load_tests --help lists them\n"},
      {{"--durations", "4s"}, "run_load_tests: unknown option --durations; did you mean \"--duration\"?\n"},
      {{"--uses", "4", "--call", "4"},
       "run_load_tests: unknown option --uses; did you mean \"--users\"?\n"
       "run_load_tests: unknown option --call; did you mean \"--calls\"?\n"},
      {{"quick"}, "run_load_tests: unexpected argument 'quick'\n"},
      {{"--only", "voice"}, "run_load_tests: --only: voice not in {api,websocket,ai_pipeline}\n"},
      {{"--only", "api", "--skip-ai"}, "run_load_tests: --skip-ai excludes --only\n"},
      {{"--only", "api", "--skip-api"}, "run_load_tests: --skip-api excludes --only\n"},
      {{"--only", "api", "--skip-websocket"}, "run_load_tests: --skip-websocket excludes --only\n"},
      {{"--threads", "0"}, "run_load_tests: --threads: Value 0 not in range 1 to 256\n"},
      {{"--target-pid", "-3"}, "run_load_tests: --target-pid: Value -3 not in range 1 to 4194304\n"},
      {{"--fail-on", "never"}, "run_load_tests: --fail-on: never not in {critical,warning}\n"},
      {{"--idle-strategy", "poll"}, "run_load_tests: --idle-strategy: poll not in {sleep,awake,spin}\n"},
      {{"--users"}, "run_load_tests: --users: 1 required N missing\n"},
  };
  for (const WrongCase& c : cases) {
    const Message m = message(c.arguments);
    EXPECT_EQ(m.text, c.text + help);
    EXPECT_EQ(m.exit_code, 2) << m.text;
  }
}

TEST(OptionsTest, EveryWrongSetIsSaidAtOnce) {
  const Message m = message({"--set", "api.users", "--set", "=3", "--set", "tasks[name=a]"});
  EXPECT_EQ(m.exit_code, 2);
  EXPECT_EQ(m.text,
            "run_load_tests: --set 'api.users' is not PATH=VALUE, for example --set api.users=20\n"
            "run_load_tests: --set '=3' is not PATH=VALUE, for example --set api.users=20\n"
            "run_load_tests: --set 'tasks[name=a]' is not PATH=VALUE, for example --set api.users=20\n");
}

TEST(OptionsTest, EveryIdleStrategy) {
  EXPECT_EQ(options({"--idle-strategy", "sleep"}).idle_strategy, IdleStrategy::sleep);
  EXPECT_EQ(options({"--idle-strategy", "awake"}).idle_strategy, IdleStrategy::awake);
  EXPECT_EQ(options({"--idle-strategy", "spin"}).idle_strategy, IdleStrategy::spin);
}

TEST(OptionsTest, HelpHoldsExamplesAndTheExitCodes) {
  const Message m = message({"--help"});
  EXPECT_EQ(m.exit_code, 0);
  EXPECT_THAT(m.text, AllOf(HasSubstr("Examples:"), HasSubstr("run_load_tests --profile quick"),
                            HasSubstr("--only ai_pipeline --calls 10 --duration 60s"),
                            HasSubstr("Exit codes:\n" + verdict::exit_code_help())));
  for (const char* option :
       {"--profile", "--system", "--target", "--target-pid", "--output", "--skip-api", "--only", "--duration",
        "--users", "--spawn-rate", "--connections", "--calls", "--set", "--threads", "--idle-strategy",
        "--env-file", "--fail-on", "--dry-run", "--list"}) {
    EXPECT_THAT(m.text, HasSubstr(option));
  }
}

TEST(OptionsTest, TheVersionIsPrinted) {
  const Message m = message({"--version"});
  EXPECT_EQ(m.exit_code, 0);
  EXPECT_EQ(m.text, "the version\n");
}

}  // namespace
}  // namespace soundcheck::app
