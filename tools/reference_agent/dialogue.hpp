// What the agent says to what it heard: a small table of rules. Pure; each call keeps its own last answer.
#pragma once

#include <string>
#include <string_view>

namespace soundcheck::reference_agent {

class Dialogue {
 public:
  /// `heard` is in lower case words; empty if nothing was understood.
  std::string answer(std::string_view heard);

 private:
  std::string last_ = "how can i help you";
};

}  // namespace soundcheck::reference_agent
