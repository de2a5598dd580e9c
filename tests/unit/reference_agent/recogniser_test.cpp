#include "tools/reference_agent/recogniser_pool.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tools/reference_agent/synthesiser.hpp"

namespace soundcheck::reference_agent {
namespace {

std::vector<std::int16_t> say(const std::string& text, std::string_view voice = "kal16") {
  auto samples = Synthesiser(voice).render(text, recogniser_rate);
  samples.insert(samples.begin(), recogniser_rate / 5, 0);
  samples.resize(samples.size() + recogniser_rate / 5);
  return samples;
}

std::vector<std::int16_t> calibration() {
  return say("what are your opening hours. book an appointment for friday. check my balance");
}

std::string recognise(RecogniserPool& pool, const std::vector<std::int16_t>& speech) {
  const auto recogniser = pool.borrow([] {});
  recogniser->start(pool.first_mean(recogniser_rate));
  for (std::size_t at = 0; at < speech.size(); at += 320) {
    recogniser->feed(std::span(speech).subspan(at, std::min<std::size_t>(320, speech.size() - at)));
  }
  return recogniser->finish();
}

TEST(Recogniser, UnderstandsTheWholeGrammar) {
  RecogniserPool pool({}, calibration());
  for (const char* sentence : {"check my balance",
                               "transfer money to savings",
                               "what are your opening hours",
                               "book an appointment for monday",
                               "book an appointment for tuesday",
                               "book an appointment for wednesday",
                               "book an appointment for thursday",
                               "book an appointment for friday",
                               "book an appointment for saturday",
                               "book an appointment for sunday",
                               "cancel my appointment",
                               "talk to a person",
                               "repeat that please",
                               "yes please",
                               "no thank you",
                               "my account number is one two three four",
                               "my account number is nine eight seven six",
                               "pay my bill",
                               "report a lost card",
                               "what is the weather today",
                               "goodbye"}) {
    EXPECT_EQ(recognise(pool, say(sentence)), sentence);
    EXPECT_EQ(recognise(pool, say(sentence, "awb")), sentence);
  }
}

TEST(Recogniser, AResultDoesNotDependOnWhatWasHeardBefore) {
  RecogniserPool pool({}, calibration());
  const auto speech = say("my account number is five zero oh six", "slt");
  const auto first = recognise(pool, speech);
  for (const char* other : {"goodbye", "pay my bill"}) {
    recognise(pool, say(other, "rms"));
    EXPECT_EQ(recognise(pool, speech), first);
  }
}

TEST(RecogniserPool, GrowsToItsLimitAndCallsThoseWhoWait) {
  RecogniserSettings settings;
  settings.limit = 2;
  RecogniserPool pool(settings, calibration());
  int called = 0;
  auto first = pool.borrow([] {});
  auto second = pool.borrow([] {});
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(pool.borrow([&] { ++called; }));
  EXPECT_EQ(called, 0);
  second.reset();
  EXPECT_EQ(called, 1);
  EXPECT_TRUE(pool.borrow([] {}));
  first.reset();
  EXPECT_EQ(called, 1);
}

TEST(RecogniserPool, NamesThePackageOfAMissingModel) {
  RecogniserSettings settings;
  settings.acoustic_model = "/nowhere/en-us";
  try {
    const RecogniserPool pool(settings, calibration());
    FAIL() << "no error";
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(
        e.what(),
        "the speech model /nowhere/en-us is missing; install it with: apt-get install pocketsphinx-en-us");
  }
}

TEST(Synthesiser, KeepsABoundedNumberOfAnswers) {
  Synthesiser synthesiser("kal16", 2);
  const AudioFormat format{audio::Encoding::mulaw, 8000, 20};
  const auto first = synthesiser.speak("one", format);
  EXPECT_EQ(synthesiser.speak("one", format), first);
  synthesiser.speak("two", format);
  synthesiser.speak("three", format);
  const auto again = synthesiser.speak("one", format);
  EXPECT_NE(again, first);
  EXPECT_EQ(again->frames.size(), first->frames.size());
  for (const auto& frame : first->frames) EXPECT_EQ(frame->size(), 160U);
  EXPECT_EQ(first->audio_ms(), first->frames.size() * 20);
}

TEST(Synthesiser, SpeaksInEveryVoice) {
  for (const auto voice : Synthesiser::voices()) {
    EXPECT_GT(Synthesiser(voice).render("yes please", 8000).size(), 4000U) << voice;
  }
}

}  // namespace
}  // namespace soundcheck::reference_agent
