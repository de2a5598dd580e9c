// run_load_tests import: writes our files from another tool's.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <istream>
#include <iterator>
#include <ostream>
#include <variant>

#include "runner/app/commands.hpp"
#include "runner/app/text_files.hpp"
#include "runner/importer/importer.hpp"
#include "runner/importer/shell_words.hpp"
#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {

namespace fs = std::filesystem;

namespace {

constexpr const char* examples = R"(
Examples:
  run_load_tests import curl -- curl -X POST https://api.example.com/calls -H 'Authorization: Bearer abc' --json '{}'
      what stands behind -- is the command as you typed it; tokens and passwords become ${VARIABLES}
  run_load_tests import har recording.har --output checkout.yaml
      a recording of the browser's network panel; ids found in answers become variables
  run_load_tests import openapi openapi.yaml --only /calls --output calls.yaml
      only what holds /calls in its path or name
  run_load_tests import postman collection.json --output profiles/systems/mine.yaml
  run_load_tests import k6 script.js --system mine --output profiles/spike.yaml
      options, stages and scenarios become the profile, thresholds a system with objectives beside it
  run_load_tests import locust -- locust -f locustfile.py --headless -u 100 -r 10 -t 5m --host http://127.0.0.1:8000

What cannot be carried over is listed on the terminal, and at the top of the file. docs/coming_from.md says more.
)";

struct Choices {
  std::string format;
  std::string input;
  std::string output;
  std::string name;
  bool force = false;
  importer::Request request;
};

/// The command after "--", quoted again; what the terminal's shell has taken apart.
std::string joined(const Arguments& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + importer::shell_quoted(word);
  return out + "\n";
}

std::variant<importer::Source, std::string> read_source(const Choices& choices, const Arguments& typed,
                                                        const Host& host) {
  if (!typed.empty()) return importer::Source{joined(typed), "command line"};
  if (choices.input.starts_with(choices.format + " ")) return importer::Source{choices.input, "command line"};
  if (choices.input != "-") {
    auto file = read_text_file(choices.input);
    if (const auto* problem = std::get_if<std::string>(&file)) return *problem;
    return importer::Source{std::move(std::get<TextFile>(file).text), choices.input};
  }
  if (host.in == nullptr) return std::string("there is no standard input to read");
  return importer::Source{std::string(std::istreambuf_iterator<char>(*host.in), {}), "standard input"};
}

std::string list(const std::vector<std::string>& lines, std::string_view title) {
  std::string out;
  if (!lines.empty()) out += fmt::format("{}\n", title);
  for (const std::string& line : lines) out += fmt::format("  - {}\n", line);
  return out;
}

/// What to type next.
std::string next_steps(const importer::Imported& imported, const Choices& choices) {
  const std::string target = imported.target.empty() ? "http://HOST:PORT" : imported.target;
  const std::string file = importer::shell_quoted(choices.output);
  if (imported.profile.empty()) {
    return fmt::format(
        "next: run_load_tests validate {0}\n      run_load_tests --profile shapes/smoke --system {0} "
        "--target {1}{2}\n",
        file, target, imported.arguments);
  }
  return fmt::format("next: run_load_tests explain {0}\n      run_load_tests --profile {0} --target {1}{2}\n",
                     file, target, imported.arguments);
}

/// Where the system goes that a profile brings.
fs::path system_beside(const importer::Imported& imported, const Choices& choices) {
  return fs::path(choices.output).parent_path() / "systems" / (imported.system_name + ".yaml");
}

std::optional<std::string> write_files(const importer::Imported& imported, const Choices& choices) {
  const fs::path output = choices.output;
  if (imported.profile.empty()) return write_text_file(output, imported.system, choices.force);
  const fs::path system = system_beside(imported, choices);
  std::error_code ignored;
  // Both or neither.
  if (!imported.system.empty() && !choices.force && fs::exists(output, ignored))
    return fmt::format("{} exists; it is not overwritten", output.string());
  if (!imported.system.empty()) {
    if (auto problem = write_text_file(system, imported.system, choices.force)) return problem;
  }
  return write_text_file(output, imported.profile, choices.force);
}

int publish(const importer::Imported& imported, const Choices& choices, const Host& host) {
  if (choices.output.empty()) {
    host.out << imported.profile;
    if (!imported.profile.empty() && !imported.system.empty())
      host.out << fmt::format("---\n# The system that the profile names, systems/{}.yaml:\n",
                              imported.system_name);
    host.out << imported.system << std::flush;
  } else if (const auto problem = write_files(imported, choices)) {
    return refuse_usage(host, *problem + " (--force replaces files)");
  } else {
    host.err << "written: " << choices.output << '\n';
    if (!imported.system_name.empty())
      host.err << fmt::format("         {}\n", system_beside(imported, choices).string());
  }
  host.err << list(imported.lost, "not carried over, or made up:")
           << list(imported.needed, "set before a run:");
  if (!choices.output.empty()) host.err << next_steps(imported, choices);
  return static_cast<int>(verdict::ExitCode::pass);
}

}  // namespace

int import_command(const Arguments& arguments, const Host& host) {
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  const Arguments typed(dashes == arguments.end() ? dashes : dashes + 1, arguments.end());
  Choices choices;
  std::vector<std::string> names;
  std::string what = "What it was written by:";
  for (const importer::Format& format : importer::formats()) {
    names.emplace_back(format.name);
    what += fmt::format("\n{:<9}{}", format.name, format.what);
  }
  CLI::App app{"Writes a system file or a profile from what another tool has.", "run_load_tests import"};
  app.add_option("format", choices.format, what)
      ->required()
      ->check(CLI::IsMember(names))
      ->type_name("FORMAT");
  auto* input =
      app.add_option("input", choices.input, "The document; - reads standard input")->type_name("FILE");
  app.add_option("--output,-o", choices.output, "Where to write to (default: the terminal)")
      ->type_name("FILE");
  app.add_flag("--force", choices.force, "Replace files that exist");
  app.add_option("--only", choices.request.only, "Only requests whose path or name holds this")
      ->type_name("TEXT");
  app.add_option("--system", choices.request.system, "k6, locust: the system that the load is put on")
      ->capture_default_str()
      ->type_name("NAME");
  app.footer(examples);
  if (const auto done = parse_arguments(app, Arguments(arguments.begin(), dashes), host)) return *done;
  if (typed.empty() && input->count() == 0) {
    return refuse_usage(host, fmt::format("what shall be imported? Name a file, or - for standard input\n"
                                          "Try: run_load_tests import --help"));
  }
  // The files that name it stand in other folders.
  if (choices.request.system.ends_with(".yaml"))
    choices.request.system = fs::absolute(choices.request.system).lexically_normal().string();
  if (!choices.output.empty()) choices.request.name = fs::path(choices.output).stem().string();

  auto source = read_source(choices, typed, host);
  if (const auto* problem = std::get_if<std::string>(&source)) return refuse_usage(host, *problem);
  const auto format = std::find_if(importer::formats().begin(), importer::formats().end(),
                                   [&](const importer::Format& f) { return f.name == choices.format; });
  const auto imported =
      importer::import_document(*format, std::get<importer::Source>(source), choices.request);
  if (const auto* why = std::get_if<profile::Diagnostic>(&imported))
    return refuse_usage(host, why->to_string());
  return publish(std::get<importer::Imported>(imported), choices, host);
}

}  // namespace soundcheck::app
