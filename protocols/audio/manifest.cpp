#include "protocols/audio/manifest.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace soundcheck::audio {

namespace {

constexpr std::string_view how_to_write = "the manifest's keys are explained in audio_fixtures/README.md";

/// What holds for every clip of a document.
struct Document {
  std::filesystem::path folder;
  std::string install;
  std::string language = "und";  // BCP 47 for "undetermined"
  std::string licence;
};

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

/// Reads one mapping strictly: every key known, given once, and a scalar. Takes values out by key and
/// collects what is wrong.
class Mapping {
 public:
  using Report = std::vector<ClipNote>;

  Mapping(const YAML::Node& node, std::string_view known_keys, const std::filesystem::path& file,
          Report& report)
      : file_(file), report_(report) {
    const std::set<std::string, std::less<>> known = split(known_keys);
    for (const auto& item : node) {
      const std::string key = item.first.IsScalar() ? item.first.Scalar() : "";
      const int line = item.first.Mark().line + 1;
      if (!known.contains(key)) {
        refuse(line, fmt::format("unknown key `{}`: the keys here are {}", key, known_keys));
      } else if (!values_.emplace(key, item.second).second) {
        refuse(line, fmt::format("`{}` is given twice: keep one of them", key));
      }
    }
  }

  /// The text of a key; nothing if it is absent, empty or not a scalar (the last is reported).
  std::optional<std::string> text(std::string_view key) {
    const auto found = values_.find(key);
    if (found == values_.end() || found->second.IsNull()) return std::nullopt;
    if (!found->second.IsScalar()) {
      refuse(found->second.Mark().line + 1,
             fmt::format("`{}` must be a single value, not a list or mapping", key));
      return std::nullopt;
    }
    if (is_blank(found->second.Scalar())) return std::nullopt;
    return found->second.Scalar();
  }

  std::optional<std::uint64_t> number(std::string_view key) {
    const std::optional<std::string> written = text(key);
    if (!written) return std::nullopt;
    std::uint64_t value = 0;
    const char* const end = written->data() + written->size();
    const auto [stop, error] = std::from_chars(written->data(), end, value);
    if (error == std::errc{} && stop == end) return value;
    refuse(line_of(key), fmt::format("`{}` is `{}`, it must be a whole number from 0", key, *written));
    return std::nullopt;
  }

  YAML::Node node(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? YAML::Node(YAML::NodeType::Undefined) : found->second;
  }

  int line_of(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? 0 : found->second.Mark().line + 1;
  }

  void refuse(int line, std::string text) {
    report_.push_back(
        {.file = fmt::format("{}:{}", file_.string(), line), .text = std::move(text), .fatal = true});
    refused_ = true;
  }

  bool refused() const { return refused_; }

 private:
  static std::set<std::string, std::less<>> split(std::string_view list) {
    std::set<std::string, std::less<>> keys;
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(", "), list.size());
      keys.emplace(list.substr(0, comma));
      list.remove_prefix(std::min(comma + 2, list.size()));
    }
    return keys;
  }

  const std::filesystem::path& file_;
  Report& report_;
  std::map<std::string, YAML::Node, std::less<>> values_;
  bool refused_ = false;
};

void check_values(const ManifestEntry& entry, Mapping& map) {
  if (!entry.channel.empty() && entry.channel != "wideband" && entry.channel != "telephone") {
    map.refuse(map.line_of("channel"),
               fmt::format("`channel` is `{}`, it must be wideband or telephone", entry.channel));
  }
  if (entry.first_speech_sample.has_value() != entry.last_speech_sample.has_value()) {
    map.refuse(entry.line,
               "state both `first_speech_sample` and `last_speech_sample`, or neither to have them measured");
  }
  const bool hex =
      !entry.sha256 || (entry.sha256->size() == 64 &&
                        entry.sha256->find_first_not_of("0123456789abcdef") == std::string::npos);
  if (!hex) {
    map.refuse(map.line_of("sha256"),
               "`sha256` must have 64 hexadecimal digits: take it from `sha256sum FILE`");
  }
}

void read_entry(const YAML::Node& node, const Document& document, Manifest& manifest) {
  const int line = node.Mark().line + 1;
  if (!node.IsMap()) {
    manifest.notes.push_back({.file = fmt::format("{}:{}", manifest.path.string(), line),
                              .text = "a clip must be a mapping with at least `file` and `text`",
                              .fatal = true});
    return;
  }
  Mapping map(
      node,
      "name, file, text, language, voice, sample_rate, channel, first_speech_sample, last_speech_sample, "
      "licence, sha256",
      manifest.path, manifest.notes);
  ManifestEntry entry;
  entry.line = line;
  const std::optional<std::string> file = map.text("file");
  if (!file) map.refuse(line, "the clip has no `file`: name its sound file, relative to the manifest");
  entry.path = (document.folder / file.value_or("")).lexically_normal();
  entry.name = map.text("name").value_or(entry.path.stem().string());
  entry.text = lower_case(map.text("text").value_or(""));
  if (entry.text.empty()) map.refuse(line, "the clip has no `text`: write the words that are said in it");
  entry.language = map.text("language").value_or(document.language);
  entry.voice = map.text("voice").value_or("");
  entry.channel = map.text("channel").value_or("");
  entry.licence = map.text("licence").value_or(document.licence);
  if (const auto sum = map.text("sha256")) entry.sha256 = lower_case(*sum);
  entry.sample_rate = map.number("sample_rate");
  entry.first_speech_sample = map.number("first_speech_sample");
  entry.last_speech_sample = map.number("last_speech_sample");
  check_values(entry, map);

  const auto same = std::find_if(manifest.entries.begin(), manifest.entries.end(),
                                 [&](const ManifestEntry& other) { return other.name == entry.name; });
  if (file && same != manifest.entries.end()) {
    map.refuse(line,
               fmt::format("the name `{}` is taken by the clip at line {}: give one of them another `name`",
                           entry.name, same->line));
  }
  entry.refused = map.refused();
  if (file) manifest.entries.push_back(std::move(entry));
}

void read_document(const YAML::Node& root, Manifest& manifest) {
  const auto refuse = [&](std::string file, std::string text) {
    manifest.notes.push_back({.file = std::move(file), .text = std::move(text), .fatal = true});
  };
  if (!root.IsMap()) {
    refuse(manifest.path.string(), fmt::format("must be a mapping with a list `clips`: {}", how_to_write));
    return;
  }
  Mapping map(root, "clips, folder, install, language, licence", manifest.path, manifest.notes);
  Document document;
  document.folder = manifest.path.parent_path() / map.text("folder").value_or(".");
  document.install = map.text("install").value_or("");
  document.language = map.text("language").value_or(document.language);
  document.licence = map.text("licence").value_or("");

  // One note instead of one for each clip of a folder that is not there.
  if (std::error_code ignored; !std::filesystem::is_directory(document.folder, ignored)) {
    const std::string cure = document.install.empty() ? "correct `folder`" : "run " + document.install;
    refuse(manifest.path.string(), fmt::format("its clips are in {}, which does not exist here: {}",
                                               document.folder.lexically_normal().string(), cure));
    return;
  }
  const YAML::Node clips = map.node("clips");
  if (!clips.IsDefined() || !clips.IsSequence() || clips.size() == 0) {
    refuse(manifest.path.string(), fmt::format("`clips` must list at least one clip: {}", how_to_write));
    return;
  }
  for (const auto& clip : clips) read_entry(clip, document, manifest);
}

}  // namespace

Manifest read_manifest(const std::filesystem::path& path) {
  Manifest manifest;
  std::error_code ignored;
  manifest.path = std::filesystem::is_directory(path, ignored) ? path / "manifest.yaml" : path;
  const auto refuse = [&](std::string text) {
    manifest.notes.push_back({.file = manifest.path.string(), .text = std::move(text), .fatal = true});
  };
  if (!std::filesystem::is_regular_file(manifest.path, ignored)) {
    refuse(fmt::format("there is no manifest here: correct the path, or write one ({})", how_to_write));
    return manifest;
  }
  try {
    read_document(YAML::LoadFile(manifest.path.string()), manifest);
  } catch (const YAML::Exception& e) {
    refuse(fmt::format("is not valid YAML at line {}: {}", e.mark.line + 1, e.msg));
  }
  return manifest;
}

}  // namespace soundcheck::audio
