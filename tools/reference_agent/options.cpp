#include "tools/reference_agent/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <map>
#include <ostream>

#include "tools/reference_agent/speech_pipeline.hpp"
#include "tools/reference_agent/synthesiser.hpp"

namespace soundcheck::reference_agent {
namespace {

struct FaultFlag {
  std::string_view key;
  std::string_view help;
};
constexpr std::array<FaultFlag, fault_keys.size()> fault_flags{{
    {"delay", "Before every answer: 20ms, 5ms:95%,50ms:5%, uniform(5ms,20ms) or exponential(20ms)"},
    {"error_rate", "Share of HTTP requests answered 500: 0.05 or 5%"},
    {"stall", "Serve nothing for a part of each period: 2s/10s"},
    {"rate_limit", "Answer 429 above this rate: 100/s"},
    {"leak_per_call", "Memory to lose with every call: 64KiB"},
    {"leak_per_request", "Memory to lose with every HTTP request: 4KiB"},
    {"leak_per_connection", "Memory to lose with every WebSocket: 64KiB"},
    {"leak_per_second", "Memory to lose every second: 1MiB"},
    {"breathing", "Memory that grows to this and falls back to none every 10 s, no leak: 20MiB"},
    {"rtf", "Process voice at this real-time factor: 0.8"},
    {"answer_delay", "Before the agent speaks; written like --delay"},
    {"drop_rate", "Share of requests and text messages whose connection is reset: 1%"},
    {"route_errors", "Share of one route's requests answered 500: POST /ngx/api/conversations=5%; ..."},
    {"route_delays", "Before one route's answers: GET /calling/api/queue=50ms; ... written like --delay"},
    {"lost_conversations", "Share of new conversations and sessions that are forgotten: 1%"},
    {"first_token", "Before the first token of a streamed answer (default: 100ms); written like --delay"},
    {"token_interval", "Before each further token (default: 20ms); written like --delay"},
    {"token_lifetime", "Of the tokens that AgentIQ's logins give (default: 15m)"},
    {"import_rate", "Imported rows that the calling platform works off: 100/s (default: 5000/s)"},
    {"import_failures", "Share of imports that fail as a whole: 5%"},
    {"call_duration", "Of scheduled calls (default: uniform(200ms,1s)); written like --delay"},
    {"call_failures", "Share of scheduled calls that fail (default: 10%)"},
}};

constexpr const char* footer =
    "Examples:\n"
    "  reference_agent                                  serve on http://127.0.0.1:8080\n"
    "  reference_agent --port 0                         any free port, printed when ready\n"
    "  reference_agent --delay 5ms:95%,50ms:5%          a slow tail: in every 100 answers, exactly 5 take 50 "
    "ms\n"
    "  reference_agent --stall 2s/10s --control         pauses; curl http://127.0.0.1:8080/control shows "
    "counts\n"
    "  reference_agent --no-speech                      HTTP and events only; starts without speech models\n"
    "  reference_agent --database agent.db              keep the APIs' data; sqlite3 agent.db shows it\n"
    "  reference_agent --token-lifetime 5s              tokens that expire while a test runs\n"
    "The APIs of the five systems are described in docs/reference_agent.md.";

std::string flag_of(std::string_view key) {
  std::string flag = "--" + std::string(key);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

}  // namespace

ParsedOptions parse_options(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  Options o;
  CLI::App app{
      "A real voice backend to test against: five HTTP APIs, event channel and voice channel on one port.",
      "reference_agent"};
  app.footer(footer);
  app.set_version_flag("--version", "reference_agent " SOUNDCHECK_VERSION);
  const CLI::AsNumberWithUnit milliseconds(
      std::map<std::string, std::uint32_t>{{"ms", 1}, {"s", 1000}},
      CLI::AsNumberWithUnit::Options(CLI::AsNumberWithUnit::CASE_SENSITIVE |
                                     CLI::AsNumberWithUnit::UNIT_REQUIRED),
      "TIME");

  app.add_option("--host", o.host, "Address to listen on, for example 127.0.0.1 or ::1")
      ->capture_default_str();
  app.add_option("--port", o.port, "Port to listen on; 0 takes any free port")->capture_default_str();
  app.add_option("--announce-fd", o.announce_fd,
                 "Write the port to this descriptor once listening, then close it");
  app.add_flag("--exit-with-parent", o.exit_with_parent, "Stop when the process that started this one ends");
  app.add_flag("--quiet", o.quiet, "Print nothing when ready");
  app.add_option("--workers", o.workers, "Recognition threads (default: 1, or 2 on several cores)")
      ->check(CLI::Range(1, 256));
  app.add_option("--decoders", o.decoders, "Speech recognisers at most, 8 MiB each")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--endpoint-silence", o.endpoint_silence_ms, "Silence that ends a turn (default: 400ms)")
      ->transform(milliseconds)
      ->check(CLI::Range(min_endpoint_silence_ms, 10'000U));
  app.add_option("--max-backlog", o.max_backlog_ms,
                 "Unprocessed audio at which a call is ended (default: 30s)")
      ->transform(milliseconds)
      ->check(CLI::Range(100U, 3'600'000U));
  app.add_flag("--language-model", o.language_model,
               "Recognise any English with the packaged model, not the grammar only (slow)");
  app.add_option("--voice", o.voice, "Flite voice of the answers")
      ->check(
          CLI::IsMember(std::vector<std::string>(Synthesiser::voices().begin(), Synthesiser::voices().end())))
      ->capture_default_str();
  const auto* no_speech =
      app.add_flag("--no-speech", o.no_speech, "HTTP and events only: refuse voice calls");
  app.add_flag("--echo-audio", o.echo_audio, "Send every audio frame straight back; recognise nothing")
      ->excludes(const_cast<CLI::Option*>(no_speech));
  app.add_option("--max-connections", o.max_connections, "Connections at a time")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();

  app.add_option("--database", o.database,
                 "Keep the APIs' data in this SQLite file (default: in memory); sqlite3 FILE shows it")
      ->group("Data");
  app.add_option("--max-rows", o.max_rows,
                 "Conversations, sessions, calls and so on that are kept, of each kind; the oldest leave")
      ->check(CLI::Range(10, 10'000'000))
      ->capture_default_str()
      ->group("Data");
  app.add_option("--api-key", o.api_key,
                 "Key that the calling platform wants as X-API-Key (default: soundcheck)")
      ->envname("API_KEY")
      ->group("Data");

  app.add_flag("--control", o.control, "Serve GET and PATCH /control: faults and counts")->group("Faults");
  app.add_option("--seed", o.seed, "Of everything random in the faults")
      ->capture_default_str()
      ->group("Faults");
  std::map<std::string_view, std::string> faults;
  for (const auto& [key, help] : fault_flags) {
    app.add_option(flag_of(key), faults[key], std::string(help))->group("Faults");
  }

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return {std::nullopt, app.exit(e, out, err) == 0 ? 0 : 2};
  }
  bool wrong = false;
  for (const auto& [key, text] : faults) {
    if (const auto mistake = set_fault(o.faults, key, text)) {
      err << "reference_agent: " << flag_of(key) << mistake->substr(key.size()) << "\n";
      wrong = true;
    }
  }
  if (wrong) return {std::nullopt, 2};
  return {std::move(o), 0};
}

}  // namespace soundcheck::reference_agent
