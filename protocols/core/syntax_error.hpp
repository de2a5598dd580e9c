// What is wrong with a small text that was to be compiled: a template, an expression, a call of a generator.
// A value; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace soundcheck::core {

struct SyntaxError {
  std::size_t column = 1;  ///< where in the text, from 1
  std::string message;
  std::string hint{};                ///< what to write instead; may be empty
  std::string unknown{};             ///< the name that is not known, if that is what is wrong
  std::vector<std::string> known{};  ///< names that would have been
};

}  // namespace soundcheck::core
