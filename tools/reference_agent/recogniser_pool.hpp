// Speech recognisers (PocketSphinx decoders), borrowed for one utterance and returned. Decoders are costly
// to make and PocketSphinx cannot make two at once, so the pool makes them under its lock: some at start-up,
// more when all are busy, up to a limit. The pool may be used from any thread; a borrowed recogniser belongs
// to one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "protocols/core/time.hpp"

namespace soundcheck::reference_agent {

/// The only rate that recognisers take, Hz.
inline constexpr std::uint32_t recogniser_rate = 16000;

/// What a recogniser knows of a voice and its line (means of the cepstral coefficients). It travels with the
/// call, so that a result never depends on who used the decoder before.
using CepstralMean = std::array<float, 13>;

class Recogniser {
 public:
  virtual ~Recogniser() = default;
  virtual void start(const CepstralMean& mean) = 0;
  /// PCM16 at recogniser_rate. Very low noise is added first: empty frequency bands (telephone audio) and
  /// digital silence confuse the acoustic model.
  virtual void feed(std::span<const std::int16_t> samples) = 0;
  /// Best text so far, lower case words; empty if there is none.
  virtual std::string partial() = 0;
  /// Ends the utterance; empty if it fits no sentence.
  virtual std::string finish() = 0;
  virtual CepstralMean mean() const = 0;
};

struct RecogniserSettings {
  std::string acoustic_model = "/usr/share/pocketsphinx/model/en-us/en-us";
  std::string language_model_file = "/usr/share/pocketsphinx/model/en-us/en-us.lm.bin";
  std::string dictionary_file = "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict";
  bool language_model = false;  ///< these two files instead of the closed grammar
  std::size_t first = 1;        ///< decoders made at start-up
  std::size_t limit = 32;       ///< decoders at most
};

class RecogniserPool {
 public:
  /// Returns the recogniser to the pool.
  struct Return {
    RecogniserPool* pool = nullptr;
    void operator()(Recogniser* recogniser) const;
  };
  using Lease = std::unique_ptr<Recogniser, Return>;

  /// `speech` (PCM16 at recogniser_rate) teaches the decoders what speech sounds like, and what it sounds
  /// like over a telephone. Throws std::runtime_error with a text for the user if the models are not
  /// installed.
  RecogniserPool(RecogniserSettings settings, std::span<const std::int16_t> speech);
  ~RecogniserPool();

  /// An idle recogniser, or a new one below the limit. Empty if all are busy; `when_free` is then called
  /// once, on the thread that returns one.
  Lease borrow(std::function<void()> when_free);

  /// Where a call begins: the mean of speech on a line of this sample rate.
  const CepstralMean& first_mean(std::uint32_t sample_rate) const {
    return sample_rate < recogniser_rate ? telephone_mean_ : wideband_mean_;
  }

 private:
  void give_back(Recogniser* recogniser);
  std::unique_ptr<Recogniser> make() const;
  CepstralMean learn_mean(std::span<const std::int16_t> speech);

  const RecogniserSettings settings_;
  CepstralMean wideband_mean_{};
  CepstralMean telephone_mean_{};
  std::mutex mutex_;
  std::vector<std::unique_ptr<Recogniser>> all_;
  std::vector<Recogniser*> idle_;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace soundcheck::reference_agent
