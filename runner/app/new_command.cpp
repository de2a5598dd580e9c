// run_load_tests new: a commented system and profile to begin with. They are valid as they are, and run green
// against the reference agent, so that each change can be tried at once.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <ostream>

#include "runner/app/commands.hpp"
#include "runner/app/text_files.hpp"
#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {

namespace {

constexpr const char* system_text =
    R"(# What is called, and what counts as good. How much of it, and for how long, stands in the profile
# ../NAME.yaml. docs/profile_reference.md explains every key.
description: "NAME: describe your system in one line"

# Asked before a run: if it does not answer 2xx, nothing else is sent. Put your own path here.
health_path: /api/v1/health

api:
  # A user's pause between two tasks, drawn from the range.
  think_time: 1s..3s
  # Deadline of each request.
  timeout: 10s
  # Sent with every request. ${NAME} comes from the environment, so that no secret stands in this file:
  # headers: {Authorization: "Bearer ${API_TOKEN}"}

  # Each user picks its next task at random, by weight: here it lists three times as often as it creates.
  tasks:
    - name: list_calls
      weight: 3
      steps:
        - request: GET /api/v1/calls?limit=20
          # When the answer is good. Without a check: status 200.
          check:
            json_exists: [/calls]

    # Steps run one after the other. What an answer gave can be used by the steps that follow.
    - name: create_and_end_call
      weight: 1
      steps:
        - request: POST /api/v1/calls
          # A map is sent as JSON.
          body: {from: "+15550100", to: "+15550199", agent: front-desk}
          check: {status: 201}
          # Keeps the value at /id of the JSON answer as {{call_id}}.
          extract: {call_id: /id}
        - request: POST /api/v1/calls/{{call_id}}/end

# `target` is good, `warning` is bearable; everything past it is critical and fails the run.
objectives:
  - name: p95 latency
    metric: api.response_time
    aggregation: p95
    target: "< 500ms"
    warning: "<= 1s"

  - name: Success rate
    metric: api.success_rate
    target: "> 99%"
    warning: ">= 95%"
)";

constexpr const char* profile_text =
    R"(# How much load, and for how long. What is called stands in systems/NAME.yaml.
# docs/profile_reference.md explains every key; on the command line --users 50 or --set api.users=50 changes one.
description: "NAME: ten users for one minute"
system: NAME

duration: 1m
# The first seconds fill caches and open connections; their samples do not count.
warm_up: 5s

# Users who wait for each answer, think, and go on. They come in at the spawn rate.
api:
  users: 10
  spawn_rate: 5/s

# Instead of the two keys above, requests can come at a rate of their own, however long answers take:
#   rate: 50/s
# or the load can change over time: up to 100 users in a minute, five minutes there, and down again:
#   stages:
#     - {users: 100, ramp: 1m, hold: 5m}
#     - {users: 0, ramp: 30s}
)";

std::string named(std::string_view text, const std::string& name) {
  std::string out;
  while (true) {
    const std::size_t mark = text.find("NAME");
    // ${NAME} is an example of a variable and stays.
    const bool variable = mark != std::string_view::npos && mark > 0 && text[mark - 1] == '{';
    out += text.substr(0, mark);
    if (mark == std::string_view::npos) return out;
    out += variable ? "NAME" : name;
    text.remove_prefix(mark + 4);
  }
}

bool is_file_name(const std::string& name) {
  return !name.empty() && name.front() != '-' && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
}

}  // namespace

int new_command(const Arguments& arguments, const Host& host) {
  std::string name;
  CLI::App app{"Writes profiles/NAME.yaml and profiles/systems/NAME.yaml to begin with, in this folder.",
               "run_load_tests new"};
  app.add_option("name", name, "Of the system: letters, digits, - and _")->required()->type_name("NAME");
  app.footer("\nExample:\n  run_load_tests new my_agent\n\nFiles that exist are never overwritten.\n");
  if (const auto done = parse_arguments(app, arguments, host)) return *done;
  if (!is_file_name(name)) {
    return refuse_usage(host,
                        fmt::format("'{}' cannot be a name: write letters, digits, - and _, for example "
                                    "my_agent",
                                    name));
  }
  const std::filesystem::path profile = std::filesystem::path("profiles") / (name + ".yaml");
  const std::filesystem::path system = std::filesystem::path("profiles") / "systems" / (name + ".yaml");
  std::error_code ignored;
  for (const auto& file : {profile, system}) {
    if (std::filesystem::exists(file, ignored))
      return refuse_usage(host, fmt::format("{} exists; choose another name", file.string()));
  }
  auto problem = write_text_file(system, named(system_text, name), false);
  if (!problem) problem = write_text_file(profile, named(profile_text, name), false);
  if (problem) return refuse_usage(host, *problem);
  host.out << fmt::format(
      "written: {0}\n         {1}\n"
      "Both are valid as they are and run against the embedded reference agent. Next:\n"
      "  run_load_tests --profile {2} --duration 10s\n"
      "Then put your own paths into {0}, and check them:\n"
      "  run_load_tests validate {0} {1}\n"
      "  run_load_tests --profile {2} --target http://HOST:PORT\n",
      system.string(), profile.string(), name);
  return static_cast<int>(verdict::ExitCode::pass);
}

}  // namespace soundcheck::app
