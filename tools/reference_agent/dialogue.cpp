#include "tools/reference_agent/dialogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace soundcheck::reference_agent {
namespace {

struct Rule {
  std::string_view heard;   ///< the whole sentence, or its beginning if `rest` is used
  std::string_view answer;  ///< "{}" stands for the rest of the sentence
};

constexpr std::string_view not_understood = "sorry i did not understand please say that again";

constexpr std::array<Rule, 12> whole_sentences{{
    {"check my balance", "your balance is twenty dollars"},
    {"transfer money to savings", "i have moved fifty dollars to your savings"},
    {"what are your opening hours", "we are open from nine to five on weekdays"},
    {"cancel my appointment", "your appointment is cancelled"},
    {"talk to a person", "please hold the line a person will be with you soon"},
    {"yes please", "all right that is done"},
    {"no thank you", "all right is there anything else"},
    {"pay my bill", "your bill is paid thank you"},
    {"report a lost card", "your card is blocked a new one is on its way"},
    {"what is the weather today", "it is sunny today with a light wind"},
    {"goodbye", "thank you for calling goodbye"},
    {"", not_understood},
}};

constexpr std::array<Rule, 2> beginnings{{
    {"book an appointment for ", "your appointment is on {}"},
    {"my account number is ", "thank you i have account number {}"},
}};

}  // namespace

std::string Dialogue::answer(std::string_view heard) {
  if (heard == "repeat that please") return last_;
  last_ = not_understood;
  const auto rule = std::find_if(whole_sentences.begin(), whole_sentences.end(),
                                 [&](const Rule& r) { return r.heard == heard; });
  if (rule != whole_sentences.end()) last_ = rule->answer;
  for (const auto& beginning : beginnings) {
    if (heard.starts_with(beginning.heard)) {
      last_ = fmt::format(fmt::runtime(beginning.answer), heard.substr(beginning.heard.size()));
    }
  }
  return last_;
}

}  // namespace soundcheck::reference_agent
