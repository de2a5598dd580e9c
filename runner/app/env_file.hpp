// Where ${NAME} of a profile finds its value: the environment, then an optional file of NAME=VALUE lines.
// Values are secrets: no message ever shows one. Control thread only.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace soundcheck::app {

using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// NAME=VALUE lines; empty lines and lines that begin with # are left out, "export " in front and quotes
/// around the value are taken off. The error names all wrong lines by number.
std::variant<std::map<std::string, std::string>, std::string> parse_env_file(std::string_view text,
                                                                             const std::string& file);

/// Read without being asked for, if it is in the working folder.
inline constexpr std::string_view default_env_file = ".env.loadtest";

/// The environment wins over the file. Without a name the default file counts, if there is one.
std::variant<Environment, std::string> read_environment(Environment environment,
                                                        const std::optional<std::string>& file);

}  // namespace soundcheck::app
