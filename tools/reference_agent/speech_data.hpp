// The recogniser's closed grammar (JSGF) and its pronunciations (CMU dictionary format) as text. The build
// generates the definitions from grammar.gram and dictionary.dict. Constant, usable from any thread.
#pragma once

#include <string_view>

namespace soundcheck::reference_agent {

extern const std::string_view grammar_text;
extern const std::string_view dictionary_text;

}  // namespace soundcheck::reference_agent
