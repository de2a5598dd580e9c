#include "tests/loopback/load_run.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "runner/verdict/exit_code.hpp"

namespace soundcheck::loopback {

namespace {

constexpr const char* profile = R"(system: system.yaml
duration: 4s
warm_up: 1s
drain: 3s
api: {users: 5, spawn_rate: 1000/s}
websocket: {connections: 2, connect_rate: 1000/s}
ai_pipeline: {calls: 2, call_rate: 1000/s}
)";

constexpr const char* system_under_test = R"(health_path: /api/v1/health
api:
  think_time: 50ms
  timeout: 1s
  tasks:
    - name: health
      steps: [{request: GET /api/v1/health}]
websocket:
  path: /api/v1/events
  connect_timeout: 1s
  ping_interval: 300ms
  exchange_interval: 200ms
  exchange:
    - send: {type: echo, id: "{{iteration}}", payload: soundcheck}
    - expect: {json: {/type: echo, /id: "{{iteration}}"}}
      within: 1s
  hold: 1s
  reconnect_delay: 100ms
ai_pipeline:
  path: /api/v1/voice
  encodings: [pcm16]
  clips: [check_balance_slt]
  turns: 1
  pause_before_turn: 100ms
  pause_between_calls: 100ms
objectives:
  - {name: API success rate, metric: api.success_rate, target: "> 99%"}
  - {name: WebSocket success rate, metric: websocket.success_rate, target: "> 99%"}
  - {name: AI success rate, metric: ai_pipeline.success_rate, target: "> 99%"}
)";

constexpr const char* output = "load-results.json";

}  // namespace

LoadRun::LoadRun() : twice_(std::getenv("SOUNDCHECK_REPEAT_RUNS") != nullptr) {
  std::string name = testing::TempDir() + "soundcheck-loopback-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
  write("profile.yaml", profile);
  write("system.yaml", system_under_test);
}

LoadRun::~LoadRun() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void LoadRun::write(const std::string& name, const std::string& content) const {
  std::ofstream(folder_ / name, std::ios::binary) << content;
}

std::string LoadRun::read(const std::string& name) const {
  std::ifstream in(folder_ / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Program LoadRun::start_bare(const Arguments& arguments) const {
  return Program("run_load_tests", arguments, folder_, {{"SOUNDCHECK_DATA", SOUNDCHECK_SOURCE_DIR}});
}

Program LoadRun::start(const Arguments& arguments) const {
  return start_bare(Arguments{"--profile", "profile.yaml", "--output", output} + arguments);
}

Ended LoadRun::undisturbed(const std::function<Ended()>& run, const std::function<void()>& again) const {
  if (twice_) {
    run();
    again();
  }
  std::string reason;
  for (int attempt = 1; attempt <= most_attempts; ++attempt) {
    if (attempt > 1) again();
    Ended ended = run();
    // No data ends with the same code, and is an answer.
    if (ended.exit_code != static_cast<int>(verdict::ExitCode::invalid)) return ended;
    reason = why_invalid();
    if (reason.empty()) return ended;
  }
  throw std::runtime_error(fmt::format(
      "the machine was too busy to judge: {} runs of {} were invalid, the last because of: {}; run this test "
      "again when nothing else runs",
      most_attempts, most_attempts, reason));
}

std::string LoadRun::why_invalid() const {
  if (!std::filesystem::exists(folder_ / output)) return "";
  const core::JsonDocument document = result();
  const auto reasons = [&](const std::string& run) {
    std::string text;
    for (int i = 0;; ++i) {
      const auto what = document.find(fmt::format("{}/validity/reasons/{}/what", run, i));
      if (!what) return text.empty() ? "no reason is given" : text;
      text += (text.empty() ? "" : "; ") + *what;
    }
  };
  const auto invalid = [&](const std::string& run) {
    return document.find(run + "/validity/valid") == "false";
  };
  if (invalid("")) return reasons("");
  for (int i = 0;; ++i) {
    const std::string run = fmt::format("/runs/{}", i);
    if (!document.find(run)) return "";
    if (invalid(run)) return reasons(run);
  }
}

Ended LoadRun::run(const Arguments& arguments, const std::function<void()>& before_each) const {
  return undisturbed([&] {
    before_each();
    return start(arguments).wait(run_limit);
  });
}

core::JsonDocument LoadRun::result() const {
  auto document = core::JsonDocument::parse(read(output));
  if (!document) throw std::runtime_error("no result in " + (folder_ / output).string());
  return *document;
}

std::string LoadRun::text(const std::string& pointer) const { return result().find(pointer).value_or(""); }

double LoadRun::figure(const std::string& pointer) const {
  const auto number = result().number(pointer);
  EXPECT_TRUE(number.has_value()) << "no figure at " << pointer;
  return number.value_or(0);
}

double LoadRun::failures(const std::string& subsystem, const std::string& stage) const {
  return result().number("/" + subsystem + "/total/failures_by_stage/" + stage).value_or(0);
}

double LoadRun::ended(const std::string& subsystem) const {
  return figure("/" + subsystem + "/total/counters/succeeded") + figure("/" + subsystem + "/total/failed");
}

Arguments operator+(Arguments left, const Arguments& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

}  // namespace soundcheck::loopback
