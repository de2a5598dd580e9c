#include "runner/app/env_file.hpp"

#include <gmock/gmock.h>

#include "tests/unit/app/temporary_folder.hpp"

namespace soundcheck::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

std::map<std::string, std::string> values(std::string_view text) {
  auto parsed = parse_env_file(text, "e");
  if (const auto* problem = std::get_if<std::string>(&parsed)) ADD_FAILURE() << *problem;
  return parsed.index() == 0 ? std::get<0>(parsed) : std::map<std::string, std::string>{};
}

TEST(EnvFileTest, LinesOfNameAndValue) {
  EXPECT_THAT(values(""), IsEmpty());
  EXPECT_THAT(values("# a comment\n\n   \n"), IsEmpty());
  EXPECT_THAT(values("A=1\nB_2=two words\n"), ElementsAre(Pair("A", "1"), Pair("B_2", "two words")));
  EXPECT_THAT(values("A=1"), ElementsAre(Pair("A", "1"))) << "the last line needs no end";
  EXPECT_THAT(values("A=1\r\nB=2\r\n"), ElementsAre(Pair("A", "1"), Pair("B", "2")));
  EXPECT_THAT(values("  export A = 1  \n"), ElementsAre(Pair("A", "1")));
  EXPECT_THAT(values("A=x=y\nB=\n"), ElementsAre(Pair("A", "x=y"), Pair("B", "")));
  EXPECT_THAT(values("A=1\nA=2\n"), ElementsAre(Pair("A", "2"))) << "the last one counts";
}

TEST(EnvFileTest, QuotesAroundAValueAreTakenOff) {
  EXPECT_THAT(values("A=\" spaced \"\nB='x'\nC=\"open\nD=\"\nE=''\n"),
              ElementsAre(Pair("A", " spaced "), Pair("B", "x"), Pair("C", "\"open"), Pair("D", "\""),
                          Pair("E", "")));
}

TEST(EnvFileTest, EveryWrongLineIsNamedAndNoValueShown) {
  const auto parsed = parse_env_file("A=1\nhunter2\n1A=secret\n=x\nwith space=y\n", ".env");
  ASSERT_TRUE(std::holds_alternative<std::string>(parsed));
  EXPECT_EQ(std::get<std::string>(parsed),
            ".env:2: not a NAME=VALUE line\n.env:3: not a NAME=VALUE line\n"
            ".env:4: not a NAME=VALUE line\n.env:5: not a NAME=VALUE line\n");
}

const Environment only_home = [](const std::string& name) -> std::optional<std::string> {
  if (name == "HOME") return "/home/me";
  return std::nullopt;
};

TEST(EnvironmentTest, TheEnvironmentWinsOverTheFile) {
  const TemporaryFolder folder;
  const auto file = folder.write(".env", "HOME=/elsewhere\nTOKEN=t\n");
  const auto read = read_environment(only_home, file.string());
  ASSERT_TRUE(std::holds_alternative<Environment>(read)) << std::get<std::string>(read);
  const Environment& environment = std::get<Environment>(read);
  EXPECT_EQ(environment("HOME"), "/home/me");
  EXPECT_EQ(environment("TOKEN"), "t");
  EXPECT_EQ(environment("OTHER"), std::nullopt);
}

TEST(EnvironmentTest, WithoutAFileItIsTheEnvironment) {
  const auto read = read_environment(only_home, std::nullopt);
  EXPECT_EQ(std::get<Environment>(read)("HOME"), "/home/me");
}

TEST(EnvironmentTest, AFileThatCannotBeReadOrUsedIsAnError) {
  const TemporaryFolder folder;
  const std::string absent = (folder.path() / "absent.env").string();
  EXPECT_EQ(std::get<std::string>(read_environment(only_home, absent)),
            "--env-file " + absent + ": No such file or directory");
  const auto wrong = read_environment(only_home, folder.write("wrong.env", "password\n").string());
  EXPECT_THAT(std::get<std::string>(wrong), HasSubstr("wrong.env:1: not a NAME=VALUE line"));
  EXPECT_THAT(std::get<std::string>(wrong), Not(HasSubstr("password")));
}

}  // namespace
}  // namespace soundcheck::app
