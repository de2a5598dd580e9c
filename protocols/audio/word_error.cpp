#include "protocols/audio/word_error.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

namespace soundcheck::audio {

namespace {

/// Lower-case words. An apostrophe joins ("what's" = "whats"), all other punctuation separates; bytes outside
/// ASCII belong to words as they are.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  for (char c : text) {
    if (c == '\'') continue;
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool letter =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (!letter) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    words.back().push_back(c);
  }
  return words;
}

}  // namespace

double word_error_rate(std::string_view reference, std::string_view hypothesis) {
  const std::vector<std::string> expected = words_of(reference);
  const std::vector<std::string> heard = words_of(hypothesis);
  if (expected.empty()) return heard.empty() ? 0.0 : 1.0;

  // distances[j]: edits from the words of `expected` seen so far to the first j words of `heard`.
  std::vector<std::size_t> distances(heard.size() + 1);
  std::iota(distances.begin(), distances.end(), std::size_t{0});
  for (std::size_t i = 0; i < expected.size(); ++i) {
    std::size_t diagonal = distances[0];
    distances[0] = i + 1;
    for (std::size_t j = 0; j < heard.size(); ++j) {
      const std::size_t substituted = diagonal + (expected[i] == heard[j] ? 0 : 1);
      diagonal = distances[j + 1];
      distances[j + 1] = std::min({substituted, diagonal + 1, distances[j] + 1});
    }
  }
  return static_cast<double>(distances.back()) / static_cast<double>(expected.size());
}

}  // namespace soundcheck::audio
