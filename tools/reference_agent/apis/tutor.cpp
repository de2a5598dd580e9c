#include "tools/reference_agent/apis/tutor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

namespace soundcheck::reference_agent::tutor {
namespace {

constexpr std::array<Topic, 5> all_topics{{
    {"greetings", "Greetings", {"hello", "morning", "meet", "name", "welcome", "goodbye"}},
    {"travel", "Travel", {"ticket", "train", "luggage", "platform", "passport", "return"}},
    {"restaurant", "At the restaurant", {"menu", "order", "table", "bill", "water", "recommend"}},
    {"business_calls",
     "Business calls",
     {"agenda", "deadline", "invoice", "meeting", "colleague", "schedule"}},
    {"health", "At the doctor's", {"appointment", "pain", "doctor", "medicine", "prescription", "fever"}},
}};

/// The words of a text in small letters, without punctuation.
std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::uint32_t mask_of(const Topic& topic, const std::vector<std::string>& words) {
  std::uint32_t mask = 0;
  for (std::size_t i = 0; i < topic.words.size(); ++i) {
    if (std::find(words.begin(), words.end(), topic.words[i]) != words.end()) mask |= 1U << i;
  }
  return mask;
}

std::uint32_t all_words(const Topic& topic) { return (1U << topic.words.size()) - 1; }

std::string question(const Topic& topic, std::uint32_t known) {
  const std::uint32_t left = all_words(topic) & ~known;
  if (left == 0) return "You know all the words of this topic. What shall we talk about next?";
  return fmt::format("Can you say something with the word \"{}\"?", words_of(topic, left).front());
}

}  // namespace

const std::array<Topic, 5>& topics() { return all_topics; }

const Topic* find_topic(std::string_view id) {
  const auto* topic =
      std::find_if(all_topics.begin(), all_topics.end(), [&](const Topic& t) { return t.id == id; });
  return topic == all_topics.end() ? nullptr : topic;
}

std::uint32_t words_in(const Topic& topic, std::string_view text) {
  return mask_of(topic, split_words(text));
}

std::vector<std::string_view> words_of(const Topic& topic, std::uint32_t mask) {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < topic.words.size(); ++i) {
    if ((mask >> i & 1U) != 0) words.push_back(topic.words[i]);
  }
  return words;
}

double score(const Topic& topic, std::string_view text) {
  const auto words = split_words(text);
  const auto used = words_of(topic, mask_of(topic, words)).size();
  return 5.0 * static_cast<double>(std::min<std::size_t>(words.size(), 8)) +
         30.0 * static_cast<double>(std::min<std::size_t>(used, 2));
}

std::string greeting(const Topic& topic, std::string_view learner) {
  return fmt::format("Hello {}! Today we talk about: {}. {}", learner, topic.title, question(topic, 0));
}

std::string reply(const Topic& topic, std::string_view text, std::uint32_t before) {
  const std::uint32_t now = words_in(topic, text);
  const auto fresh = words_of(topic, now & ~before);
  const std::string praise = fresh.empty() ? "Thank you, that was a good sentence."
                                           : fmt::format("Well done, you used {}.", fmt::join(fresh, ", "));
  return fmt::format("{} {}", praise, question(topic, before | now));
}

std::vector<std::string> tokens(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    const auto end = std::min(text.find(' ', 1), text.size());
    result.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return result;
}

}  // namespace soundcheck::reference_agent::tutor
