// What the learning voice agent teaches: topics with words to master, the score of what a learner says, and
// the answer. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace soundcheck::reference_agent::tutor {

struct Topic {
  std::string_view id;
  std::string_view title;
  std::array<std::string_view, 6> words;
};
const std::array<Topic, 5>& topics();
/// nullptr if there is none.
const Topic* find_topic(std::string_view id);

/// Which of the topic's words stand in the text: bit i for word i.
std::uint32_t words_in(const Topic& topic, std::string_view text);
std::vector<std::string_view> words_of(const Topic& topic, std::uint32_t mask);

/// 0 to 100: up to 40 for speaking in whole sentences (8 words), up to 60 for using two of the topic's words.
double score(const Topic& topic, std::string_view text);

std::string greeting(const Topic& topic, std::string_view learner);
/// `before`: the words that the learner had used until then.
std::string reply(const Topic& topic, std::string_view text, std::uint32_t before);

/// Splits an answer into pieces as a language model gives them, a word each. Together they are the answer.
std::vector<std::string> tokens(std::string_view text);

}  // namespace soundcheck::reference_agent::tutor
