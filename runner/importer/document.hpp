// A document from elsewhere as text, and how a mistake in it is reported: with its place, once. The parsers
// of this folder give up by throwing a Refusal, which import_document (runner/importer/importer.hpp) catches.
// Pure; control thread only.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "runner/profile/load.hpp"

namespace soundcheck::importer {

/// What is imported. `file` is its name in messages.
struct Source {
  std::string text;
  std::string file;
};

/// Why a document cannot be imported. Never leaves this folder.
struct Refusal {
  profile::Diagnostic why;
};

/// The line of a byte of the text, from 1.
int line_at(const Source& source, std::size_t offset);

/// Gives up at a byte of the text; the place is told as line and column.
[[noreturn]] void refuse_at(const Source& source, std::size_t offset, std::string message,
                            std::string hint = {});
/// Gives up at a place inside a document that was read, such as "paths./users.get".
[[noreturn]] void refuse(const Source& source, std::string path, std::string message, std::string hint = {});
/// The same where the line is known.
[[noreturn]] void refuse_line(const Source& source, int line, std::string path, std::string message,
                              std::string hint = {});

/// Text that is not UTF-8 is refused, with what to do about UTF-16 and compressed files.
void check_text(const Source& source);

boost::json::value parse_json(const Source& source);
/// A text that begins with { or [ is JSON, another one is YAML.
boost::json::value parse_json_or_yaml(const Source& source);

/// The member of an object, or nullptr (also if `value` is no object).
const boost::json::value* find(const boost::json::value* value, std::string_view key);
/// The text of a member; empty if it is missing or no text.
std::string text_of(const boost::json::value* value, std::string_view key);
/// A member that is a list; empty if it is missing or none.
const boost::json::array& list_of(const boost::json::value* value, std::string_view key);
/// A text as it is, anything else as JSON.
std::string plain_text(const boost::json::value& value);

}  // namespace soundcheck::importer
