// JSON in which variables may stand without quotes, as numbers do: {"page": {{page}}}. While such a document
// is handled as JSON each of them is a marked text; what is sent has it without quotes. Pure.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace soundcheck::importer {

/// The document, if the text is one that is not nested too deeply.
std::optional<boost::json::value> read_json(std::string_view text);
/// The same for maps and lists only: a body that begins with { or [ is JSON whatever its content type says.
std::optional<boost::json::value> read_json_structure(std::string_view text);

/// The marked text for a variable that stands without quotes.
std::string bare(std::string_view variable);
bool is_bare(std::string_view text);
/// Length of the variable that a text begins with; 0 if it begins with none.
using LeadingVariable = std::function<std::size_t(std::string_view)>;
/// Marks the variables outside of quotes, so that the text can be read as JSON.
std::string quote_bare(std::string_view json, const LeadingVariable& variable);

bool has_bare(const boost::json::value& value);
/// As it is sent.
std::string json_text(const boost::json::value& value);

}  // namespace soundcheck::importer
