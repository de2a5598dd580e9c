// Word error rate: Levenshtein distance over words divided by the words of the reference. Words are compared
// in lower case without punctuation. Pure.
#pragma once

#include <string_view>

namespace soundcheck::audio {

/// (substitutions + deletions + insertions) / reference words. An empty reference gives 0 for an empty
/// hypothesis and 1 otherwise. Can exceed 1.
double word_error_rate(std::string_view reference, std::string_view hypothesis);

}  // namespace soundcheck::audio
