#include "tools/reference_agent/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <sstream>
#include <vector>

namespace soundcheck::reference_agent {
namespace {

struct Outcome {
  ParsedOptions parsed;
  std::string out;
  std::string err;
};

Outcome parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "reference_agent");
  std::ostringstream out;
  std::ostringstream err;
  auto parsed = parse_options(static_cast<int>(arguments.size()), arguments.data(), out, err);
  return {std::move(parsed), out.str(), err.str()};
}

TEST(Options, Defaults) {
  const auto outcome = parse({});
  ASSERT_TRUE(outcome.parsed.options);
  EXPECT_EQ(outcome.parsed.options->port, 8080);
  EXPECT_EQ(outcome.parsed.options->host, "127.0.0.1");
  EXPECT_EQ(outcome.parsed.options->endpoint_silence_ms, 400U);
  EXPECT_EQ(outcome.parsed.options->max_backlog_ms, 30'000U);
  EXPECT_FALSE(outcome.parsed.options->control);
  EXPECT_TRUE(outcome.parsed.options->faults.written.empty());
}

TEST(Options, EverythingSet) {
  const auto outcome = parse({"--host",
                              "::1",
                              "--port",
                              "0",
                              "--announce-fd",
                              "5",
                              "--exit-with-parent",
                              "--quiet",
                              "--control",
                              "--workers",
                              "3",
                              "--decoders",
                              "7",
                              "--endpoint-silence",
                              "500ms",
                              "--max-backlog",
                              "2s",
                              "--voice",
                              "slt",
                              "--max-connections",
                              "10",
                              "--database",
                              "agent.db",
                              "--max-rows",
                              "50",
                              "--api-key",
                              "k1",
                              "--token-lifetime",
                              "5s",
                              "--route-errors",
                              "POST /ngx/api/roi=5%",
                              "--seed",
                              "9",
                              "--delay",
                              "5ms:95%,50ms:5%",
                              "--error-rate",
                              "5%",
                              "--leak-per-second",
                              "1MiB"});
  ASSERT_TRUE(outcome.parsed.options) << outcome.err;
  const auto& o = *outcome.parsed.options;
  EXPECT_EQ(o.host, "::1");
  EXPECT_EQ(o.announce_fd, 5);
  EXPECT_TRUE(o.exit_with_parent && o.quiet && o.control);
  EXPECT_EQ(o.workers, 3U);
  EXPECT_EQ(o.decoders, 7U);
  EXPECT_EQ(o.endpoint_silence_ms, 500U);
  EXPECT_EQ(o.max_backlog_ms, 2000U);
  EXPECT_EQ(o.voice, "slt");
  EXPECT_EQ(o.seed, 9U);
  EXPECT_EQ(o.database, "agent.db");
  EXPECT_EQ(o.max_rows, 50);
  EXPECT_EQ(o.api_key, "k1");
  EXPECT_EQ(o.faults.token_lifetime, std::chrono::seconds(5));
  EXPECT_EQ(o.faults.route_errors.size(), 1U);
  EXPECT_EQ(o.faults.written.size(), 5U);
  EXPECT_EQ(o.faults.leak_per_second, 1048576U);
}

TEST(Options, TheApiKeyMayStandInTheEnvironment) {
  unsetenv("API_KEY");
  EXPECT_EQ(parse({}).parsed.options->api_key, "soundcheck");
  setenv("API_KEY", "from-environment", 1);
  EXPECT_EQ(parse({}).parsed.options->api_key, "from-environment");
  EXPECT_EQ(parse({"--api-key", "k1"}).parsed.options->api_key, "k1");
  EXPECT_THAT(parse({"--help"}).out, testing::Not(testing::HasSubstr("from-environment")));
  unsetenv("API_KEY");
}

TEST(Options, HelpTeachesAndVersionIsPrinted) {
  const auto help = parse({"--help"});
  EXPECT_EQ(help.parsed.exit_code, 0);
  EXPECT_FALSE(help.parsed.options);
  EXPECT_THAT(help.out, testing::HasSubstr("Examples:"));
  for (const auto key : fault_keys) {
    std::string flag(key);
    std::replace(flag.begin(), flag.end(), '_', '-');
    EXPECT_THAT(help.out, testing::HasSubstr("--" + flag));
  }
  EXPECT_THAT(parse({"--version"}).out, testing::MatchesRegex("reference_agent [0-9.]+\n"));
}

TEST(Options, MistakesEndWithTwo) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{{"--port", "70000"},
                                                                     {"--port", "x"},
                                                                     {"--nope"},
                                                                     {"--voice", "hal"},
                                                                     {"--endpoint-silence", "400"},
                                                                     {"--endpoint-silence", "1ms"},
                                                                     {"--workers", "0"},
                                                                     {"--max-rows", "9"},
                                                                     {"--no-speech", "--echo-audio"}}) {
    const auto outcome = parse(arguments);
    EXPECT_EQ(outcome.parsed.exit_code, 2) << arguments[0];
    EXPECT_FALSE(outcome.parsed.options);
    EXPECT_NE(outcome.err, "");
  }
}

TEST(Options, AllWrongFaultsAtOnce) {
  const auto outcome = parse({"--rtf", "fast", "--rate-limit", "100"});
  EXPECT_EQ(outcome.parsed.exit_code, 2);
  EXPECT_EQ(outcome.err,
            "reference_agent: --rate-limit: \"100\" is not a rate; write requests per second: 100/s\n"
            "reference_agent: --rtf: \"fast\" is not a real-time factor; write a number above 0, for example "
            "0.5 or "
            "1.2\n");
}

}  // namespace
}  // namespace soundcheck::reference_agent
