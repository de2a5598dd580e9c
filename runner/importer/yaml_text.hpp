// Values as YAML text that people can read: plain where it is safe, quoted where it is not, short maps on one
// line. Pure.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace soundcheck::importer {

/// A text that stays a text: quoted if YAML could take it for anything else.
std::string yaml_text(std::string_view text);

/// "key: value" with a map, list or scalar below it, indented by `indent` spaces, with a line break at the
/// end.
std::string yaml_entry(std::string_view key, const boost::json::value& value, std::size_t indent);

/// "- value" on one line, with a line break at the end.
std::string yaml_item(const boost::json::value& value, std::size_t indent);

/// False for documents that YAML as we read it cannot hold: nested too deeply, or with very long keys.
bool fits_yaml(const boost::json::value& value);

}  // namespace soundcheck::importer
