#include "tools/render_fixtures/write_fixtures.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sndfile.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <span>
#include <utility>

#include "protocols/audio/checksum.hpp"
#include "protocols/audio/level.hpp"
#include "protocols/audio/manifest.hpp"
#include "tools/render_fixtures/render.hpp"

namespace soundcheck::render_fixtures {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> mistakes_of(const audio::Manifest& script) {
  std::vector<std::string> mistakes;
  for (const audio::ClipNote& note : script.notes) mistakes.push_back(note.file + ": " + note.text);
  for (const audio::ManifestEntry& entry : script.entries) {
    const auto refuse = [&](const std::string& text) {
      mistakes.push_back(fmt::format("{}:{}: {}", script.path.string(), entry.line, text));
    };
    const std::vector<std::string>& voices = voice_names();
    if (std::find(voices.begin(), voices.end(), entry.voice) == voices.end()) {
      refuse(fmt::format("`voice` is `{}`, it must be one of {}", entry.voice, fmt::join(voices, ", ")));
    }
    if (entry.channel.empty()) refuse("the clip has no `channel`: write wideband or telephone");
    if (entry.path.extension() != ".flac") refuse("`file` must end in .flac: fixtures are written as FLAC");
    if (entry.sample_rate || entry.first_speech_sample || entry.last_speech_sample || entry.sha256) {
      refuse(
          "a script must not state sample_rate, speech samples or sha256: they are measured and written to "
          "manifest.yaml");
    }
  }
  return mistakes;
}

/// Double quoted, which YAML reads back unchanged whatever the text holds.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

bool write_flac(const fs::path& path, const Rendered& rendered) {
  SF_INFO info{};
  info.samplerate = static_cast<int>(rendered.sample_rate);
  info.channels = 1;
  info.format = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
  SNDFILE* const file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (file == nullptr) return false;
  double smallest = 1.0;
  sf_command(file, SFC_SET_COMPRESSION_LEVEL, &smallest, sizeof smallest);
  const auto length = static_cast<sf_count_t>(rendered.samples.size());
  const bool written = sf_write_short(file, rendered.samples.data(), length) == length;
  return sf_close(file) == 0 && written;
}

/// Renders one clip into the folder; its part of the manifest, or nothing after reporting a mistake.
std::string write_clip(const audio::ManifestEntry& entry, const fs::path& folder,
                       std::vector<std::string>& mistakes) {
  const Rendered rendered = render(entry.text, entry.voice, entry.channel == "telephone");
  const auto first = audio::first_audible(rendered.samples);
  const auto last = audio::last_audible(rendered.samples);
  const fs::path path = folder / entry.path.filename();
  if (!first || !last) {
    mistakes.push_back(
        fmt::format("{}: nothing audible came out of `{}`: write plain words", path.string(), entry.text));
    return {};
  }
  if (!write_flac(path, rendered)) {
    mistakes.push_back(
        fmt::format("{}: cannot be written: is the folder writable, the disk full?", path.string()));
    return {};
  }
  return fmt::format(
      "  - name: {}\n    file: {}\n    text: {}\n    language: {}\n    voice: {}\n    channel: {}\n"
      "    sample_rate: {}\n    first_speech_sample: {}\n    last_speech_sample: {}\n    licence: {}\n"
      "    sha256: {}\n",
      quoted(entry.name), quoted(path.filename().string()), quoted(entry.text), quoted(entry.language),
      entry.voice, entry.channel, rendered.sample_rate, *first, *last, quoted(entry.licence),
      audio::sha256_of_file(path).value_or(""));
}

}  // namespace

Outcome write_fixtures(const fs::path& script, const fs::path& folder) {
  Outcome outcome;
  const audio::Manifest document = audio::read_manifest(script);
  outcome.mistakes = mistakes_of(document);
  if (!outcome.mistakes.empty()) return outcome;

  if (std::error_code error; !fs::is_directory(folder, error) && !fs::create_directories(folder, error)) {
    outcome.mistakes.push_back(fmt::format("{}: cannot be made: {}", folder.string(), error.message()));
    return outcome;
  }
  std::string manifest =
      fmt::format("# Written by render_fixtures from {}: change that and render again.\nclips:\n",
                  script.filename().string());
  for (const audio::ManifestEntry& entry : document.entries)
    manifest += write_clip(entry, folder, outcome.mistakes);
  if (!outcome.mistakes.empty()) return outcome;

  const fs::path manifest_path = folder / "manifest.yaml";
  std::ofstream file(manifest_path);
  if (!(file << manifest << std::flush)) {
    outcome.mistakes.push_back(
        fmt::format("{}: cannot be written: is the folder writable, the disk full?", manifest_path.string()));
    return outcome;
  }
  outcome.clips = document.entries.size();
  return outcome;
}

}  // namespace soundcheck::render_fixtures
