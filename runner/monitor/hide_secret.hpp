// Keeps a login out of what others say about it: a server may repeat what it was sent. Pure; any thread.
#pragma once

#include <string>

namespace soundcheck::monitor {

/// *** stands wherever the secret stood; an empty one is none.
void hide_secret(std::string& text, const std::string& secret);

}  // namespace soundcheck::monitor
