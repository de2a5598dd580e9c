#include "tools/reference_agent/dialogue.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace soundcheck::reference_agent {
namespace {

TEST(Dialogue, AnswersEverySentence) {
  for (const auto& [heard, answer] : {
           std::pair{"check my balance", "your balance is twenty dollars"},
           {"transfer money to savings", "i have moved fifty dollars to your savings"},
           {"what are your opening hours", "we are open from nine to five on weekdays"},
           {"book an appointment for friday", "your appointment is on friday"},
           {"cancel my appointment", "your appointment is cancelled"},
           {"talk to a person", "please hold the line a person will be with you soon"},
           {"yes please", "all right that is done"},
           {"no thank you", "all right is there anything else"},
           {"my account number is one two three four", "thank you i have account number one two three four"},
           {"pay my bill", "your bill is paid thank you"},
           {"report a lost card", "your card is blocked a new one is on its way"},
           {"what is the weather today", "it is sunny today with a light wind"},
           {"goodbye", "thank you for calling goodbye"},
           {"", "sorry i did not understand please say that again"},
           {"open the pod bay doors", "sorry i did not understand please say that again"},
       }) {
    Dialogue dialogue;
    EXPECT_EQ(dialogue.answer(heard), answer);
    EXPECT_EQ(dialogue.answer("repeat that please"), answer);
    EXPECT_EQ(dialogue.answer("repeat that please"), answer);
  }
}

TEST(Dialogue, RepeatsItsGreetingAtFirst) {
  EXPECT_EQ(Dialogue().answer("repeat that please"), "how can i help you");
}

}  // namespace
}  // namespace soundcheck::reference_agent
