#include "runner/app/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "runner/profile/nearest.hpp"
#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {

namespace {

constexpr const char* examples = R"(
Examples:
  run_load_tests --profile quick
      one minute against the embedded reference agent: API, WebSocket and voice calls together
  run_load_tests --profile standard --target http://127.0.0.1:8080 --output load-results.json
      five minutes against a target of yours; CI reads the JSON and the exit code
  run_load_tests --profile soak --skip-websocket --skip-ai
      an hour of API load alone, to see which subsystem leaks
  run_load_tests --only websocket --connections 50 --duration 60s
  run_load_tests --only ai_pipeline --calls 10 --duration 60s
  run_load_tests --only api --users 100 --spawn-rate 10 --run-time 5m
      one subsystem, with direct knobs
  run_load_tests --only api --rate 200 --run-time 5m
      open model: 200 tasks a second begin whether or not the target keeps up
  run_load_tests --only api --stage 30s:1 --stage 30s:100 --stage 30s:1
      a spike: straight lines from level to level
  run_load_tests --profile ai_calling_platform/all --results-dir results
      one run after the other, with one combined result; a folder with JSON, HTML and CSV for each
  run_load_tests --set 'system.api.tasks[name=list_calls].weight=0' --dry-run
      any value of the profile or the system can be set; --dry-run shows the plan and sends nothing

Commands, each with --help of its own:
  run_load_tests new my_agent            a commented system and profile to begin with
  run_load_tests import har session.har  files from curl, HAR, OpenAPI, Postman, k6 or Locust
  run_load_tests report FILE.journal     makes the reports of a run that was killed
  run_load_tests isolate --for 10m       finds the part of the load that makes the target grow
  run_load_tests compare old.json new.json
                                         what got better or worse, with its certainty
  run_load_tests history results         all runs of a folder, and where their figures are going
  run_load_tests validate mine.yaml      says every mistake in profiles and systems, runs nothing
  run_load_tests explain shapes/spike    the load as a chart, expected starts and requests, runs nothing

Profiles and systems are YAML files; docs/profile_reference.md explains every key.
)";

constexpr int largest_pid = 4'194'304;  // of Linux on 64 bits

std::string with_unit(const std::string& rate) {
  return rate.find('/') == std::string::npos ? rate + "/s" : rate;
}

/// The '=' between path and value: the first one outside of brackets, because a selector such as [name=x] has
/// its own.
std::size_t end_of_path(const std::string& set) {
  int depth = 0;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (set[i] == '[') ++depth;
    if (set[i] == ']') --depth;
    if (set[i] == '=' && depth == 0) return i;
  }
  return std::string::npos;
}

/// "30s:100" and "0s:5/s" as a list of stages in YAML. Says what is wrong with those that are not such.
std::string stage_list(const std::vector<std::string>& stages, std::string& problems) {
  std::string list;
  for (const std::string& stage : stages) {
    const std::size_t colon = stage.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == stage.size()) {
      problems +=
          fmt::format("run_load_tests: --stage '{}' is not TIME:N, for example --stage 30s:100\n", stage);
      continue;
    }
    const std::string level = stage.substr(colon + 1);
    const bool open = level.find('/') != std::string::npos;
    list += fmt::format("{}{{ramp: {}, {}: {}}}", list.empty() ? "" : ", ", stage.substr(0, colon),
                        open ? "rate" : "users", level);
  }
  return "[" + list + "]";
}

/// Names what we do not know, each with the option that was probably meant.
std::string explain_extras(const CLI::App& app) {
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  std::string text;
  for (const std::string& given : app.remaining()) {
    if (!given.starts_with('-')) continue;  // most likely the value of an unknown option
    const std::string name = given.substr(0, given.find('='));
    text += fmt::format("run_load_tests: unknown option {}; {}\n", name,
                        profile::nearest_hint(name, known, "run_load_tests --help lists them"));
  }
  if (!text.empty()) return text;
  return fmt::format("run_load_tests: unexpected argument '{}'\n", app.remaining().front());
}

std::string explain(const CLI::App& app, const CLI::ParseError& error) {
  const bool extras = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  const std::string text = extras ? explain_extras(app) : fmt::format("run_load_tests: {}\n", error.what());
  return text + "Try: run_load_tests --help\n";
}

}  // namespace

std::variant<Options, Message> parse_options(int argc, const char* const* argv, const std::string& version) {
  Options options;
  CLI::App app{
      "Load tests for voice-AI backends: HTTP API, WebSocket and streamed-audio calls, with one verdict."};
  app.get_formatter()->column_width(34);
  bool print_version = false;
  bool skip_api = false;
  bool skip_websocket = false;
  bool skip_ai = false;
  std::string only;
  std::string duration;
  std::string users;
  std::string spawn_rate;
  std::string rate;
  std::vector<std::string> stages;
  std::string connections;
  std::string calls;
  std::string fail_on = "critical";
  std::string idle_strategy = "sleep";
  std::vector<std::string> sets;
  std::vector<std::string> task_weights;

  app.add_option(
         "--profile", options.profile,
         "How much load: the name of a profile or of a list of runs, or a YAML file (default: quick, or the "
         "system's own quick)")
      ->type_name("NAME|FILE");
  app.add_option("--system", options.system,
                 "What is called: a system's name or a YAML file (default: the profile's)")
      ->type_name("NAME|FILE");
  app.add_option("--target", options.target, "The backend under test (default: the embedded reference agent)")
      ->type_name("URL");
  app.add_option("--target-pid", options.target_pid,
                 "Watch this process's memory and CPU (default: found by the port, on this machine)")
      ->check(CLI::Range(1, largest_pid))
      ->type_name("PID");
  app.add_option("--output", options.output,
                 "Write the result as JSON; an old file is replaced only by a complete one")
      ->type_name("FILE");
  app.add_option("--journal", options.journal,
                 "Record the run second by second as it goes, so that a kill loses nothing (default: beside "
                 "--output, as FILE.journal, until the result is written)")
      ->type_name("FILE");
  app.add_option("--html", options.html, "Write a report for people with charts: one file, no network needed")
      ->type_name("FILE");
  app.add_option(
         "--csv", options.csv,
         "Write PREFIX_stats.csv, _stats_history.csv, _failures.csv and _exceptions.csv, as Locust does")
      ->type_name("PREFIX");
  app.add_option(
         "--results-dir", options.results_dir,
         "Write results.json, report.html and results_*.csv to a folder in it, named by profile and time")
      ->type_name("DIR");

  auto* skip_api_flag = app.add_flag("--skip-api", skip_api, "Leave out the HTTP API load")->group("Parts");
  auto* skip_ws_flag =
      app.add_flag("--skip-websocket", skip_websocket, "Leave out the WebSocket connections")->group("Parts");
  auto* skip_ai_flag = app.add_flag("--skip-ai", skip_ai, "Leave out the voice calls")->group("Parts");
  app.add_option("--only", only, "Run this subsystem alone")
      ->check(CLI::IsMember({"api", "websocket", "ai_pipeline"}))
      ->type_name("SUBSYSTEM")
      ->group("Parts")
      ->excludes(skip_api_flag)
      ->excludes(skip_ws_flag)
      ->excludes(skip_ai_flag);

  app.add_option("--duration,--run-time", duration, "How long, for example 90s or 5m")
      ->type_name("TIME")
      ->group("Knobs");
  auto* users_option = app.add_option("--users", users, "API users")->type_name("N")->group("Knobs");
  app.add_option("--spawn-rate", spawn_rate, "New API users per second")->type_name("N|N/s")->group("Knobs");
  auto* rate_option =
      app.add_option("--rate", rate,
                     "Open model: API tasks per second, however long answers take; instead of --users")
          ->type_name("N|N/s")
          ->group("Knobs")
          ->excludes(users_option);
  app.add_option("--stage", stages,
                 "API users (or, as N/s, tasks per second) reached in a straight line in TIME; repeat it for "
                 "ramps, spikes and, with 0s, steps")
      ->type_name("TIME:N|TIME:N/s")
      ->group("Knobs")
      ->excludes(users_option)
      ->excludes(rate_option);
  app.add_option("--connections", connections, "WebSocket connections")->type_name("N")->group("Knobs");
  app.add_option("--calls", calls, "Voice calls in progress at the same time")
      ->type_name("N")
      ->group("Knobs");
  app.add_option("--without-task", options.tasks.without, "Switch a task of the API off; repeatable")
      ->type_name("NAME")
      ->group("Knobs");
  app.add_option("--task-weight", task_weights, "Change how often a task of the API is chosen; repeatable")
      ->type_name("NAME=N")
      ->group("Knobs");
  app.add_option("--user-class", options.tasks.classes, "Only users of this class of the API; repeatable")
      ->type_name("NAME")
      ->group("Knobs");
  app.add_option("--set", sets, "Set any value of the profile, or with system. of the system")
      ->type_name("PATH=VALUE")
      ->group("Knobs");
  app.add_option("--threads", options.threads,
                 "Generator threads (shards); without it 1, or as many as the limit on open files asks for")
      ->check(CLI::Range(1, 256))
      ->group("Knobs");
  app.add_option(
         "--idle-strategy", idle_strategy,
         "For latencies below some milliseconds, how the generator waits: sleep, awake (sleeps, but keeps "
         "the machine's cores out of sleep states; as root) or spin (fills a core for each thread)")
      ->check(CLI::IsMember({"sleep", "awake", "spin"}))
      ->capture_default_str()
      ->group("Knobs");
  app.add_option(
         "--env-file", options.env_file,
         "Read variables for ${NAME} from NAME=VALUE lines; the environment wins (default: .env.loadtest, if "
         "it is there)")
      ->type_name("FILE")
      ->group("Knobs");

  app.add_option("--fail-on", fail_on, "Which level fails the run")
      ->check(CLI::IsMember({"critical", "warning"}))
      ->capture_default_str()
      ->group("Verdict");
  app.add_flag("--dry-run", options.dry_run, "Print the whole plan and send nothing")->group("Other");
  app.add_flag("--list", options.list, "List the profiles and systems")->group("Other");
  app.add_flag("--version", print_version, "Print the version")->group("Other");
  app.footer(std::string(examples) + "\nExit codes:\n" + verdict::exit_code_help());

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Message{app.help(), 0};
  } catch (const CLI::ParseError& error) {
    return Message{explain(app, error), static_cast<int>(verdict::ExitCode::bad_usage)};
  }
  if (print_version) return Message{version, 0};

  std::string problems;
  for (const std::string& weight : task_weights) {
    const std::size_t split = weight.rfind('=');
    if (split == std::string::npos || split == 0) {
      problems += fmt::format(
          "run_load_tests: --task-weight '{}' is not NAME=N, for example --task-weight list=5\n", weight);
      continue;
    }
    options.tasks.weights.emplace_back(weight.substr(0, split), weight.substr(split + 1));
  }
  for (const std::string& set : sets) {
    const std::size_t split = end_of_path(set);
    if (split == std::string::npos || split == 0) {
      problems +=
          fmt::format("run_load_tests: --set '{}' is not PATH=VALUE, for example --set api.users=20\n", set);
      continue;
    }
    options.overrides.emplace_back(set.substr(0, split), set.substr(split + 1));
  }
  if (!problems.empty()) return Message{problems, static_cast<int>(verdict::ExitCode::bad_usage)};
  if (!duration.empty()) options.overrides.emplace_back("duration", duration);
  if (!users.empty()) options.overrides.emplace_back("api.users", users);
  if (!spawn_rate.empty()) options.overrides.emplace_back("api.spawn_rate", with_unit(spawn_rate));
  if (!rate.empty()) options.overrides.emplace_back("api.rate", with_unit(rate));
  if (!stages.empty()) {
    const std::string list = stage_list(stages, problems);
    if (!problems.empty()) return Message{problems, static_cast<int>(verdict::ExitCode::bad_usage)};
    options.overrides.emplace_back("api.stages", list);
    // The stages say how long the run is, unless --duration does.
    if (duration.empty()) options.overrides.emplace_back("duration", "~");
  }
  if (!connections.empty()) options.overrides.emplace_back("websocket.connections", connections);
  if (!calls.empty()) options.overrides.emplace_back("ai_pipeline.calls", calls);

  options.skipped = {skip_api, skip_websocket, skip_ai};
  if (!only.empty()) options.skipped = {only != "api", only != "websocket", only != "ai_pipeline"};
  options.fail_on_warning = fail_on == "warning";
  if (idle_strategy == "awake") options.idle_strategy = IdleStrategy::awake;
  if (idle_strategy == "spin") options.idle_strategy = IdleStrategy::spin;
  return options;
}

}  // namespace soundcheck::app
