// render_fixtures: speaks the sentences of a script into FLAC files and writes their manifest.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <string>

#include "tools/render_fixtures/render.hpp"
#include "tools/render_fixtures/write_fixtures.hpp"

namespace {

std::string footer() {
  return fmt::format(
      R"(
A script lists the clips to speak:

  language: en-US
  licence: "..."            # goes into the manifest of every clip
  clips:
    - file: yes_slt.flac    # the clip's name is the file's name without .flac
      text: yes please
      voice: slt            # {}
      channel: wideband     # 16 kHz, or telephone: 8 kHz, 300-3400 Hz, mu-law

Speech is brought to {:.0f} dBFS, with {} ms of silence before and {} ms after it. The first and last audible
sample go into manifest.yaml. The same script gives the same audio.

Example: render_fixtures audio_fixtures/script.yaml)",
      fmt::join(soundcheck::render_fixtures::voice_names(), ", "), soundcheck::render_fixtures::loudness_dbfs,
      soundcheck::render_fixtures::leading_silence_ms, soundcheck::render_fixtures::trailing_silence_ms);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Renders spoken test clips (FLAC) and their manifest.yaml from a script, with the Flite synthesiser."};
  std::filesystem::path script;
  std::filesystem::path folder;
  app.add_option("SCRIPT", script, "YAML file that lists the clips")->required();
  app.add_option("-o,--output", folder,
                 "Folder for the clips and manifest.yaml; files are replaced (default: the script's)");
  app.footer(footer);
  CLI11_PARSE(app, argc, argv);
  if (folder.empty()) folder = std::filesystem::absolute(script).parent_path();

  const auto outcome = soundcheck::render_fixtures::write_fixtures(script, folder);
  for (const std::string& mistake : outcome.mistakes) fmt::print(stderr, "{}\n", mistake);
  if (!outcome.mistakes.empty()) return 2;
  fmt::print("{} clips and manifest.yaml written to {}\n", outcome.clips, folder.string());
  return 0;
}
