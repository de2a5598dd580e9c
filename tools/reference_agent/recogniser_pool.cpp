#include "tools/reference_agent/recogniser_pool.hpp"

#include <fmt/format.h>
#include <pocketsphinx.h>
#include <sphinxbase/cmn.h>
#include <sphinxbase/err.h>
#include <sphinxbase/feat.h>
#include <sphinxbase/fsg_model.h>
#include <sphinxbase/jsgf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <stdexcept>

#include "protocols/audio/resample.hpp"
#include "tools/reference_agent/speech_data.hpp"

namespace soundcheck::reference_agent {
namespace {

/// One second of pink noise at about -76 dBFS (Paul Kellet's filter over seeded white noise).
const std::vector<std::int16_t>& pink_noise() {
  static const std::vector<std::int16_t> noise = [] {
    std::vector<std::int16_t> samples(recogniser_rate);
    std::mt19937 random(1);
    double b0 = 0, b1 = 0, b2 = 0;
    for (auto& sample : samples) {
      const double white = static_cast<double>(random()) / 0x80000000 - 1.0;
      b0 = 0.99765 * b0 + white * 0.0990460;
      b1 = 0.96300 * b1 + white * 0.2965164;
      b2 = 0.57000 * b2 + white * 1.0526913;
      sample = static_cast<std::int16_t>((b0 + b1 + b2 + white * 0.1848) * 3.0);
    }
    return samples;
  }();
  return noise;
}

/// PocketSphinx reads its dictionary from a file only: this one lives in memory and vanishes with the object.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view text) : descriptor_(memfd_create("dictionary", MFD_CLOEXEC)) {
    if (descriptor_ < 0 ||
        write(descriptor_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      throw std::runtime_error(
          "cannot make a file in memory for the dictionary; free some memory and try again");
    }
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(descriptor_); }
  std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

 private:
  int descriptor_;
};

struct FreeDecoder {
  void operator()(ps_decoder_t* decoder) const { ps_free(decoder); }
};
using Decoder = std::unique_ptr<ps_decoder_t, FreeDecoder>;

/// What ps_set_jsgf_string does, without its leak. False if the grammar is refused.
bool set_grammar(ps_decoder_t& decoder) {
  const std::string text(grammar_text);
  const std::unique_ptr<jsgf_t, decltype(&jsgf_grammar_free)> grammar(
      jsgf_parse_string(text.c_str(), nullptr), jsgf_grammar_free);
  jsgf_rule_t* rule = grammar ? jsgf_get_public_rule(grammar.get()) : nullptr;
  if (rule == nullptr) return false;
  const auto weight = static_cast<float>(cmd_ln_float_r(ps_get_config(&decoder), "-lw"));
  const std::unique_ptr<fsg_model_t, decltype(&fsg_model_free)> model(
      jsgf_build_fsg(grammar.get(), rule, ps_get_logmath(&decoder), weight), fsg_model_free);
  return model && ps_set_fsg(&decoder, "front_desk", model.get()) == 0 &&
         ps_set_search(&decoder, "front_desk") == 0;
}

class SphinxRecogniser final : public Recogniser {
 public:
  explicit SphinxRecogniser(Decoder decoder) : decoder_(std::move(decoder)) {}

  void start(const CepstralMean& mean) override {
    ps_start_stream(decoder_.get());
    cmn_live_set(ps_get_feat(decoder_.get())->cmn_struct, mean.data());
    ps_start_utt(decoder_.get());
    noise_position_ = 0;
  }

  void feed(std::span<const std::int16_t> samples) override {
    const auto& noise = pink_noise();
    noisy_.resize(samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i) {
      noisy_[i] = static_cast<std::int16_t>(std::clamp(samples[i] + noise[noise_position_], -32768, 32767));
      if (++noise_position_ == noise.size()) noise_position_ = 0;
    }
    ps_process_raw(decoder_.get(), noisy_.data(), noisy_.size(), FALSE, FALSE);
  }

  std::string partial() override {
    const char* text = ps_get_hyp(decoder_.get(), nullptr);
    return text == nullptr ? std::string{} : std::string{text};
  }

  std::string finish() override {
    ps_end_utt(decoder_.get());
    return partial();
  }

  CepstralMean mean() const override {
    CepstralMean mean{};
    cmn_live_get(ps_get_feat(decoder_.get())->cmn_struct, mean.data());
    return mean;
  }

 private:
  Decoder decoder_;
  std::vector<std::int16_t> noisy_;
  std::size_t noise_position_ = 0;
};

/// PocketSphinx would log to stderr.
void ignore_log(void*, err_e, const char*, ...) {}

void require_file(const std::string& path) {
  if (std::filesystem::exists(path)) return;
  throw std::runtime_error(fmt::format(
      "the speech model {} is missing; install it with: apt-get install pocketsphinx-en-us", path));
}

std::vector<std::int16_t> over_telephone(std::span<const std::int16_t> speech) {
  const auto narrow = audio::resample(audio::to_float(speech), recogniser_rate, 8000);
  return audio::to_pcm16(audio::resample(narrow, 8000, recogniser_rate));
}

}  // namespace

void RecogniserPool::Return::operator()(Recogniser* recogniser) const { pool->give_back(recogniser); }

RecogniserPool::RecogniserPool(RecogniserSettings settings, std::span<const std::int16_t> speech)
    : settings_(std::move(settings)) {
  require_file(settings_.acoustic_model);
  if (settings_.language_model) {
    require_file(settings_.language_model_file);
    require_file(settings_.dictionary_file);
  }
  err_set_callback(ignore_log, nullptr);
  for (std::size_t i = 0; i < std::max<std::size_t>(settings_.first, 1); ++i) {
    all_.push_back(make());
    idle_.push_back(all_.back().get());
  }
  wideband_mean_ = learn_mean(speech);
  telephone_mean_ = learn_mean(over_telephone(speech));
}

RecogniserPool::~RecogniserPool() = default;

RecogniserPool::Lease RecogniserPool::borrow(std::function<void()> when_free) {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) {
    if (all_.size() >= settings_.limit) {
      waiting_.push_back(std::move(when_free));
      return Lease(nullptr, Return{this});
    }
    all_.push_back(make());
    idle_.push_back(all_.back().get());
  }
  Recogniser* recogniser = idle_.back();
  idle_.pop_back();
  return Lease(recogniser, Return{this});
}

void RecogniserPool::give_back(Recogniser* recogniser) {
  std::vector<std::function<void()>> waiting;
  {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(recogniser);
    waiting.swap(waiting_);
  }
  for (const auto& when_free : waiting) when_free();
}

std::unique_ptr<Recogniser> RecogniserPool::make() const {
  err_set_logfp(nullptr);  // it would print its configuration; the setting is each thread's own
  const MemoryFile dictionary(dictionary_text);
  const std::string dictionary_path =
      settings_.language_model ? settings_.dictionary_file : dictionary.path();
  cmd_ln_t* config = cmd_ln_init(nullptr, ps_args(), TRUE, "-hmm", settings_.acoustic_model.c_str(), "-dict",
                                 dictionary_path.c_str(), nullptr);
  if (config != nullptr && settings_.language_model) {
    cmd_ln_set_str_r(config, "-lm", settings_.language_model_file.c_str());
  }
  Decoder decoder(config == nullptr ? nullptr : ps_init(config));
  cmd_ln_free_r(config);
  if (!decoder || (!settings_.language_model && !set_grammar(*decoder))) {
    throw std::runtime_error(
        fmt::format("PocketSphinx cannot load the speech model {}; install it again with: apt-get install "
                    "--reinstall pocketsphinx-en-us",
                    settings_.acoustic_model));
  }
  return std::make_unique<SphinxRecogniser>(std::move(decoder));
}

CepstralMean RecogniserPool::learn_mean(std::span<const std::int16_t> speech) {
  Recogniser& recogniser = *all_.front();
  CepstralMean mean{41.00F, -5.29F, -0.12F, 5.09F,  2.48F,  -4.07F, -1.37F,
                    -1.78F, -5.08F, -2.05F, -6.45F, -1.42F, 1.17F};  // the model's own feat.params
  for (int pass = 0; pass < 2; ++pass) {
    recogniser.start(mean);
    recogniser.feed(speech);
    recogniser.finish();
    mean = recogniser.mean();
  }
  return mean;
}

}  // namespace soundcheck::reference_agent
