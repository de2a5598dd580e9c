#include <fmt/format.h>

#include <exception>
#include <iostream>

#include "runner/app/commands.hpp"
#include "runner/app/host.hpp"
#include "runner/app/load_test.hpp"
#include "runner/app/options.hpp"
#include "runner/verdict/exit_code.hpp"

int main(int argc, char** argv) {
  using namespace soundcheck;
  try {
    const report::Build build = app::describe_build();
    const std::string version = fmt::format("run_load_tests {} ({}, {}, {})\n", build.version, build.commit,
                                            build.compiler, build.type);
    const app::Host host = app::real_host(std::cout, std::cerr);
    if (const auto done = app::run_command(argc, argv, host)) return *done;
    const auto parsed = app::parse_options(argc, argv, version);
    if (const auto* message = std::get_if<app::Message>(&parsed)) {
      (message->exit_code == 0 ? std::cout : std::cerr) << message->text;
      return message->exit_code;
    }
    return app::run_load_test(std::get<app::Options>(parsed), host);
  } catch (const std::exception& error) {
    std::cerr << "run_load_tests: internal error: " << error.what() << '\n';
    return static_cast<int>(verdict::ExitCode::internal);
  }
}
