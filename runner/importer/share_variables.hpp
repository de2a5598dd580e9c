// Moves requests that give several tasks their variables to the login: a token that one folder of a
// collection gets and all others send. Pure.
#pragma once

#include "runner/importer/draft.hpp"

namespace soundcheck::importer {

/// After it, each task uses only what its own earlier steps or the login extract. A variable that no request
/// extracts becomes a text, and is listed.
void share_variables(Draft& draft);

}  // namespace soundcheck::importer
