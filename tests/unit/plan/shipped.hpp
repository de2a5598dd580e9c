// A shipped profile, loaded with changes, and what a plan is made of besides: a target and two clips. One
// object for each test.
#pragma once

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "runner/plan/plan.hpp"
#include "runner/profile/load.hpp"

namespace soundcheck::plan {

class Shipped {
 public:
  using Overrides = std::vector<std::pair<std::string, std::string>>;

  explicit Shipped(const std::string& name, const Overrides& overrides = {})
      : profile(load(name, overrides)) {
    for (const char* clip : {"first", "second"}) clips.push_back(clip_named(clip));
  }

  std::variant<Plan, std::string> build() const {
    return build_plan(profile, url, {url.host, url.port, url.host + ":" + url.port, {}}, skipped, clips);
  }
  Plan plan() const {
    auto built = build();
    if (auto* error = std::get_if<std::string>(&built)) throw std::runtime_error(*error);
    return std::move(std::get<Plan>(built));
  }
  /// Why there is no plan; empty if there is one.
  std::string mistake() const {
    const auto built = build();
    const auto* error = std::get_if<std::string>(&built);
    return error == nullptr ? "" : *error;
  }

  profile::Profile profile;
  net::TargetUrl url{"127.0.0.1", "8080", "", "http://127.0.0.1:8080"};
  Skipped skipped{};
  std::vector<audio::ClipPtr> clips;

 private:
  static profile::Profile load(const std::string& name, const Overrides& overrides) {
    profile::LoadRequest request;
    request.profile = name;
    request.folders = {std::string(SOUNDCHECK_SOURCE_DIR) + "/profiles"};
    request.overrides = overrides;
    request.environment = [](const std::string&) { return std::nullopt; };
    const profile::LoadResult loaded = profile::load_profile(request);
    std::string problems;
    for (const profile::Diagnostic& d : loaded.diagnostics) problems += d.to_string() + "\n";
    if (!loaded.profile) throw std::runtime_error(problems);
    return *loaded.profile;
  }
  /// One second of silence with half a second of "speech": enough for a plan.
  static audio::ClipPtr clip_named(const std::string& name) {
    audio::Clip clip;
    clip.name = name;
    clip.text = "hello";
    clip.sample_rate = 16'000;
    clip.samples.resize(16'000);
    clip.first_speech_sample = 4'000;
    clip.last_speech_sample = 11'999;
    return std::make_shared<const audio::Clip>(std::move(clip));
  }
};

}  // namespace soundcheck::plan
