// The commands beside a run, as a user types them.
#include "runner/app/commands.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "runner/verdict/exit_code.hpp"
#include "tests/unit/app/temporary_folder.hpp"

namespace soundcheck::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr int bad_usage = static_cast<int>(verdict::ExitCode::bad_usage);

/// In a folder of its own, which is the working folder meanwhile.
class CommandsTest : public testing::Test {
 protected:
  CommandsTest() : before_(std::filesystem::current_path()) { std::filesystem::current_path(folder.path()); }
  ~CommandsTest() override { std::filesystem::current_path(before_); }

  /// The exit code, or -1 if this is no command.
  int run(std::vector<std::string> arguments, const std::string& input = "") {
    std::istringstream in(input);
    out.str("");
    err.str("");
    const Host host{out,
                    err,
                    [this](const std::string& name) -> std::optional<std::string> {
                      if (name == "SOUNDCHECK_DATA") return SOUNDCHECK_SOURCE_DIR;
                      return name == "API_TOKEN" ? token : std::nullopt;
                    },
                    false,
                    80,
                    "/nowhere/bin/run_load_tests",
                    &in};
    arguments.insert(arguments.begin(), "run_load_tests");
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    return run_command(static_cast<int>(argv.size()), argv.data(), host).value_or(-1);
  }
  static std::string read(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  TemporaryFolder folder;
  std::optional<std::string> token;
  std::ostringstream out;
  std::ostringstream err;

 private:
  std::filesystem::path before_;
};

TEST_F(CommandsTest, OptionsAreNoCommand) {
  EXPECT_EQ(run({}), -1);
  EXPECT_EQ(run({"--profile", "quick"}), -1);
}

TEST_F(CommandsTest, AWrongNameGetsTheNearestOne) {
  EXPECT_EQ(run({"validat", "x.yaml"}), bad_usage);
  EXPECT_EQ(
      err.str(),
      "run_load_tests: unknown command 'validat'; did you mean \"validate\"?\nTry: run_load_tests --help\n");
}

TEST_F(CommandsTest, EachTeachesItself) {
  for (const char* command : {"import", "new", "validate", "explain"}) {
    EXPECT_EQ(run({command, "--help"}), 0) << command;
    EXPECT_THAT(out.str(), AllOf(HasSubstr("Example"), HasSubstr(std::string("run_load_tests ") + command)))
        << command;
  }
}

TEST_F(CommandsTest, WhatNewWritesIsValid) {
  EXPECT_EQ(run({"new", "my_agent"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("run_load_tests --profile my_agent --duration 10s"));
  EXPECT_THAT(read("profiles/systems/my_agent.yaml"), HasSubstr("${NAME} comes from the environment"));
  EXPECT_EQ(run({"validate", "my_agent", "profiles/systems/my_agent.yaml"}), 0);
  EXPECT_EQ(out.str(), "my_agent: ok (profile)\nprofiles/systems/my_agent.yaml: ok (system)\n");
  EXPECT_THAT(err.str(), IsEmpty());
}

TEST_F(CommandsTest, NewNeverOverwrites) {
  EXPECT_EQ(run({"new", "a"}), 0);
  EXPECT_EQ(run({"new", "a"}), bad_usage);
  EXPECT_EQ(err.str(), "run_load_tests: profiles/a.yaml exists; choose another name\n");
  EXPECT_EQ(run({"new", "../a"}), bad_usage);
  EXPECT_THAT(err.str(), HasSubstr("'../a' cannot be a name: write letters, digits, - and _"));
}

TEST_F(CommandsTest, ValidateSaysEveryMistakeOfEveryFile) {
  folder.write("p.yaml", "system: quick\nduration: 1m\napi: {user: 1}\n");
  folder.write("s.yaml", "health_path: health\napi: {tasks: []}\n");
  EXPECT_EQ(run({"validate", "p.yaml", "s.yaml", "quick"}), bad_usage);
  EXPECT_THAT(out.str(), AllOf(HasSubstr("p.yaml: 3 mistakes\n"), HasSubstr("s.yaml: 2 mistakes\n"),
                               HasSubstr("quick: ok (profile)\n")));
  EXPECT_THAT(err.str(),
              AllOf(HasSubstr("p.yaml:3:7: api.user: unknown key \"user\"; did you mean \"users\"?"),
                    HasSubstr("s.yaml:1:14: health_path: a path begins with /")));
}

TEST_F(CommandsTest, ValidateNamesMissingVariables) {
  folder.write(
      "s.yaml",
      "health_path: /h\napi:\n  headers: {Authorization: \"Bearer ${API_TOKEN}\"}\n  tasks:\n    - name: a\n"
      "      steps: [{request: GET /}]\n");
  EXPECT_EQ(run({"validate", "s.yaml"}), bad_usage);
  EXPECT_THAT(err.str(), HasSubstr("the environment variable API_TOKEN is not set"));
  token = "secret";
  EXPECT_EQ(run({"validate", "s.yaml"}), 0);
  token.reset();
  folder.write(".env", "API_TOKEN=secret\n");
  EXPECT_EQ(run({"validate", "--env-file", ".env", "s.yaml"}), 0);
  EXPECT_THAT(out.str() + err.str(), Not(HasSubstr("secret")));
}

TEST_F(CommandsTest, ImportPrintsTheFileAndSaysTheRestBesides) {
  EXPECT_EQ(
      run({"import", "curl", "--", "curl", "-m", "3", "https://api.example.com/a b", "-H", "X-Api-Key: k"}),
      0);
  EXPECT_THAT(out.str(),
              AllOf(StartsWith("# Written by `run_load_tests import curl`"), HasSubstr("GET /a%20b")));
  EXPECT_EQ(err.str(),
            "not carried over, or made up:\n  - --max-time: deadlines are api.timeout\nset before a run:\n  "
            "- X_API_KEY\n");
}

TEST_F(CommandsTest, ImportWritesAFileOnceUnlessForced) {
  EXPECT_EQ(run({"import", "curl", "-", "--output", "out/s.yaml"}, "curl http://127.0.0.1:8000/a\n"), 0);
  EXPECT_EQ(
      err.str(),
      "written: out/s.yaml\nnext: run_load_tests validate out/s.yaml\n"
      "      run_load_tests --profile shapes/smoke --system out/s.yaml --target http://127.0.0.1:8000\n");
  EXPECT_THAT(out.str(), IsEmpty());
  EXPECT_EQ(run({"validate", "out/s.yaml"}), 0);
  EXPECT_EQ(run({"import", "curl", "-", "--output", "out/s.yaml"}, "curl http://127.0.0.1/b"), bad_usage);
  EXPECT_EQ(err.str(), "run_load_tests: out/s.yaml exists; it is not overwritten (--force replaces files)\n");
  EXPECT_THAT(read("out/s.yaml"), HasSubstr("GET /a"));
  EXPECT_EQ(run({"import", "curl", "-", "-o", "out/s.yaml", "--force"}, "curl http://127.0.0.1/b"), 0);
  EXPECT_THAT(read("out/s.yaml"), HasSubstr("GET /b"));
}

TEST_F(CommandsTest, ImportOfThresholdsWritesASystemBesideTheProfile) {
  folder.write(
      "s.js",
      "export const options = {vus: 3, duration: '1m', thresholds: {http_req_duration: ['p(95)<500']}};");
  EXPECT_EQ(run({"import", "k6", "s.js", "--output", "spike.yaml"}), 0);
  EXPECT_THAT(err.str(), StartsWith("written: spike.yaml\n         systems/spike_objectives.yaml\n"));
  EXPECT_EQ(run({"validate", "spike.yaml", "systems/spike_objectives.yaml"}), 0) << err.str();
  EXPECT_EQ(run({"import", "k6", "s.js"}), 0);
  EXPECT_THAT(out.str(),
              HasSubstr("\n---\n# The system that the profile names, systems/imported_objectives.yaml:\n"));
}

TEST_F(CommandsTest, ImportSaysWhatIsWrongWithTheDocument) {
  folder.write("bad.har", "{\"log\": {\n");
  EXPECT_EQ(run({"import", "har", "bad.har"}), bad_usage);
  EXPECT_EQ(err.str(), "run_load_tests: bad.har:2:1: this is not valid JSON: the document ends too early\n");
  EXPECT_EQ(run({"import", "har", "missing.har"}), bad_usage);
  EXPECT_EQ(err.str(), "run_load_tests: there is no file missing.har\n");
  EXPECT_EQ(run({"import", "har"}), bad_usage);
  EXPECT_THAT(err.str(),
              StartsWith("run_load_tests: what shall be imported? Name a file, or - for standard input\n"));
  EXPECT_EQ(run({"import", "hra", "x"}), bad_usage);
  EXPECT_EQ(run({"import", "har", "x", "--ouput", "y"}), bad_usage);
  EXPECT_THAT(err.str(), HasSubstr("unknown option --ouput; did you mean \"--output\"?"));
}

TEST_F(CommandsTest, ExplainTakesProfilesSystemsAndTheOptionsOfARun) {
  EXPECT_EQ(run({"explain", "quick", "--skip-ai", "--users", "20", "--response-time", "50ms"}), 0)
      << err.str();
  EXPECT_THAT(out.str(),
              AllOf(HasSubstr("20 API users"), HasSubstr("if each answer takes 50 ms (--response-time):"),
                    HasSubstr("list_calls"), HasSubstr("Nothing was sent.")));
  EXPECT_EQ(run({"new", "mine"}), 0);
  EXPECT_EQ(run({"explain", "profiles/systems/mine.yaml", "--users", "5"}), 0) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("create_and_end_call"));
  EXPECT_EQ(run({"explain", "quick", "--response-time=fast"}), bad_usage);
  EXPECT_THAT(err.str(), StartsWith("run_load_tests: --response-time 'fast': this is not a duration"));
  EXPECT_EQ(run({"explain", "quikc"}), bad_usage);
  EXPECT_THAT(err.str(), HasSubstr("there is no such profile (found \"quikc\"); did you mean \"quick\"?"));
}

}  // namespace
}  // namespace soundcheck::app
